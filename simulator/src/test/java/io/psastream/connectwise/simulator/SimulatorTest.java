package io.psastream.connectwise.simulator;

import static io.psastream.connectwise.simulator.Caller.json;
import static io.psastream.connectwise.simulator.Caller.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SimulatorExtension.class)
class SimulatorTest {

  private Simulator simulator;
  private Caller caller;

  @BeforeEach
  void start(Simulator started) {
    simulator = started;
    caller = new Caller(started);
  }

  @Test
  void aTicketIsCreatedPatchedReadAndDeleted() {
    simulator.clock().freezeAt(Instant.parse("2026-05-01T10:00:00Z"));
    HttpResponse<String> created =
        caller.send("POST", "/service/tickets", "{\"summary\":\"Down\",\"company\":{\"id\":2}}");
    assertThat(created.statusCode()).isEqualTo(201);
    long id = json(created).path("id").asLong();

    simulator.clock().set(Instant.parse("2026-05-01T10:00:05.7Z"));
    HttpResponse<String> patched =
        caller.send(
            "PATCH",
            "/service/tickets/" + id,
            "[{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"Up\"}]");
    assertThat(patched.statusCode()).isEqualTo(200);

    JsonNode ticket = json(caller.get("/service/tickets/" + id));
    assertThat(ticket.path("summary").asText()).isEqualTo("Up");
    assertThat(ticket.at("/_info/lastUpdated").asText()).isEqualTo("2026-05-01T10:00:05Z");
    assertThat(ticket.at("/_info/dateEntered").asText()).isEqualTo("2026-05-01T10:00:00Z");
    assertThat(ticket.at("/_info/updatedBy").asText()).isEqualTo(Simulator.MEMBER);

    HttpRequest.Builder delete = caller.request("/service/tickets/" + id).DELETE();
    assertThat(caller.send(delete).statusCode()).isEqualTo(204);
    HttpResponse<String> again = caller.send(delete);
    assertThat(again.statusCode()).isEqualTo(404);
    assertThat(json(again).path("code").asText()).isEqualTo("NotFound");
    assertThat(json(again).path("message").asText()).isEqualTo("Ticket " + id + " not found");
    assertThat(simulator.store().collection("/service/tickets").versions(id)).hasSize(3);
  }

  @Test
  void aKeysetScanMeetsEveryTicketOnce() {
    simulator.seed().tickets(95);
    List<Long> ids = new ArrayList<>();
    long last = 0;
    while (true) {
      String path =
          with(
              "/service/tickets?pageSize=20&orderBy=id%20asc",
              "conditions", "lastUpdated > [2000-01-01T00:00:00Z] and id > " + last);
      JsonNode page = json(caller.get(path));
      if (page.isEmpty()) {
        break;
      }
      for (JsonNode ticket : page) {
        ids.add(ticket.path("id").asLong());
      }
      last = ids.get(ids.size() - 1);
    }
    assertThat(ids).isEqualTo(simulator.store().collection("/service/tickets").ids()).hasSize(95);
  }

  @Test
  void pagesAreOf25UnlessAskedOtherwiseAndLinkOnlyToWhatFollows() {
    simulator.seed().tickets(60);
    HttpResponse<String> first = caller.get("/service/tickets");
    assertThat(json(first)).hasSize(25);
    assertThat(first.headers().firstValue("Link").orElseThrow())
        .contains("page=2>; rel=\"next\"")
        .contains("page=3>; rel=\"last\"");
    HttpResponse<String> third = caller.get("/service/tickets?page=3");
    assertThat(json(third)).hasSize(10);
    assertThat(third.headers().firstValue("Link").orElseThrow()).doesNotContain("next");
    assertThat(json(caller.get("/service/tickets?page=4"))).isEmpty();
    assertThat(json(caller.get("/service/tickets/count")).path("count").asInt()).isEqualTo(60);
  }

  @Test
  void theDateIsTheServersOwn() {
    simulator.clock().freezeAt(Instant.parse("2001-02-03T04:05:06Z"));
    assertThat(caller.get("/system/info").headers().firstValue("Date"))
        .hasValue("Sat, 03 Feb 2001 04:05:06 GMT");
  }
}
