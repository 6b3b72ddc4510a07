package io.psastream.connectwise.sink;

import static io.psastream.connectwise.sink.Fixtures.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.http.LoggedRequest;
import io.psastream.connectwise.simulator.store.ItemCollection;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Updates that wait, made one over HTTP. */
@ExtendWith(SimulatorExtension.class)
class CoalescingTest {

  private static final String[] COALESCING = {
    "mutate.operation.id", "patchServiceTicketsById",
    "delete.operation.id", "deleteServiceTicketsById",
    "options", "{\"id\":\"${key}\"}",
    "coalesce", "true"
  };

  private Simulator simulator;
  private ItemCollection tickets;
  private long next;

  @BeforeEach
  void seed(Simulator started) {
    simulator = started;
    simulator.seed().tickets(20);
    tickets = simulator.store().collection("/service/tickets");
  }

  @Test
  void sendsABurstToOneTicketAsOneCallThatSettlesEachRecord() {
    try (SinkRig rig = SinkRig.start(simulator, COALESCING)) {
      List<SinkRecord> burst = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        burst.add(next("5", "{\"summary\":\"s" + i + "\",\"severity\":\"High\"}"));
        burst.add(next("6", "{\"summary\":\"t" + i + "\"}"));
      }
      burst.add(next("5", "{\"summary\":\"last\"}"));
      rig.put(burst);
      rig.settleAll();

      assertThat(writes()).containsExactlyInAnyOrder("PATCH 5", "PATCH 6");
      assertThat(text(5, "summary")).isEqualTo("last");
      assertThat(text(5, "severity")).isEqualTo("High");
      assertThat(text(6, "summary")).isEqualTo("t49");
      assertThat(rig.context.reported).isEmpty();
    }
  }

  @Test
  void keepsTheOrderBetweenUpdatesAndOtherOperations() {
    try (SinkRig rig = SinkRig.start(simulator, COALESCING)) {
      rig.put(
          List.of(
              next("5", "{\"summary\":\"a\"}"),
              next("5", "{\"summary\":\"b\"}"),
              next("5", null),
              next("5", null),
              next("5", "{\"summary\":\"c\"}"),
              next("5", "{\"summary\":\"d\"}")));
      rig.settleAll();

      // The last two are rejected as one, and so tried by themselves.
      assertThat(writes())
          .containsExactly("PATCH 5", "DELETE 5", "DELETE 5", "PATCH 5", "PATCH 5", "PATCH 5");
      assertThat(rig.context.reported).hasSize(2);
    }
  }

  @Test
  void triesEachByItselfWhenOneOfThemIsRejected() {
    try (SinkRig rig = SinkRig.start(simulator, COALESCING)) {
      rig.put(
          List.of(
              next("5", "{\"summary\":\"a\"}"),
              next("5", "{\"Severity\":\"unknown\"}"),
              next("5", "{\"severity\":\"High\"}")));
      rig.settleAll();

      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .startsWith("0@1: Record psa.tickets-0@1 was not applied: ")
          .contains("field Severity");
      assertThat(writes()).hasSize(4);
      assertThat(text(5, "summary")).isEqualTo("a");
      assertThat(text(5, "severity")).isEqualTo("High");
    }
  }

  @Test
  void keepsRecordsThatWereMadeOneWhileTheSiteIsAway() {
    simulator.faults().add(Fault.of("unavailable").method("PATCH").times(5));
    try (SinkRig rig = SinkRig.start(simulator, COALESCING)) {
      rig.put(List.of(next("5", "{\"summary\":\"a\"}"), next("5", "{\"severity\":\"High\"}")));
      rig.settleAll();
      rig.put(List.of(next("5", "{\"summary\":\"b\"}")));
      rig.settleAll();

      assertThat(text(5, "summary")).isEqualTo("b");
      assertThat(text(5, "severity")).isEqualTo("High");
      assertThat(rig.context.reported).isEmpty();
    }
  }

  @Test
  void upsertsABurstByOneLookAndOneCreate() {
    String[] upsert = {
      "mutate.operation.id", "postServiceTickets",
      "lookup.operation.id", "getServiceTickets",
      "lookup.conditions", "externalXRef=\"${key}\"",
      "coalesce", "true"
    };
    try (SinkRig rig = SinkRig.start(simulator, upsert)) {
      String ticket = "{\"summary\":\"%s\",\"externalXRef\":\"x\",\"company\":{\"id\":1}}";
      rig.put(
          List.of(
              next("x", ticket.formatted("a")),
              next("x", ticket.formatted("b")),
              next("x", "{\"severity\":\"High\"}")));
      rig.settleAll();

      assertThat(rig.context.reported).isEmpty();
      assertThat(writes()).containsExactly("POST tickets");
      assertThat(text(21, "summary")).isEqualTo("b");
      assertThat(text(21, "severity")).isEqualTo("High");
    }
  }

  @Test
  void neverMakesTwoCreatesOne() {
    try (SinkRig rig =
        SinkRig.start(
            simulator,
            "mutate.operation.id",
            "postServiceTickets",
            "operation.header",
            "operation",
            "operation.allowed",
            "patchServiceTicketsById",
            "options",
            "{\"id\":\"${key}\"}",
            "coalesce",
            "true")) {
      String ticket = "{\"summary\":\"a\",\"company\":{\"id\":1}}";
      rig.put(List.of(next("x", ticket), next("x", ticket)));
      rig.settleAll();

      assertThat(tickets.size()).isEqualTo(22);
    }
  }

  private SinkRecord next(String key, String value) {
    return record(0, next++, key, value);
  }

  private List<String> writes() {
    return simulator.requests().recent().stream()
        .filter(request -> !request.method().equals("GET"))
        .map(CoalescingTest::shortly)
        .toList();
  }

  private static String shortly(LoggedRequest request) {
    return request.method() + " " + request.path().substring(request.path().lastIndexOf('/') + 1);
  }

  private String text(long id, String field) {
    return tickets.get(id).orElseThrow().tree().path(field).asText();
  }
}
