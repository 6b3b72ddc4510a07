package io.psastream.connectwise.simulator;

import static io.psastream.connectwise.simulator.Caller.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.simulator.callback.Delivery;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SimulatorExtension.class)
class AdminTest {

  private Simulator simulator;
  private Caller caller;

  @BeforeEach
  void start(Simulator started) {
    simulator = started;
    caller = new Caller(started);
  }

  private HttpResponse<String> send(String method, String path, String body) {
    return caller.send(
        HttpRequest.newBuilder(URI.create(simulator.url() + "/admin/" + path))
            .method(method, BodyPublishers.ofString(body)));
  }

  private JsonNode admin(String method, String path, String body) {
    HttpResponse<String> response = send(method, path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response);
  }

  @Test
  void faultsAreSwitchedOnAndOff() {
    JsonNode added =
        admin(
            "POST",
            "faults",
            "{\"name\":\"unavailable\",\"path\":\"/service/**\",\"method\":\"GET\",\"times\":5,"
                + "\"parameters\":{\"status\":502}}");
    assertThat(caller.get("/service/boards").statusCode()).isEqualTo(502);
    JsonNode listed = admin("GET", "faults", "");
    assertThat(listed.at("/0/hits").asInt()).isEqualTo(1);
    assertThat(listed.at("/0/parameters/status").asText()).isEqualTo("502");
    admin("DELETE", "faults/" + added.path("id").asInt(), "");
    assertThat(caller.get("/service/boards").statusCode()).isEqualTo(200);
    assertThat(send("DELETE", "faults/99", "").statusCode()).isEqualTo(404);
    assertThat(send("POST", "faults", "{\"name\":\"nothing\"}").statusCode()).isEqualTo(400);
    assertThat(admin("GET", "faults/kinds", "").at("/rateLimit/retryAfter").asText())
        .isEqualTo("30");
  }

  @Test
  void itemsAreSeededChangedAndDeletedBehindTheApi() {
    assertThat(
            admin("POST", "seed", "{\"tickets\":3,\"companies\":2}")
                .path("/service/tickets")
                .asInt())
        .isEqualTo(3);
    admin(
        "PATCH", "items/service/tickets/1?silent=true", "{\"summary\":\"quiet\",\"impact\":null}");
    JsonNode ticket = json(caller.get("/service/tickets/1"));
    assertThat(ticket.path("summary").asText()).isEqualTo("quiet");
    assertThat(ticket.has("impact")).isFalse();
    admin("DELETE", "items/service/tickets/2", "");
    assertThat(admin("GET", "items/service/tickets", "").toString()).isEqualTo("[1,3]");
    assertThat(send("GET", "items/service/tickets/2", "").statusCode()).isEqualTo(404);
    admin("POST", "items/service/tickets?lastUpdated=none", "{\"summary\":\"new\"}");
    assertThat(admin("GET", "items/service/tickets/4", "").at("/_info").has("lastUpdated"))
        .isFalse();
    assertThat(admin("POST", "touch/service/tickets", "{\"from\":3}").path("touched").asInt())
        .isEqualTo(2);
    assertThat(admin("GET", "versions/service/tickets", "")).hasSize(8);
  }

  @Test
  void theClockIsSetAndTheCodebaseMoved() {
    assertThat(
            admin("POST", "clock", "{\"freezeAt\":\"2026-01-01T00:00:00Z\"}").path("now").asText())
        .isEqualTo("2026-01-01T00:00:00Z");
    assertThat(admin("POST", "clock", "{\"advanceSeconds\":60}").path("now").asText())
        .isEqualTo("2026-01-01T00:01:00Z");
    assertThat(admin("POST", "codebase", "{\"codebase\":\"v2027_1\"}").path("codebase").asText())
        .isEqualTo("v2027_1");
    assertThat(send("POST", "clock", "{\"set\":\"soon\"}").statusCode()).isEqualTo(400);
  }

  @Test
  void requestsOfTheApiAreShownAndThoseToTheAdminAreNot() {
    caller.get("/service/boards?pageSize=2");
    caller.get("/system/info");
    JsonNode shown = admin("GET", "requests?path=/service/boards", "");
    assertThat(shown.path("total").asInt()).isEqualTo(2);
    assertThat(shown.path("matching").asInt()).isEqualTo(1);
    assertThat(shown.at("/requests/0/query/pageSize").asText()).isEqualTo("2");
    assertThat(admin("DELETE", "requests", "").path("total").asInt()).isZero();
  }

  @Test
  void callbacksAreDeliveredAsItIsSaid() {
    admin("POST", "callbacks", "{\"lost\":10,\"doubled\":20,\"late\":30,\"lateMs\":1500}");
    JsonNode shown = admin("POST", "callbacks", "{\"lost\":0}");

    assertThat(shown).hasToString("{\"lost\":0,\"doubled\":20,\"late\":30,\"lateMs\":1500}");
    assertThat(admin("GET", "callbacks", "")).isEqualTo(shown);
    Delivery usual = Delivery.USUAL;
    assertThat(simulator.callbacks().delivery())
        .isEqualTo(new Delivery(0, 20, 30, Duration.ofMillis(1500), usual.repeatAfter()));
    for (String wrong :
        List.of("\"lost\":101", "\"late\":-1", "\"doubled\":\"all\"", "\"lateMs\":-1")) {
      assertThat(send("POST", "callbacks", "{" + wrong + "}").statusCode()).isEqualTo(400);
    }
    assertThat(admin("GET", "callbacks", "")).isEqualTo(shown);
    admin("POST", "reset", "");
    assertThat(simulator.callbacks().delivery()).isEqualTo(usual);
  }

  @Test
  void everythingIsResetAtOnce() {
    simulator.seed().tickets(1);
    simulator.setCodebase("v1");
    admin("POST", "reset", "");
    assertThat(simulator.store().paths()).isEmpty();
    assertThat(simulator.codebase()).isEqualTo("v2026_1");
    assertThat(send("GET", "reset", "").statusCode()).isEqualTo(400);
    assertThat(send("GET", "nothing", "").statusCode()).isEqualTo(404);
    assertThat(admin("GET", "health", "").path("status").asText()).isEqualTo("up");
  }

  @Test
  void asksForItsTokenWhereOthersCanReachIt() {
    SimulatorSettings everywhere = SimulatorSettings.defaults().withHost("0.0.0.0");
    try (Simulator open = Simulator.start(everywhere);
        Simulator other = Simulator.start(everywhere);
        Simulator named = Simulator.start(SimulatorSettings.defaults().withAdminToken("mine"))) {
      String token = open.adminToken().orElseThrow();
      assertThat(token).hasSizeGreaterThan(30).isNotEqualTo(other.adminToken().orElseThrow());
      for (String path : new String[] {"health", "reset", "faults", "items/service/tickets"}) {
        assertThat(status(open, path, "")).isEqualTo(401);
        assertThat(status(open, path, "Bearer wrong")).isEqualTo(401);
        assertThat(status(open, path, token)).isEqualTo(401);
      }
      assertThat(status(open, "health", "Bearer " + token)).isEqualTo(200);
      assertThat(status(named, "health", "")).isEqualTo(401);
      assertThat(status(named, "health", "Bearer mine")).isEqualTo(200);
      assertThat(simulator.adminToken()).isEmpty();
    }
  }

  private int status(Simulator asked, String path, String authorization) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + asked.port() + "/admin/" + path));
    return caller
        .send(authorization.isEmpty() ? request : request.header("Authorization", authorization))
        .statusCode();
  }
}
