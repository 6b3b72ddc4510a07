package io.psastream.connectwise.simulator.write;

import static io.psastream.connectwise.simulator.Caller.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.simulator.Caller;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SimulatorExtension.class)
class PatchingTest {

  private Simulator simulator;
  private Caller caller;

  @BeforeEach
  void start(Simulator started) {
    simulator = started;
    simulator.seed().tickets(1).contacts(1);
    caller = new Caller(started);
  }

  private HttpResponse<String> patch(String path, String operations) {
    return caller.send("PATCH", path, operations);
  }

  private JsonNode patched(String path, String operations) {
    HttpResponse<String> response = patch(path, operations);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response);
  }

  private static String replace(String path, String value) {
    return "[{\"op\":\"replace\",\"path\":\"%s\",\"value\":%s}]".formatted(path, value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/summary", "Summary", "nothing", "company/identifier", "company/id"})
  void aPathThatIsNoFieldChangesNothingAndIsStillA200(String path) {
    JsonNode before = json(caller.get("/service/tickets/1"));
    assertThat(patched("/service/tickets/1", replace(path, "\"new\""))).isEqualTo(before);
    assertThat(simulator.store().collection("/service/tickets").versions()).hasSize(1);
  }

  @Test
  void numbersThatAreNotPatchedStayAsTheyWere() {
    String body = "{\"summary\":\"x\",\"company\":{\"id\":1},\"budgetHours\":100.0}";
    caller.send("POST", "/service/tickets", body);
    HttpResponse<String> patched = patch("/service/tickets/2", replace("summary", "\"y\""));
    assertThat(patched.body()).contains("\"budgetHours\":100.0,");
  }

  @Test
  void aWholeReferenceIsReplaced() {
    JsonNode ticket = patched("/service/tickets/1", replace("company", "{\"id\":99}"));
    assertThat(ticket.path("company").toString()).isEqualTo("{\"id\":99}");
  }

  @Test
  void removedFieldsAreGoneUnlessTheyAreRequired() {
    String remove = "[{\"op\":\"remove\",\"path\":\"%s\"}]";
    assertThat(patched("/service/tickets/1", remove.formatted("severity")).has("severity"))
        .isFalse();
    HttpResponse<String> required = patch("/service/tickets/1", remove.formatted("summary"));
    assertThat(required.statusCode()).isEqualTo(400);
    assertThat(required.body()).contains("MissingRequiredField");
  }

  @Test
  void anythingButAnArrayOfOperationsIsRefused() {
    assertThat(patch("/service/tickets/1", "{\"summary\":\"x\"}").statusCode()).isEqualTo(400);
    assertThat(patch("/service/tickets/1", "[{\"op\":\"move\",\"path\":\"x\"}]").statusCode())
        .isEqualTo(400);
    assertThat(patch("/service/tickets/1", replace("id", "7")).statusCode()).isEqualTo(400);
    assertThat(patch("/service/tickets/9", replace("summary", "\"x\"")).statusCode())
        .isEqualTo(404);
  }

  @Test
  void elementsOfArraysGoByIndexAndAreAddedAtTheEnd() {
    String add =
        "[{\"op\":\"add\",\"path\":\"communicationItems/0\",\"value\":"
            + "{\"value\":\"5551234\",\"defaultFlag\":true}}]";
    JsonNode items = patched("/company/contacts/1", add).path("communicationItems");
    assertThat(items).hasSize(2);
    assertThat(items.at("/1/value").asText()).isEqualTo("5551234");
    assertThat(items.at("/1/defaultFlag").asBoolean()).isFalse();
    String remove = "[{\"op\":\"remove\",\"path\":\"communicationItems/0\"}]";
    items = patched("/company/contacts/1", remove).path("communicationItems");
    assertThat(items.findValuesAsText("value")).containsExactly("5551234");
  }

  @Test
  void customFieldsThatAreLeftOutLoseTheirValues() {
    JsonNode fields =
        patched("/service/tickets/1", replace("customFields", "[{\"id\":1,\"value\":5}]"))
            .path("customFields");
    assertThat(fields).hasSize(2);
    assertThat(fields.at("/0/value").asInt()).isEqualTo(5);
    assertThat(fields.at("/0/caption").asText()).isEqualTo("Story Points");
    assertThat(fields.at("/1").has("value")).isFalse();
  }

  @Test
  void customFieldsThatAreLeftOutKeepTheirValuesInPartialMode() {
    simulator.faults().add(Fault.of("customFields").with("mode", "partial"));
    JsonNode before = json(caller.get("/service/tickets/1")).path("customFields");
    JsonNode fields =
        patched("/service/tickets/1", replace("customFields", "[{\"id\":1,\"value\":5}]"))
            .path("customFields");
    assertThat(fields.at("/0/value").asInt()).isEqualTo(5);
    assertThat(fields.get(1)).isEqualTo(before.get(1));
    assertThat(patched("/service/tickets/1", replace("customFields", "[]")).path("customFields"))
        .isEqualTo(fields);
  }

  @Test
  void customFieldsMustBeGivenInRequiredMode() {
    simulator.faults().add(Fault.of("customFields").with("mode", "required"));
    assertThat(patch("/service/tickets/1", replace("summary", "\"x\"")).statusCode())
        .isEqualTo(400);
  }
}
