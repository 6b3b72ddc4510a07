package io.psastream.connectwise.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Configurations are tried against a site and nothing is written. */
@ExtendWith(SimulatorExtension.class)
class TryCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SOURCE = "source.ConnectWiseSourceConnector";
  private static final String SINK = "sink.ConnectWiseSinkConnector";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return OperationsCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private List<JsonNode> printed() throws IOException {
    try (MappingIterator<JsonNode> all =
        JSON.readerFor(JsonNode.class).readValues(out.toString())) {
      return all.readAll();
    }
  }

  /** The credentials are in a file of their own, as a worker's FileConfigProvider reads them. */
  private String config(Simulator simulator, String type, String... keysAndValues)
      throws IOException {
    Path secrets = folder.resolve("secrets.properties");
    Files.writeString(
        secrets,
        "user=%s\nkey=%s\nclient=%s\n"
            .formatted(simulator.username(), simulator.password(), simulator.clientId()));
    ObjectNode connector = JSON.createObjectNode().put("name", "tried");
    ObjectNode config = connector.putObject("config");
    config.put("// options", "a comment of a template");
    config.put("connector.class", "io.psastream.connectwise." + type);
    config.put("connectwise.site.url", simulator.url());
    config.put("connectwise.username", "${file:" + secrets + ":user}");
    config.put("connectwise.password", "${file:" + secrets + ":key}");
    config.put("connectwise.client.id", "${file:" + secrets + ":client}");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      config.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    Path file = folder.resolve("connector.json");
    Files.writeString(file, connector.toString());
    return file.toString();
  }

  @Test
  void printsTheRecordsOfOnePageOfEachQueryWithTheirSchemaOnce(Simulator simulator)
      throws IOException {
    simulator.seed().tickets(5);
    String file =
        config(
            simulator,
            SOURCE,
            "queries",
            "tickets, boards",
            "query.tickets.operation.id",
            "getServiceTickets",
            "query.tickets.topic",
            "psa.tickets",
            "query.boards.operation.id",
            "getServiceBoards",
            "query.boards.schema.mode",
            "none");

    assertThat(run("try", file, "--records", "2")).as(err::toString).isZero();

    List<JsonNode> tickets =
        printed().stream().filter(it -> it.path("topic").asText().equals("psa.tickets")).toList();
    assertThat(tickets).hasSize(2);
    assertThat(tickets.get(0).path("key").isIntegralNumber()).isTrue();
    assertThat(tickets.get(0).at("/value/summary").isTextual()).isTrue();
    assertThat(tickets.get(0).at("/headers/connectwise.operation.id").asText())
        .isEqualTo("getServiceTickets");
    assertThat(tickets.get(1).has("valueSchema")).isFalse();
    assertThat(err.toString())
        .contains("Query tickets: 2 of the 5 records that are read first", "Query boards: ");
    asTheJsonConverterReadsIt(tickets.get(0));
    assertThat(simulator.requests().recent()).allMatch(it -> it.method().equals("GET"));
  }

  /** Schema and value together are what JsonConverter takes. */
  private static void asTheJsonConverterReadsIt(JsonNode record) {
    ObjectNode envelope = JSON.createObjectNode();
    envelope.set("schema", record.get("valueSchema"));
    envelope.set("payload", record.get("value"));
    try (JsonConverter converter = new JsonConverter()) {
      converter.configure(java.util.Map.of(), false);
      assertThat(
              converter
                  .toConnectData(
                      "psa.tickets",
                      envelope.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                  .schema()
                  .name())
          .isEqualTo("io.psastream.connectwise.Ticket");
    }
  }

  @Test
  void tellsTheCallsOfASinkForAGivenRecordAndSendsNone(Simulator simulator) throws IOException {
    simulator.seed().tickets(1);
    String file =
        config(
            simulator,
            SINK,
            "topics",
            "changes",
            "mutate.operation.id",
            "patchServiceTicketsById",
            "options",
            "{\"id\": \"${key}\"}");
    Path record = folder.resolve("record.json");
    Files.writeString(record, "{\"key\": 1, \"value\": {\"summary\": \"new\"}}");

    assertThat(run("try", file, "--record", record.toString())).as(err::toString).isZero();

    JsonNode call = printed().get(0).at("/calls/0");
    assertThat(call.path("method").asText()).isEqualTo("PATCH");
    assertThat(call.path("path").asText()).isEqualTo("/service/tickets/1");
    assertThat(call.at("/body/0/value").asText()).isEqualTo("new");
    assertThat(simulator.requests().recent()).allMatch(it -> it.method().equals("GET"));
  }

  @Test
  void makesUpARecordForEachTopicOfASink(Simulator simulator) throws IOException {
    String file =
        config(
            simulator,
            SINK,
            "topics",
            "tickets,notes",
            "routes",
            "t, n",
            "route.t.topics",
            "tickets",
            "route.t.mutate.operation.id",
            "postServiceTickets",
            "route.t.dry.run",
            "false",
            "route.n.topics",
            "notes",
            "route.n.mutate.operation.id",
            "postServiceTicketsByParentIdNotes",
            "route.n.options",
            "{\"parentId\": \"${value.ticket.number}\"}");

    assertThat(run("try", file)).as(() -> err + out.toString()).isZero();

    assertThat(printed())
        .extracting(it -> it.at("/calls/0/path").asText())
        .containsExactly("/service/tickets", "/service/tickets/1/notes");
    assertThat(simulator.requests().recent()).allMatch(it -> it.method().equals("GET"));
  }

  @Test
  void takesARecordThatItMakesUpForEveryExampleOfASink(Simulator simulator) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../config-examples"))) {
      for (Path example : files.filter(it -> it.toString().endsWith("sink.json")).toList()) {
        Path file = folder.resolve("example.json");
        Files.writeString(
            file,
            Files.readString(example)
                .replace("${env:CONNECTWISE_USERNAME}", simulator.username())
                .replace("${env:CONNECTWISE_PASSWORD}", simulator.password())
                .replace("${env:CONNECTWISE_CLIENT_ID}", simulator.clientId())
                .replace("${env:CONNECTWISE_BOOTSTRAP_SERVERS}", "broker:9092")
                .replace("${env:CONNECTWISE_SITE_URL}", simulator.url()));

        assertThat(run("try", file.toString())).as(() -> example + ": " + err + out).isZero();
      }
    }
    assertThat(simulator.requests().recent()).allMatch(it -> it.method().equals("GET"));
  }

  @Test
  void tellsOnTheKeyWhatIsWrongAndNeverASecret(Simulator simulator) throws IOException {
    String file =
        config(
            simulator, SOURCE, "operation.id", "getServiceTickets", "shedule.interval.ms", "1000");

    assertThat(run("try", file)).isEqualTo(1);

    assertThat(err.toString())
        .contains("shedule.interval.ms: there is no such key")
        .doesNotContain(simulator.password(), simulator.clientId(), "\tat ");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void readsPropertiesAndSaysWhatIsMissing(Simulator simulator) throws IOException {
    Path file = folder.resolve("connector.properties");
    Files.writeString(
        file,
        "connector.class=ConnectWiseSourceConnector\noperation.id=getServiceTickets\n"
            + "connectwise.site.url="
            + simulator.url()
            + "\n");

    assertThat(run("try", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("connectwise.username");

    assertThat(run("try", folder.resolve("none.json").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("none.json does not exist");
  }

  /**
   * Whatever stands in the place of a file, the message names it, and nobody sees a stack trace.
   */
  @Test
  void namesTheFileThatIsNoConfigurationOrNoRecord(Simulator simulator) throws IOException {
    String sink =
        config(
            simulator,
            SINK,
            "topics",
            "t",
            "mutate.operation.id",
            "patchServiceTicketsById",
            "options",
            "{\"id\": \"${key}\"}");
    Path bytes = Files.write(folder.resolve("bytes"), new byte[] {'{', (byte) 0xff});
    Path list = Files.writeString(folder.resolve("list"), "[1]");
    Path mistyped = Files.writeString(folder.resolve("mistyped"), "{\"key\": 1, \"valu\": {}}");
    Path object = folder.resolve("object.json");
    Files.writeString(object, "{\"config\": {\"options\": {\"fields\": \"id\"}}}");

    assertRefused("cannot be read", "try", folder.toString());
    assertRefused("no text in UTF-8", "try", bytes.toString());
    assertRefused("options: a worker takes texts alone", "try", object.toString());
    assertRefused("cannot be read", "try", sink, "--record", folder.toString());
    assertRefused("no text in UTF-8", "try", sink, "--record", bytes.toString());
    assertRefused("expected an object with", "try", sink, "--record", list.toString());
    assertRefused("no \"valu\"", "try", sink, "--record", mistyped.toString());
    assertRefused("--records: expected 0 or more", "try", sink, "--records", "-1");
  }

  private void assertRefused(String message, String... arguments) {
    err.getBuffer().setLength(0);
    assertThat(run(arguments)).isNotZero();
    assertThat(err.toString()).contains(message).doesNotContain("\tat ");
  }

  @Test
  void hasNoOptionForACredential() {
    run("try", "--help");
    assertThat(out.toString().lines().filter(line -> line.strip().startsWith("-")))
        .noneMatch(line -> line.matches("(?i).*(password|user|client|secret).*"));
  }
}
