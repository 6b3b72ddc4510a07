package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.config.Connection;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.http.Response;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The task against a ConnectWise double, over HTTP. */
@ExtendWith(SimulatorExtension.class)
class SinkTaskTest {

  private static final String[] PATCH_AND_DELETE = {
    "mutate.operation.id", "patchServiceTicketsById",
    "delete.operation.id", "deleteServiceTicketsById",
    "options", "{\"id\":\"${key}\"}"
  };

  private Simulator simulator;
  private ItemCollection tickets;

  @BeforeEach
  void seed(Simulator started) {
    simulator = started;
    simulator.seed().tickets(20);
    tickets = simulator.store().collection("/service/tickets");
  }

  @Test
  void patchesAndDeletesTicketsByKey() {
    try (SinkRig rig = SinkRig.start(simulator, PATCH_AND_DELETE)) {
      rig.settle(5L, Map.of("id", 5, "summary", "changed"));
      rig.settle("6", "{\"summary\":\"changed, too\"}");
      rig.settle(7, null);
      rig.settle(7, null);

      assertThat(summary(5)).isEqualTo("changed");
      assertThat(summary(6)).isEqualTo("changed, too");
      assertThat(tickets.get(7)).isEmpty();
      assertThat(rig.context.reported).isEmpty();
    }
  }

  @Test
  void createsOneNoteForEachElement() {
    try (SinkRig rig =
        SinkRig.start(
            simulator,
            "mutate.operation.id",
            "postServiceTicketsByParentIdNotes",
            "items",
            "${value.notes}",
            "options",
            "{\"parentId\":\"${value.ticket}\"}")) {
      rig.settle(
          null,
          "{\"ticket\":3,\"notes\":[{\"text\":\"a\",\"detailDescriptionFlag\":true},"
              + "{\"text\":\"b\",\"detailDescriptionFlag\":true}]}");

      assertThat(rig.context.reported).isEmpty();
      assertThat(simulator.store().collection("/service/tickets/3/notes").items())
          .extracting(note -> note.tree().path("text").asText())
          .containsExactly("a", "b");
    }
  }

  @Test
  void keepsTheOrderOfEachKeyWhileKeysRunSideBySide() {
    simulator.faults().add(Fault.of("latency").with("ms", 2));
    simulator.faults().add(Fault.of("unavailable").times(5));
    simulator.faults().add(Fault.of("dropConnection").times(5));
    simulator.faults().add(Fault.of("applyThenDrop").times(5));
    try (SinkRig rig = SinkRig.start(simulator, PATCH_AND_DELETE)) {
      List<SinkRecord> records = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        long key = 1L + i % 20;
        records.add(Fixtures.record(0, i, key, "{\"summary\":\"%04d\"}".formatted(i)));
      }
      rig.put(records);
      rig.settleAll();

      for (long id = 1; id <= 20; id++) {
        List<String> versions =
            tickets.versions(id).stream()
                .flatMap(version -> version.item().stream())
                .map(item -> summary(item.tree()))
                .filter(summary -> summary.matches("\\d{4}"))
                .distinct()
                .toList();
        assertThat(versions).hasSize(20).isSorted();
      }
      assertThat(rig.context.reported).isEmpty();
    }
  }

  @Test
  void repeatsNoCreateAfterARebalance() {
    assertThat(
            requestsForARecordBeforeAndAfterARebalance("mutate.operation.id", "postServiceTickets"))
        .isEqualTo(1);
  }

  /** Who had the partition meanwhile may have applied an older one. */
  @Test
  void repeatsAnUpdateAfterARebalance() {
    assertThat(requestsForARecordBeforeAndAfterARebalance(PATCH_AND_DELETE)).isEqualTo(2);
  }

  private long requestsForARecordBeforeAndAfterARebalance(String... properties) {
    try (SinkRig rig = SinkRig.start(simulator, properties)) {
      SinkRecord record = Fixtures.record(0, 0, "5", "{\"summary\":\"x\",\"company\":{\"id\":1}}");
      rig.put(List.of(record));
      rig.revoke();
      rig.task.open(List.of(SinkRig.PARTITION));
      rig.put(List.of(record));
      rig.settleAll();
      return simulator.requests().total();
    }
  }

  @Test
  void reportsARejectedRecordWithTheMessageOfTheApiWhileTheOthersGoThrough() {
    try (SinkRig rig = SinkRig.start(simulator, PATCH_AND_DELETE)) {
      rig.settle("999", "{\"summary\":\"x\"}");
      rig.settle("5", "{\"summary\":\"y\"}");

      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .startsWith(
              "0@0: Record psa.tickets-0@0 was not applied: patchServiceTicketsById PATCH"
                  + " /service/tickets/999 → 404 NotFound \"");
      assertThat(summary(5)).isEqualTo("y");
    }
  }

  @Test
  void reportsTheCodeTheFieldsAndTheRequestIdOfARefusal() {
    try (SinkRig rig = SinkRig.start(simulator, "mutate.operation.id", "postCompanyContacts")) {
      rig.settle("k", "{\"lastName\":\"secret\"}");

      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .contains("postCompanyContacts POST /company/contacts → 400 InvalidObject \"")
          .contains("[firstName: The firstName field is required.]")
          .contains("(x-cw-request-id ")
          .doesNotContain("secret");
    }
  }

  @Test
  void reportsAPatchThatTheApiAnswersAndDoesNotApply() {
    try (SinkRig rig = SinkRig.start(simulator, PATCH_AND_DELETE)) {
      rig.settle("5", "{\"Summary\":\"wrong case\"}");

      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .contains("→ 200, but not applied: field Summary of item 5.");
    }
  }

  @Test
  void reportsACreateWhoseAnswerWasLostAndCreatesItOnce() {
    simulator.faults().add(Fault.of("applyThenDrop").method("POST").times(1));
    try (SinkRig rig = SinkRig.start(simulator, "mutate.operation.id", "postServiceTickets")) {
      rig.settle("k", "{\"summary\":\"once\",\"company\":{\"id\":1}}");

      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .contains("it may have been applied: look it up in ConnectWise");
      assertThat(tickets.items().stream().filter(item -> summary(item.tree()).equals("once")))
          .hasSize(1);
    }
  }

  @Test
  void failsWithTheMessageOfTheApiWhenItsKeysAreRefused() {
    simulator.faults().add(Fault.of("unauthorized"));
    try (SinkRig rig = SinkRig.start(simulator, PATCH_AND_DELETE)) {
      assertThatThrownBy(() -> rig.settle("5", "{\"summary\":\"x\"}"))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("401 ConnectWiseApi \"UserNotAuthenticated\"")
          .hasMessageEndingWith("The task stops.");
      assertThat(rig.context.reported).isEmpty();
      assertThat(rig.committable()).isZero();
    }
  }

  @Test
  void failsWithTheMessageWhenThereIsNoDeadLetterTopic() {
    TaskContext context = TaskContext.withoutReporter(SinkRig.PARTITION);
    try (SinkRig rig = SinkRig.start(context, simulator, PATCH_AND_DELETE)) {
      assertThatThrownBy(() -> rig.settle("999", "{\"summary\":\"x\"}"))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("404 NotFound")
          .hasMessageContaining("errors.deadletterqueue.topic.name");
    }
  }

  @Test
  void stopsWithinTheFiveSecondsThatAWorkerGivesWhateverIsUnderWay() {
    simulator.faults().add(Fault.of("latency").with("ms", 60_000));
    SinkRig rig = SinkRig.start(simulator, PATCH_AND_DELETE);
    rig.put(List.of(Fixtures.record("5", "{\"summary\":\"x\"}")));
    long start = System.nanoTime();

    rig.revoke();
    rig.close();
    rig.close();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void stopsWithoutHavingStarted() {
    assertThatCode(() -> new ConnectWiseSinkTask().stop()).doesNotThrowAnyException();
  }

  @Test
  void doesNotStartWithAWrongConfiguration() {
    assertThatThrownBy(() -> SinkRig.start(simulator, "options", "{}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("mutate.operation.id: is missing");
  }

  @Test
  void aSoundConfigurationIsValidAndWrongCredentialsAreNot() {
    ConnectWiseSinkConnector connector = new ConnectWiseSinkConnector();
    Map<String, String> properties = SinkRig.properties(simulator, PATCH_AND_DELETE);

    assertThat(wrong(connector, properties)).isEmpty();
    properties.put("connectwise.password", "wrong");
    assertThat(wrong(connector, properties))
        .contains("connectwise.username", "connectwise.password");
  }

  private static List<String> wrong(
      ConnectWiseSinkConnector connector, Map<String, String> properties) {
    return connector.validate(properties).configValues().stream()
        .filter(value -> !value.errorMessages().isEmpty())
        .map(ConfigValue::name)
        .toList();
  }

  /** Else every record would be a dead letter. */
  @Test
  void anUnknownClientIdStopsTheTaskInsteadOfRejectingRecords() {
    String[] unknown = Arrays.copyOf(PATCH_AND_DELETE, PATCH_AND_DELETE.length + 2);
    unknown[PATCH_AND_DELETE.length] = "connectwise.client.id";
    unknown[PATCH_AND_DELETE.length + 1] = "nobody";
    try (SinkRig rig = SinkRig.start(simulator, unknown)) {
      assertThatThrownBy(() -> rig.settle(5L, Map.of("summary", "changed")))
          .hasMessageContaining("connectwise.client.id");
      assertThat(rig.context.reported).isEmpty();
    }
  }

  @Test
  void whatTheSiteRepeatsOfTheKeysIsNotTold() {
    simulator
        .faults()
        .changing(
            Fault.of("hook").on("/service/**"),
            (request, answer) ->
                Response.json(
                    400,
                    "{\"code\":\"Debug\",\"message\":\"sent: %s\"}"
                        .formatted(request.header("Authorization").orElseThrow())));
    try (SinkRig rig = SinkRig.start(simulator, PATCH_AND_DELETE)) {
      rig.settle(5L, Map.of("summary", "changed"));

      assertThat(rig.context.reported).singleElement().asString().contains("\"sent: Basic ***\"");
    }
    Map<String, String> properties = SinkRig.properties(simulator, PATCH_AND_DELETE);
    assertThat(Connection.problems(new ConnectWiseSinkConnector().validate(properties)))
        .containsOnlyKeys("routes")
        .extractingByKey("routes")
        .asString()
        .endsWith("→ 400 Debug \"sent: Basic ***\"");
  }

  private String summary(long id) {
    return tickets.get(id).map(StoredItem::tree).map(SinkTaskTest::summary).orElse("gone");
  }

  private static String summary(JsonNode ticket) {
    return ticket.path("summary").asText();
  }
}
