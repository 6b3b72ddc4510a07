package io.psastream.connectwise.sandbox.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.sandbox.BuiltArchive;
import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Examples;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.connect.Validation;
import io.psastream.connectwise.sandbox.demo.DemoEnvironment;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file of {@code config-examples/} is a configuration that a worker accepts, without a key
 * that nobody reads, and does what it is for on a worker and brokers as many are set up: with a
 * StringConverter as default, and no topics that create themselves.
 */
final class ExamplesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TEXT_CONVERTER = "org.apache.kafka.connect.storage.StringConverter";

  /** Keys that are handed on as they are. */
  private static final List<String> OPEN_PREFIXES =
      List.of(
          "producer.override.",
          "reporter.producer.",
          "consumer.override.",
          "topic.creation.",
          "key.converter.",
          "value.converter.");

  /**
   * Confluent's converters are not on the class path here; their keys are checked as far as that
   * goes.
   */
  private static final String ELSEWHERE = "io.confluent.";

  private static Simulator simulator;
  private static Sandbox sandbox;

  @BeforeAll
  static void start() throws IOException {
    simulator = Simulator.start();
    Sandbox.Endpoints endpoints = Sandbox.Endpoints.free();
    Map<String, String> worker =
        new HashMap<>(DemoEnvironment.settings(simulator, "127.0.0.1:" + endpoints.broker()));
    worker.put("key.converter", TEXT_CONVERTER);
    worker.put("value.converter", TEXT_CONVERTER);
    sandbox =
        Sandbox.start(
            BuiltArchive.path(),
            Files.createTempDirectory(Path.of("target"), "sandbox-"),
            endpoints,
            Map.of("auto.create.topics.enable", "false"),
            worker);
    sandbox.startWorker();
  }

  @AfterAll
  static void stop() {
    sandbox.close();
    simulator.close();
  }

  static List<Path> files() {
    return Examples.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void exampleIsValid(Path file) {
    try (Tenant tenant = Tenant.start("examples", 1)) {
      Example example = tenant.example(file.getFileName().toString());
      Set<String> absent = new TreeSet<>();
      example
          .config()
          .forEach(
              (key, value) -> {
                if (value.startsWith(ELSEWHERE)) {
                  absent.add(key);
                }
              });

      Validation validation =
          sandbox.connect().validate(example.with(Map.of("name", example.name())).config());

      assertThat(validation.errors().keySet()).isEqualTo(absent);
      assertThat(example.config().keySet())
          .filteredOn(key -> OPEN_PREFIXES.stream().noneMatch(key::startsWith))
          .isSubsetOf(validation.keys());
    }
  }

  @Test
  void everyExampleGetsItsFirstRecordRight() throws IOException {
    try (Tenant tenant = new Tenant(simulator, "examples")) {
      tenant
          .simulator()
          .seed()
          .tickets(6)
          .companies(3)
          .contacts(1)
          .configurations(1)
          .timeEntries(1);
      tenant.simulator().seed().notes(1).documents(1);
      List<ProducerRecord<String, String>> records = records();
      records.forEach(record -> sandbox.topics().create(record.topic(), 1));
      Stream.of("psa.ticket.results", "psa.ticket.errors")
          .forEach(topic -> sandbox.topics().create(topic, 1));
      sandbox.topics().send(records);

      List<Example> examples = examples();
      examples.forEach(
          example -> sandbox.connect().put(example.name(), asItIs(example, tenant).config()));

      Map.of(
              "psa.tickets", "id",
              "psa.tickets.avro", "id",
              "psa.company.companies", "id",
              "psa.company.contacts", "id",
              "psa.company.configurations", "id",
              "psa.time", "id",
              "psa.ticket.notes", "text",
              "psa.documents", "fileName",
              "psa.tickets.open", "count",
              "psa.ticket.results", "items")
          .forEach((topic, field) -> assertThat(first(topic).has(field)).as(topic).isTrue());
      assertThat(first("psa.document.files").isTextual()).isTrue();
      Map.of(
              "/service/tickets",
                  List.of("of an update", "of a command", "of a create", "of a key"),
              "/company/companies", List.of("of a route", "of a table"),
              "/service/tickets/1/notes", List.of("of a record"),
              "/time/entries", List.of("of an hour"),
              "/system/documents", List.of("of a header"))
          .forEach((path, texts) -> texts.forEach(text -> awaitWritten(tenant, path, text)));
      List<String> followed = new ArrayList<>();
      sandbox
          .topics()
          .follow(
              Pattern.compile("psa\\.(time|documents)"),
              record -> {
                followed.add(record.topic());
                return !followed.containsAll(List.of("psa.time", "psa.documents"));
              });
      assertThat(sandbox.topics().read("psa.dead.letters")).isEmpty();
      assertThat(sandbox.topics().read("psa.ticket.errors")).isEmpty();
      examples.forEach(example -> sandbox.connect().requireHealthy(example.name()));
      examples.forEach(example -> sandbox.connect().delete(example.name()));
    }
  }

  @Test
  void everyRecipeDoesWhatItSays() throws Exception {
    try (Tenant tenant = Tenant.start("recipes", 6)) {
      new Recipes(sandbox, tenant).cook();
    }
  }

  /** The one record that each sink is for, by the topics of the examples and the README. */
  private static List<ProducerRecord<String, String>> records() {
    ProducerRecord<String, String> file =
        new ProducerRecord<>("psa.ticket.files", "1", "content of a file");
    file.headers().add("title", "of a header".getBytes(UTF_8));
    file.headers().add("fileName", "a.txt".getBytes(UTF_8));
    String key =
        "{'schema':{'type':'struct','fields':[{'field':'id','type':'int32'}]},'payload':{'id':2}}";
    String change =
        "{'schema':{'type':'struct','fields':[{'field':'op','type':'string'},{'field':'after',"
            + "'type':'struct','fields':[{'field':'id','type':'int32'},"
            + "{'field':'city','type':'string'}]}]},"
            + "'payload':{'op':'u','after':{'id':2,'city':'of a table'}}}";
    return List.of(
        file,
        new ProducerRecord<>("psa.ticket.updates", "1", "{\"summary\":\"of an update\"}"),
        new ProducerRecord<>("psa.ticket.commands", "2", "{\"summary\":\"of a command\"}"),
        new ProducerRecord<>(
            "psa.tickets.new", "1", "{\"summary\":\"of a create\",\"company\":{\"id\":1}}"),
        new ProducerRecord<>(
            "psa.tickets.upserts",
            "order-17",
            "{\"summary\":\"of a key\",\"company\":{\"id\":1},\"externalXRef\":\"order-17\"}"),
        new ProducerRecord<>("psa.company.updates", "1", "{\"city\":\"of a route\"}"),
        new ProducerRecord<>(
            "psa.ticket.notes.new",
            "1",
            "{\"text\":\"of a record\",\"detailDescriptionFlag\":true}"),
        new ProducerRecord<>(
            "psa.time.new",
            "1",
            "{\"chargeToId\":1,\"chargeToType\":\"ServiceTicket\",\"member\":{\"id\":1},"
                + "\"timeStart\":\"2026-02-01T08:00:00Z\",\"notes\":\"of an hour\"}"),
        new ProducerRecord<>(
            "crm.public.companies", key.replace('\'', '"'), change.replace('\'', '"')));
  }

  /** Those of the folder, and those that the README prints. */
  private static List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    for (Path file : files()) {
      examples.add(Example.read(file));
    }
    examples.addAll(Examples.printed("README.md"));
    assertThat(examples).extracting(Example::name).contains("tickets", "ticket-updates");
    return examples;
  }

  /**
   * The files find site, credentials and brokers in the environment, the README's name a site. JSON
   * is in the place of converters that are not here.
   */
  private static Example asItIs(Example example, Tenant tenant) {
    Map<String, String> changes = new HashMap<>();
    if (!example.config().get("connectwise.site.url").startsWith("${env:")) {
      changes.put("connectwise.site.url", tenant.simulator().url());
    }
    if (example.config().containsKey("lookup.operation.id")) {
      changes.put("lookup.wait.ms", "0"); // 15 s after a start, for creates of a task before
    }
    if (example.config().get("value.converter").startsWith(ELSEWHERE)) {
      for (String side : List.of("key.converter", "value.converter")) {
        changes.put(side, "org.apache.kafka.connect.json.JsonConverter");
        changes.put(side + ".schemas.enable", "false");
      }
    }
    return example.with(changes);
  }

  private static JsonNode first(String topic) {
    Await.until("Topic " + topic, PATIENCE, () -> sandbox.topics().names().contains(topic));
    try (TopicReader reader = sandbox.topics().reader(topic)) {
      return Await.until(
          "A record in " + topic,
          PATIENCE,
          () -> reader.toEnd().stream().flatMap(record -> record.value().stream()).findFirst(),
          () -> sandbox.connect().failures().toString());
    }
  }

  private static void awaitWritten(Tenant tenant, String path, String text) {
    Await.until(
        "\"" + text + "\" in " + path,
        PATIENCE,
        () ->
            tenant.simulator().store().collection(path).items().stream()
                .map(StoredItem::json)
                .filter(json -> json.contains("\"" + text + "\""))
                .findFirst(),
        () -> sandbox.connect().failures().toString());
  }

  /** The converter of the worker is seen by nobody before the first record. */
  @Test
  void aSourceWithoutConvertersStopsBeforeItWritesNonsense() {
    try (Tenant tenant = Tenant.start("unnamed", 2)) {
      sandbox
          .connect()
          .put(
              tenant.name(),
              tenant
                  .source()
                  .without(
                      "key.converter",
                      "key.converter.schemas.enable",
                      "value.converter",
                      "value.converter.schemas.enable")
                  .with(
                      Map.of(
                          "schema.mode", "typed",
                          "errors.tolerance", "all",
                          "errors.log.enable", "true"))
                  .config());

      assertThat(sandbox.connect().awaitFailed(tenant.name()).cause())
          .contains("Set value.converter in the connector's configuration");
      // Connect creates the topic after it has converted the first record.
      assertThat(sandbox.topics().names()).doesNotContain(tenant.topic());
      sandbox.connect().delete(tenant.name());
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void exampleTakesSiteAndSecretsFromTheEnvironment(Path file) throws IOException {
    assertThat(Example.read(file).config())
        .containsEntry("connectwise.site.url", "${env:CONNECTWISE_SITE_URL}")
        .containsEntry("connectwise.username", "${env:CONNECTWISE_USERNAME}")
        .containsEntry("connectwise.password", "${env:CONNECTWISE_PASSWORD}")
        .containsEntry("connectwise.client.id", "${env:CONNECTWISE_CLIENT_ID}");
  }

  /** With the broker's default, items are deleted that nothing will send again. */
  @ParameterizedTest
  @MethodSource("files")
  void sourceCreatesCompactedTopics(Path file) throws IOException {
    Map<String, String> config = Example.read(file).config();
    if (config.get("connector.class").endsWith("SourceConnector")) {
      assertThat(config)
          .containsEntry("topic.creation.default.cleanup.policy", "compact")
          .containsEntry("topic.creation.default.replication.factor", "-1")
          .containsKey("topic.creation.default.partitions");
    }
  }

  @Test
  void everyFileIsExplainedInTheReadmeAndNamedAfterItself() throws IOException {
    String readme = Files.readString(Examples.FOLDER.resolve("README.md"));

    assertThat(files()).hasSizeGreaterThanOrEqualTo(4);
    for (Path file : files()) {
      String name = file.getFileName().toString();
      assertThat(readme).contains("| [%1$s](%1$s) |".formatted(name));
      assertThat(Example.read(file).name()).isEqualTo("connectwise-" + name.replace(".json", ""));
    }
    try (Stream<Path> all = Files.list(Examples.FOLDER)) {
      assertThat(all).hasSize(files().size() + 1);
    }
  }
}
