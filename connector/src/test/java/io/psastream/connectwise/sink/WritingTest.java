package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.http.LoggedRequest;
import io.psastream.connectwise.simulator.store.ItemCollection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How bodies are made and checked, over HTTP. */
@ExtendWith(SimulatorExtension.class)
class WritingTest {

  private static final String[] PATCH = {
    "mutate.operation.id", "patchServiceTicketsById", "options", "{\"id\":\"${key}\"}"
  };
  private static final String[] PUT = {
    "mutate.operation.id", "putServiceTicketsById", "options", "{\"id\":\"${key}\"}"
  };

  private Simulator simulator;
  private ItemCollection tickets;

  @BeforeEach
  void seed(Simulator started) {
    simulator = started;
    simulator.seed().tickets(5);
    tickets = simulator.store().collection("/service/tickets");
  }

  @Test
  void aDiffSendsWhatDiffersAndNothingWhenNothingDoes() {
    JsonNode before = ticket(3);
    ObjectNode whole = before.deepCopy();
    whole.remove("_info");
    whole.put("summary", "only this");
    try (SinkRig rig = SinkRig.start(simulator, with(PATCH, "patch.format", "diff"))) {
      rig.settle(3, whole.toString());
      rig.settle(3, whole.toString());

      assertThat(rig.context.reported).isEmpty();
      assertThat(bodies("PATCH"))
          .containsExactly("[{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"only this\"}]");
      assertThat(tickets.versions(3)).hasSize(2);
    }
  }

  @Test
  void aDiffChangesArraysByTheirIndexes() {
    simulator.seed().contacts(1);
    ItemCollection contacts = simulator.store().collection("/company/contacts");
    ObjectNode contact = contacts.items().iterator().next().tree();
    long id = contact.path("id").asLong();
    try (SinkRig rig =
        SinkRig.start(
            simulator,
            "mutate.operation.id",
            "patchCompanyContactsById",
            "options",
            "{\"id\":\"${key}\"}",
            "patch.format",
            "diff")) {
      rig.settle(id, items("{'id':1,'value':'a'}", "{'id':2,'value':'b'}", "{'id':3,'value':'c'}"));
      simulator.requests().clear();
      rig.settle(id, items("{'id':3,'value':'C'}", "{'value':'d'}"));

      assertThat(rig.context.reported).isEmpty();
      assertThat(bodies("PATCH").get(0))
          .isEqualTo(
              "[{'op':'replace','path':'communicationItems/2','value':{'id':3,'value':'C'}},{'op':'add','path':'communicationItems/3','value':{'value':'d'}},{'op':'remove','path':'communicationItems/1'},{'op':'remove','path':'communicationItems/0'}]"
                  .replace('\'', '"'));
      assertThat(contacts.get(id).orElseThrow().tree().path("communicationItems"))
          .extracting(item -> item.path("value").asText())
          .containsExactly("C", "d");
    }
  }

  @Test
  void aDiffWhoseAnswerWasLostIsWorkedOutAnew() {
    simulator.seed().contacts(1);
    ItemCollection contacts = simulator.store().collection("/company/contacts");
    long id = contacts.items().iterator().next().id();
    simulator.faults().add(Fault.of("applyThenDrop").method("PATCH").times(1));
    try (SinkRig rig =
        SinkRig.start(
            simulator,
            "mutate.operation.id",
            "patchCompanyContactsById",
            "patch.format",
            "diff",
            "lookup.operation.id",
            "getCompanyContacts",
            "lookup.conditions",
            "id=${key}",
            "lookup.wait.ms",
            "0")) {
      String kept = contacts.get(id).orElseThrow().tree().path("communicationItems").toString();
      String added =
          kept.equals("") || kept.equals("[]")
              ? "[{\"value\":\"d\"}]"
              : kept.substring(0, kept.length() - 1) + ",{\"value\":\"d\"}]";
      rig.settle(id, "{\"communicationItems\":" + added + "}");

      assertThat(rig.context.reported).isEmpty();
      assertThat(contacts.get(id).orElseThrow().tree().path("communicationItems"))
          .filteredOn(item -> item.path("value").asText().equals("d"))
          .hasSize(1);
    }
  }

  @Test
  void operationsAreSentAsTheyAre() {
    try (SinkRig rig = SinkRig.start(simulator, with(PATCH, "patch.format", "operations"))) {
      rig.settle(3, "[{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"x\"}]");
      rig.settle(4, "{\"summary\":\"x\"}");

      assertThat(ticket(3).path("summary").asText()).isEqualTo("x");
      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .contains("patch.format=operations takes an array of patch operations, not an object");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'id':1,'value':42}", "{'caption':'story points','value':42}"})
  void aCustomFieldIsPutIntoTheArrayThatTheItemHas(String field) {
    String reference = ticket(3).at("/customFields/1/value").asText();
    try (SinkRig rig = SinkRig.start(simulator, PATCH)) {
      rig.settle(3, "{'customFields':[%s]}".formatted(field).replace('\'', '"'));

      assertThat(rig.context.reported).isEmpty();
      assertThat(ticket(3).at("/customFields/0/value").asInt()).isEqualTo(42);
      assertThat(ticket(3).at("/customFields/1/value").asText()).isEqualTo(reference);
    }
  }

  @Test
  void aCustomFieldThatTheItemDoesNotHaveIsNamed() {
    try (SinkRig rig = SinkRig.start(simulator, PATCH)) {
      rig.settle(3, "{\"customFields\":[{\"caption\":\"Stroy Points\",\"value\":1}]}");

      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .contains("the item has no custom field Stroy Points.");
      assertThat(bodies("PATCH")).isEmpty();
    }
  }

  @Test
  void partialCustomFieldsAreSentWithoutReading() {
    simulator.faults().add(Fault.of("customFields").with("mode", "partial"));
    try (SinkRig rig = SinkRig.start(simulator, with(PATCH, "custom.fields", "partial"))) {
      rig.settle(3, "{\"customFields\":[{\"id\":1,\"value\":7}]}");

      assertThat(rig.context.reported).isEmpty();
      assertThat(ticket(3).at("/customFields/0/value").asInt()).isEqualTo(7);
      assertThat(simulator.requests().total()).isEqualTo(1);
    }
  }

  @Test
  void anUnappliedFieldIsLoggedOrNotLookedForWhenToldTo() {
    for (String verdict : List.of("warn", "ignore")) {
      try (SinkRig rig = SinkRig.start(simulator, with(PATCH, "behavior.on.unapplied", verdict))) {
        rig.settle("5", "{\"Summary\":\"wrong case\"}");

        assertThat(rig.context.reported).isEmpty();
      }
    }
  }

  @Test
  void aPutThatMergesKeepsWhatTheRecordDoesNotSay() {
    JsonNode before = ticket(3);
    try (SinkRig rig = SinkRig.start(simulator, with(PUT, "put.merge", "true"))) {
      rig.settle(3, "{\"summary\":\"new\",\"board\":{\"id\":2},\"severity\":null}");

      assertThat(rig.context.reported).isEmpty();
      ObjectNode expected = before.deepCopy();
      expected.put("summary", "new");
      for (String kept : List.of("severity", "impact", "requiredDate", "customFields", "company")) {
        assertThat(ticket(3).path(kept).path("id")).isEqualTo(before.path(kept).path("id"));
        assertThat(ticket(3).has(kept)).isEqualTo(before.has(kept));
      }
      assertThat(ticket(3).path("severity")).isEqualTo(before.path("severity"));
      assertThat(ticket(3).path("summary").asText()).isEqualTo("new");
      assertThat(ticket(3).at("/board/id").asInt()).isEqualTo(2);
    }
  }

  @Test
  void aPutWithoutMergeResetsWhatTheRecordDoesNotSay() {
    try (SinkRig rig = SinkRig.start(simulator, PUT)) {
      rig.settle(3, "{\"summary\":\"new\",\"company\":{\"id\":1}}");

      assertThat(rig.context.reported).isEmpty();
      assertThat(ticket(3).has("severity")).isFalse();
    }
  }

  @Test
  void aNullEmptiesItsFieldOnlyWhenToldTo() {
    try (SinkRig rig = SinkRig.start(simulator, PATCH)) {
      rig.settle(3, "{\"summary\":\"kept\",\"severity\":null}");
    }
    assertThat(ticket(3).has("severity")).isTrue();
    try (SinkRig rig = SinkRig.start(simulator, with(PATCH, "null.behavior", "clear"))) {
      rig.settle(3, "{\"summary\":\"kept\",\"severity\":null}");
      assertThat(rig.context.reported).isEmpty();
    }
    assertThat(ticket(3).has("severity")).isFalse();
  }

  @Test
  void timesAreSentInTheFormOfTheApi() {
    try (SinkRig rig = SinkRig.start(simulator, PATCH)) {
      rig.settle(3, "{\"requiredDate\":\"2026-03-29T03:30:00.123+02:00\"}");

      assertThat(bodies("PATCH").get(0)).contains("\"2026-03-29T01:30:00Z\"");
    }
  }

  @Test
  void waitsForARecordThatIsInUseAFewTimes() {
    simulator.faults().add(Fault.of("lockRecord").with("id", "3").times(2));
    try (SinkRig rig = SinkRig.start(simulator, with(PATCH, "max.retries", "5"))) {
      rig.settle(3, "{\"summary\":\"after the lock\"}");

      assertThat(rig.context.reported).isEmpty();
      assertThat(ticket(3).path("summary").asText()).isEqualTo("after the lock");
    }
  }

  @Test
  void anUnknownFieldRejectsTheRecordWhenToldTo() {
    try (SinkRig rig = SinkRig.start(simulator, with(PATCH, "unknown.field.behavior", "fail"))) {
      rig.settle(3, "{\"sumary\":\"x\",\"company\":{\"idd\":1}}");

      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .contains("patchServiceTicketsById has no field sumary, company/idd in the catalogue");
      assertThat(simulator.requests().total()).isZero();
    }
  }

  private static String items(String... elements) {
    return "{'communicationItems':[%s]}".formatted(String.join(",", elements)).replace('\'', '"');
  }

  private static String[] with(String[] properties, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(properties));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  private ObjectNode ticket(long id) {
    return tickets.get(id).orElseThrow().tree();
  }

  private List<String> bodies(String method) {
    return simulator.requests().recent().stream()
        .filter(it -> it.method().equals(method))
        .map(LoggedRequest::request)
        .map(request -> request.text())
        .toList();
  }
}
