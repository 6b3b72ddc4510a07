package io.psastream.connectwise.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.source.config.SourceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownKeysTest {

  private static final Catalog CATALOG = Catalog.load();

  /** Those of the source; it does no harm that they take its other keys, too. */
  private static final Aliases QUERIES =
      new Aliases(
          "queries",
          "query.",
          SourceConfig.definition().configKeys().values().stream()
              .map(key -> Key.of(key.name, key.type, key.defaultValue, ""))
              .toList());

  /** The site is asked only when nothing is wrong. */
  private static Map<String, String> withoutCheck(String... more) {
    Map<String, String> properties = Connection.with(more);
    properties.put("connectwise.username", "nobody");
    return properties;
  }

  private static Map<String, String> ofSource(String... more) {
    Map<String, String> properties = withoutCheck(more);
    properties.put("queries", "a");
    properties.put("query.a.operation.id", "getServiceTickets");
    return Connection.problems(SourceConfig.validate(properties, CATALOG));
  }

  private static Map<String, String> ofSink(String... more) {
    Map<String, String> properties = withoutCheck(more);
    properties.put("topics", "t");
    properties.putIfAbsent("mutate.operation.id", "postServiceTickets");
    return Connection.problems(SinkConfig.validate(properties, CATALOG));
  }

  @ParameterizedTest
  @CsvSource({
    "shedule.interval.ms, schedule.interval.ms",
    "schedule.interval, schedule.interval.ms",
    "Schedule.Interval.Ms, schedule.interval.ms",
    "operationId, operation.id",
    "page_size, page.size",
    "connectwise.siteurl, connectwise.site.url",
    "hearbeat.topic, heartbeat.topic",
    "qurey.a.topic, query.a.topic",
    "http.ssl.truststore.location, https.ssl.truststore.location",
    "qurey.b.topic, query.b.topic",
    "queries.a.options, query.a.options",
    "site.url, connectwise.site.url",
    "password, connectwise.password",
    "topics, topic",
    "errors.tolerence, errors.tolerance",
    "error.tolerance, errors.tolerance",
    "task.max, tasks.max",
    "value.convertor, value.converter",
    "transform, transforms",
  })
  void thatAreNearlyAKeyOfTheSourceAreRefused(String mistyped, String meant) {
    assertThat(ofSource(mistyped, "1"))
        .containsEntry(mistyped, mistyped + ": there is no such key. Did you mean " + meant + "?");
  }

  @ParameterizedTest
  @CsvSource({
    "muate.operation.id, mutate.operation.id",
    "options., options",
    "reporter.eror.topic, reporter.error.topic",
    "lookup.condition, lookup.conditions",
    "errors.deadletterqueue.topic, errors.deadletterqueue.topic.name",
    "errors.dead.letter.queue.topic.name, errors.deadletterqueue.topic.name",
    "behavior.on.null, behavior.on.null.values",
    "max.in.flight, max.in.flight.requests",
  })
  void thatAreNearlyAKeyOfTheSinkAreRefused(String mistyped, String meant) {
    assertThat(ofSink(mistyped, "1"))
        .containsEntry(mistyped, mistyped + ": there is no such key. Did you mean " + meant + "?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "connector.class",
        "tasks.max",
        "tasks.max.enforce",
        "key.converter",
        "value.converter.schemas.enable",
        "header.converter",
        "config.action.reload",
        "transforms",
        "transforms.mode.type",
        "predicates",
        "predicates.p.type",
        "errors.tolerance",
        "errors.deadletterqueue.topic.name",
        "exactly.once.support",
        "transaction.boundary",
        "transaction.boundary.interval.ms",
        "offsets.storage.topic",
        "topic.creation.default.partitions",
        "producer.override.acks",
        "consumer.override.max.poll.records",
        "admin.override.retries",
        "company.cost.center",
      })
  void thatAreConnectsOrSomebodyElsesAreNot(String key) {
    assertThat(ofSource(key, "1")).doesNotContainKey(key);
    assertThat(ofSink(key, "1")).doesNotContainKey(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"conditions", "childConditions", "customFieldConditions", "orderBy", "fields"})
  void aParameterOfTheApiBelongsIntoTheOptions(String parameter) {
    assertThat(ofSource(parameter, "id=1").get(parameter))
        .isEqualTo(
            parameter
                + ": is a parameter of the API; give it in options, as in {\""
                + parameter
                + "\": \"…\"}");
  }

  /** First words of keys that other programs may have, too. */
  private static final Set<String> COMMON =
      Set.of(
          "custom",
          "envelope",
          "info",
          "items",
          "key",
          "mode",
          "null",
          "offset",
          "offsets",
          "on",
          "operation",
          "page",
          "paging",
          "parent",
          "record",
          "schema",
          "timestamp",
          "topic");

  /** Whichever key of the other connector it is, it is refused where no other program has such. */
  @Test
  void ofTheOtherConnectorAreRefused() {
    Set<String> ofSources = SourceConfig.definition().names();
    Set<String> ofSinks = SinkConfig.definition().names();
    Set<String> passed = new TreeSet<>();
    for (String key : ofSinks) {
      if (!ofSources.contains(key) && !ofSource(key, "1").containsKey(key)) {
        passed.add(key);
      }
    }
    for (String key : ofSources) {
      if (!ofSinks.contains(key) && !ofSink(key, "1").containsKey(key)) {
        passed.add(key);
      }
    }
    assertThat(passed).allMatch(key -> COMMON.contains(key.replaceFirst("\\..*", "")));
  }

  /** A dead letter queue that is not there must not lose records without a word. */
  @Test
  void warnsOfToleranceWithoutAPlaceWhereIsToldWhatItLeavesOut() {
    assertThat(Validation.caution(Map.of("errors.tolerance", "all")).orElseThrow())
        .contains("errors.deadletterqueue.topic.name", "errors.log.enable");
    assertThat(Validation.caution(Map.of("errors.tolerance", "all", "errors.log.enable", "true")))
        .isEmpty();
    assertThat(
            Validation.caution(
                Map.of("errors.tolerance", "all", "errors.deadletterqueue.topic.name", "dead")))
        .isEmpty();
    assertThat(Validation.caution(Map.of("errors.tolerance", "none"))).isEmpty();
    assertThat(ofSink("errors.tolerance", "all")).doesNotContainKey("errors.tolerance");
  }

  @Test
  void theKeyThatTheConnectorGivesItsTasksIsNotForUsers() {
    assertThat(ofSource("task.queries", "zzz")).containsKey("task.queries");
  }

  @ParameterizedTest
  @ValueSource(strings = {"$key", "$key.id", "$(key)", "{key}", "x-{value.id}", "${key", "${kye}"})
  void areFoundInExpressionsToo(String mistyped) {
    assertThat(
            ofSink(
                "mutate.operation.id",
                "patchServiceTicketsById",
                "options",
                "{\"id\": \"" + mistyped + "\"}"))
        .containsKey("options");
  }

  @Test
  void anExpressionThatNothingFillsInIsRefused() {
    assertThat(ofSource("query.a.options", "{\"conditions\": \"id = ${secrets:a:b}\"}"))
        .containsKey("query.a.options");
  }

  /** Whatever letter of whichever key is wrong, the configuration is refused and the key named. */
  @Test
  void everyKeyWithOneLetterWrongIsRefused() {
    Random random = new Random(20_260_131);
    Map<String, String> given =
        withoutCheck("queries", "a", "query.a.operation.id", "getServiceTickets");
    List<String> keys =
        SourceConfig.validate(given, CATALOG).configValues().stream()
            .map(ConfigValue::name)
            .toList();
    Map<String, String> passed = new TreeMap<>();
    for (String key : keys) {
      String wrong = edited(key, random);
      if (!keys.contains(wrong) && !wrong.matches("topics|name")) {
        Problems problems = new Problems();
        List<String> warned = UnknownKeys.check(List.of(wrong), QUERIES, keys, problems);
        QUERIES.checkNames(Map.of("queries", "a", wrong, ""), problems);
        assertThat(warned.contains(wrong) || problems.has(wrong)).as(wrong).isTrue();
        if (!problems.has(wrong)) {
          passed.put(wrong, key);
        }
      }
    }
    // Those of TLS are checked with the others of TLS, which tells them on their own.
    passed.keySet().removeIf(wrong -> wrong.startsWith("https."));
    assertThat(keys).hasSizeGreaterThan(80);
    assertThat(passed).isEmpty();
  }

  /** One letter more, less or other, or two exchanged. */
  private static String edited(String key, Random random) {
    int at = random.nextInt(key.length() - 1);
    String letter = String.valueOf((char) ('a' + random.nextInt(26)));
    return switch (random.nextInt(4)) {
      case 0 -> key.substring(0, at) + key.substring(at + 1);
      case 1 -> key.substring(0, at) + letter + key.substring(at);
      case 2 -> key.substring(0, at) + letter + key.substring(at + 1);
      default -> key.substring(0, at) + key.charAt(at + 1) + key.charAt(at) + key.substring(at + 2);
    };
  }

  /** What ships is not refused, whatever is done to find mistakes. */
  @Test
  void noExampleHasAKeyThatIsRefused() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../config-examples"))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".json")).toList()) {
        Map<String, String> properties = new HashMap<>();
        new ObjectMapper()
            .readTree(file.toFile())
            .path("config")
            .properties()
            .forEach(it -> properties.put(it.getKey(), it.getValue().asText()));
        properties.putAll(withoutCheck());
        properties.replace(
            "reporter.bootstrap.servers", "${env:CONNECTWISE_BOOTSTRAP_SERVERS}", "broker:9092");
        boolean sink = properties.get("connector.class").endsWith("SinkConnector");

        assertThat(
                Connection.problems(
                    sink
                        ? SinkConfig.validate(properties, CATALOG)
                        : SourceConfig.validate(properties, CATALOG)))
            .as(file.toString())
            .containsOnlyKeys("connectwise.username", "connectwise.site.url");
      }
    }
  }
}
