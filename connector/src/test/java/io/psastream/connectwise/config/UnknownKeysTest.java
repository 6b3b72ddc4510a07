package io.psastream.connectwise.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.source.config.SourceConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownKeysTest {

  private static final Catalog CATALOG = Catalog.load();

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
        "topics",
        "company.cost.center",
      })
  void thatAreConnectsOrSomebodyElsesAreNot(String key) {
    assertThat(ofSource(key, "1")).doesNotContainKey(key);
    assertThat(ofSink(key, "1")).doesNotContainKey(key);
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
}
