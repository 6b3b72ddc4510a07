package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.Json;
import io.psastream.connectwise.simulator.store.Stamp;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an answer to one record means for it and for the others, on a task and a site. */
@ExtendWith(SimulatorExtension.class)
class AnswersTest {

  private static final List<String> IMPOSSIBLE =
      List.of(
          "abc",
          "4711.0",
          "-5",
          "undefined",
          "",
          " ",
          "2147483648",
          "9223372036854775808",
          " 7",
          "7 ",
          "1/2",
          "..",
          "7?x=1",
          "0x7",
          "1e3",
          "NaN",
          "+7",
          "７");
  private static final String[] UPDATES = {
    "mutate.operation.id", "patchServiceTicketsById", "options", "{\"id\":\"${key}\"}"
  };

  private Simulator simulator;

  @BeforeEach
  void start(Simulator started) {
    simulator = started;
    for (int id = 1; id <= 20; id++) {
      simulator
          .store()
          .collection("/service/tickets")
          .put(Json.object().put("id", id).put("summary", "old"), Stamp.now());
    }
  }

  @Test
  void aKeyThatCannotBeAnIdIsRejectedWithoutACallAndTheOthersGoOn() {
    try (SinkRig rig = SinkRig.start(simulator, UPDATES)) {
      List<SinkRecord> records = new ArrayList<>();
      for (String key : IMPOSSIBLE) {
        records.add(update(records.size(), key));
      }
      for (int id = 1; id <= 20; id++) {
        records.add(update(records.size(), String.valueOf(id)));
      }
      rig.put(records);
      rig.settleAll();

      assertThat(rig.context.reported)
          .hasSize(IMPOSSIBLE.size())
          .allMatch(it -> it.contains("\"id\" of patchServiceTicketsById"));
      assertThat(simulator.requests().recent()).hasSize(20);
      assertThat(updated()).isEqualTo(20);
    }
  }

  @Test
  void aPageFoundForOneRecordIsItsFailureAlsoWhenItIsTheFirst() {
    simulator.faults().add(Fault.of("misrouted").on("/service/tickets/1"));
    try (SinkRig rig = SinkRig.start(simulator, UPDATES)) {
      rig.settle("1", "{\"summary\":\"new\"}");
      rig.settle("2", "{\"summary\":\"new\"}");

      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .contains("The site answers other calls");
      assertThat(updated()).isEqualTo(1);
    }
  }

  @Test
  void aMaintenancePageDelaysAndLosesNothing() {
    try (SinkRig rig = SinkRig.start(simulator, UPDATES)) {
      rig.settle("1", "{\"summary\":\"new\"}");
      simulator.faults().add(Fault.of("htmlPage").times(30));
      rig.settle("2", "{\"summary\":\"new\"}");

      assertThat(rig.context.reported).isEmpty();
      assertThat(updated()).isEqualTo(2);
    }
  }

  @Test
  void aLookUpTooLongForAUrlIsASearch() {
    try (SinkRig rig =
        SinkRig.start(
            simulator,
            "mutate.operation.id",
            "postServiceTickets",
            "lookup.operation.id",
            "getServiceTickets",
            "lookup.conditions",
            "summary=\"${value.summary}\"")) {
      String value = "{\"summary\":\"%s\",\"company\":{\"id\":1}}".formatted("é".repeat(90));
      String longer = "{\"summary\":\"%s\",\"company\":{\"id\":1}}".formatted("é".repeat(900));
      rig.settle("a", value);
      rig.settle("b", longer);

      assertThat(simulator.requests().recent())
          .extracting(it -> it.method() + " " + it.path().replaceAll(".*/3\\.0", ""))
          .contains("GET /service/tickets", "POST /service/tickets/search");
    }
  }

  private static SinkRecord update(int offset, String key) {
    return Fixtures.record(0, offset, key, "{\"summary\":\"new\"}");
  }

  private long updated() {
    return simulator.store().collection("/service/tickets").items().stream()
        .filter(it -> it.tree().path("summary").asText().equals("new"))
        .count();
  }
}
