package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Items that are found by a key of the user's own, over HTTP: none is created twice. */
@ExtendWith(SimulatorExtension.class)
class LookupTest {

  private static final String TICKETS = "/service/tickets";
  private static final String[] UPSERT = {
    "mutate.operation.id", "postServiceTickets",
    "lookup.operation.id", "getServiceTickets",
    "lookup.conditions", "externalXRef=\"${key}\"",
    "lookup.wait.ms", "0"
  };

  private Simulator simulator;
  private ItemCollection tickets;

  @BeforeEach
  void seed(Simulator started) {
    simulator = started;
    simulator.seed().tickets(5);
    tickets = simulator.store().collection(TICKETS);
  }

  @Test
  void createsWhatItDoesNotFindAndUpdatesWhatItFinds() {
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.settle("a-1", ticket("a-1", "first"));
      rig.settle("a-1", ticket("a-1", "second"));

      assertThat(rig.context.reported).isEmpty();
      assertThat(summaries("a-1")).containsExactly("second");
      assertThat(made("POST")).isEqualTo(1);
      assertThat(made("PATCH")).isEqualTo(1);
    }
  }

  @Test
  void updatesWhatAWorkerCreatedThatDiedBeforeItsCommit() {
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.settle("a-1", ticket("a-1", "once"));
    }
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.settle("a-1", ticket("a-1", "once"));
    }

    assertThat(summaries("a-1")).containsExactly("once");
    assertThat(made("POST")).isEqualTo(1);
  }

  @Test
  void findsACreateWhoseAnswerWasLostAndDoesNotRepeatIt() {
    simulator.faults().add(Fault.of("applyThenDrop").times(1));
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.settle("a-1", ticket("a-1", "once"));

      assertThat(rig.context.reported).isEmpty();
      assertThat(summaries("a-1")).containsExactly("once");
      assertThat(made("POST")).isEqualTo(1);
    }
  }

  @Test
  void createsAgainWhatTwoLooksDidNotFind() {
    simulator.faults().add(Fault.of("dropRequest").method("POST").times(1));
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.settle("a-1", ticket("a-1", "once"));

      assertThat(rig.context.reported).isEmpty();
      assertThat(summaries("a-1")).containsExactly("once");
      assertThat(methods()).containsExactly("GET", "POST", "GET", "GET", "POST");
    }
  }

  @Test
  void goesOnLookingAfterAnOutageInsteadOfCreating() {
    simulator.faults().add(Fault.of("applyThenDrop").times(1));
    // The first look is before the create, the next ones find the site away.
    simulator.faults().add(Fault.of("hook").method("GET").times(1));
    simulator.faults().add(Fault.of("unavailable").method("GET").times(4));
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.settle("a-1", ticket("a-1", "once"));

      assertThat(rig.context.reported).isEmpty();
      assertThat(summaries("a-1")).containsExactly("once");
      assertThat(made("POST")).isEqualTo(1);
    }
  }

  @Test
  void reportsACreateWhoseAnswerIsLostOverAndOver() {
    simulator.faults().add(Fault.of("unavailable").with("status", 502).method("POST"));
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.settle("a-1", ticket("a-1", "never"));

      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .contains("→ 502", "it may have been applied: look it up in ConnectWise");
      assertThat(made("POST")).isEqualTo(5);
    }
  }

  @Test
  void looksForTheLastCreateThatWasLost() {
    simulator.faults().add(Fault.of("unavailable").with("status", 502).method("POST").times(4));
    simulator.faults().add(Fault.of("applyThenDrop").times(1));
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.settle("a-1", ticket("a-1", "at last"));

      assertThat(rig.context.reported).isEmpty();
      assertThat(summaries("a-1")).containsExactly("at last");
      assertThat(made("POST")).isEqualTo(5);
    }
  }

  @Test
  void rejectsARecordWhoseLookUpFindsMoreThanOne() {
    try (SinkRig rig =
        SinkRig.start(simulator, with("lookup.conditions", "id > 0 AND summary != \"${key}\""))) {
      rig.settle("a-1", ticket("a-1", "x"));

      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .contains("found more than one item");
      assertThat(methods()).containsExactly("GET");
    }
  }

  @Test
  void aKeyCannotAddToTheCondition() {
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.settle("x\" OR id=\"1", ticket("x\" OR id=\"1", "harmless"));
      rig.settle("x\" OR 'a'='a", ticket("x", "refused"));

      assertThat(summaries("x\" OR id=\"1")).containsExactly("harmless");
      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .contains("lookup.conditions: a text with both kinds of quotes cannot be looked up");
      assertThat(tickets.items()).hasSize(6);
    }
  }

  @Test
  void leavesOrRejectsWhatExistsWhenToldTo() {
    tickets.items();
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.settle("a-1", ticket("a-1", "old"));
    }
    try (SinkRig rig = SinkRig.start(simulator, with("behavior.on.exists", "ignore"))) {
      rig.settle("a-1", ticket("a-1", "new"));
      assertThat(rig.context.reported).isEmpty();
    }
    try (SinkRig rig = SinkRig.start(simulator, with("behavior.on.exists", "fail"))) {
      rig.settle("a-1", ticket("a-1", "new"));
      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .contains("exists already: the look-up");
    }
    assertThat(summaries("a-1")).containsExactly("old");
  }

  @Test
  void changesAndDeletesByTheKeyOfTheUser() {
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.settle("a-1", ticket("a-1", "old"));
    }
    try (SinkRig rig =
        SinkRig.start(
            simulator,
            "mutate.operation.id",
            "patchServiceTicketsById",
            "delete.operation.id",
            "deleteServiceTicketsById",
            "lookup.operation.id",
            "getServiceTickets",
            "lookup.conditions",
            "externalXRef=\"${key}\"")) {
      rig.settle("a-1", Map.of("summary", "new"));
      assertThat(summaries("a-1")).containsExactly("new");
      rig.settle("a-1", null);
      rig.settle("a-1", null);
      assertThat(summaries("a-1")).isEmpty();
      assertThat(rig.context.reported).isEmpty();
      rig.settle("a-1", Map.of("summary", "too late"));
      assertThat(rig.context.reported).singleElement().asString().contains("found no item");
    }
  }

  @Test
  void createsWhatAnUpdateDoesNotFindWhenToldTo() {
    try (SinkRig rig =
        SinkRig.start(
            simulator,
            with(
                "mutate.operation.id",
                "patchServiceTicketsById",
                "options",
                "{\"id\":\"${value.id}\"}",
                "behavior.on.not.found",
                "create"))) {
      rig.settle("a-1", "{\"id\":999," + ticket("a-1", "first").substring(1));
      rig.settle("a-1", "{\"id\":999," + ticket("a-1", "second").substring(1));
      rig.settle("a-2", "{\"id\":3," + ticket("a-2", "third").substring(1));

      assertThat(rig.context.reported).isEmpty();
      assertThat(summaries("a-1")).containsExactly("second");
      assertThat(summaries("a-2")).containsExactly("third");
      assertThat(tickets.items()).hasSize(6);
    }
  }

  @Test
  void takesObjectExistsForACueToUpdate() {
    simulator.seed().companies(3);
    // The look-up misses the company at first, as when somebody else creates it meanwhile.
    simulator.faults().add(Fault.of("emptyList").method("GET").times(1));
    StoredItem second =
        new ArrayList<>(simulator.store().collection("/company/companies").items()).get(1);
    String identifier = second.tree().path("identifier").asText();
    try (SinkRig rig =
        SinkRig.start(
            simulator,
            "mutate.operation.id",
            "postCompanyCompanies",
            "lookup.operation.id",
            "getCompanyCompanies",
            "lookup.conditions",
            "identifier='${key}'")) {
      rig.settle(identifier, Map.of("identifier", identifier, "name", "New name"));

      assertThat(rig.context.reported).isEmpty();
      assertThat(simulator.store().collection("/company/companies").get(second.id()).orElseThrow())
          .extracting(item -> item.tree().path("name").asText())
          .isEqualTo("New name");
    }
  }

  @Test
  void findsByACustomField() {
    simulator.faults().add(Fault.of("customFields").with("mode", "partial"));
    try (SinkRig rig =
        SinkRig.start(
            simulator,
            "mutate.operation.id",
            "patchServiceTicketsById",
            "lookup.operation.id",
            "getServiceTickets",
            "lookup.custom.field.conditions",
            "caption=\"Reference\" AND value=\"${key}\"")) {
      String reference = tickets.get(4).orElseThrow().tree().at("/customFields/1/value").asText();
      rig.settle(reference, Map.of("summary", "found"));

      assertThat(rig.context.reported).isEmpty();
      assertThat(tickets.get(4).orElseThrow().tree().path("summary").asText()).isEqualTo("found");
    }
  }

  private static String ticket(String reference, String summary) {
    return "{\"summary\":\"%s\",\"company\":{\"id\":1},\"externalXRef\":\"%s\"}"
        .formatted(summary, reference.replace("\"", "\\\""));
  }

  private static String[] with(String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(UPSERT));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  private List<String> summaries(String reference) {
    return tickets.items().stream()
        .map(StoredItem::tree)
        .filter(item -> item.path("externalXRef").asText().equals(reference))
        .map(item -> item.path("summary").asText())
        .toList();
  }

  private List<String> methods() {
    return simulator.requests().recent().stream().map(it -> it.method()).toList();
  }

  private long made(String method) {
    return methods().stream().filter(method::equals).count();
  }
}
