package io.psastream.connectwise.simulator.read;

import static io.psastream.connectwise.simulator.Caller.json;
import static io.psastream.connectwise.simulator.Caller.names;
import static io.psastream.connectwise.simulator.Caller.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.Caller;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Stamp;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SimulatorExtension.class)
class ListingTest {

  private Simulator simulator;
  private Caller caller;

  @BeforeEach
  void start(Simulator started) {
    simulator = started;
    caller = new Caller(started);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private List<Long> ids(String path) {
    HttpResponse<String> response = caller.get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    List<Long> ids = new ArrayList<>();
    json(response).forEach(item -> ids.add(item.path("id").asLong()));
    return ids;
  }

  private HttpResponse<String> forwardOnly(String path) {
    return caller.send(caller.request(path).header("pagination-type", "forward-only").GET());
  }

  @Test
  void forwardOnlyPagesGoByIdAndTheLastHasAnEmptyLink() {
    simulator.seed().tickets(5);
    HttpResponse<String> first = forwardOnly("/service/tickets?pageSize=2&page=7");
    assertThat(json(first).findValuesAsText("id")).startsWith("1");
    assertThat(first.headers().firstValue("Link").orElseThrow())
        .contains("pageId=2>; rel=\"next\"")
        .doesNotContain("page=7");
    HttpResponse<String> last = forwardOnly("/service/tickets?pageSize=2&pageId=4");
    assertThat(json(last)).hasSize(1);
    assertThat(last.headers().firstValue("Link")).hasValue("");
    assertThat(json(forwardOnly("/service/tickets?pageId=5"))).isEmpty();
  }

  @Test
  void forwardOnlyRefusesAnOrder() {
    assertThat(forwardOnly("/service/tickets?orderBy=id").statusCode()).isEqualTo(400);
  }

  @Test
  void theKnobsOfTheLinkHeaderChangeIt() {
    simulator.seed().tickets(3);
    simulator.faults().add(Fault.of("linkLastPage").with("form", "nextAnyway").times(1));
    assertThat(forwardOnly("/service/tickets").headers().firstValue("Link").orElseThrow())
        .contains("pageId=3");
    simulator.faults().add(Fault.of("linkLastPage").with("form", "absent").times(1));
    assertThat(forwardOnly("/service/tickets").headers().firstValue("Link")).isEmpty();
    simulator.faults().add(Fault.of("forwardOnlyUnsupported").times(1));
    HttpResponse<String> unsupported = forwardOnly("/service/tickets?pageId=2&pageSize=1");
    assertThat(unsupported.body()).contains("\"id\":1,");
    assertThat(unsupported.headers().firstValue("Link")).isEmpty();
    simulator.faults().add(Fault.of("linkStyle").with("style", "ampNoQuestion").times(1));
    assertThat(caller.get("/service/tickets?pageSize=1").headers().firstValue("Link").orElseThrow())
        .contains("/service/tickets&pageSize=1&page=2");
  }

  @Test
  void linksReencodeTheQueryAsTheServerDoes() {
    simulator.seed().tickets(3);
    String path = with("/service/tickets?pageSize=1", "conditions", "LastUpdated >= [2001-04-01]");
    assertThat(caller.get(path).headers().firstValue("Link").orElseThrow())
        .contains("conditions=LastUpdated+%3e%3d+%5b2001-04-01%5d&pageSize=1&page=2>");
  }

  @Test
  void pageSizesBeyondTheLargestAreCappedOrRefused() {
    simulator.seed().tickets(1001);
    assertThat(ids("/service/tickets?pageSize=5000")).hasSize(1000);
    simulator.faults().add(Fault.of("maxPageSize").with("max", 100));
    HttpResponse<String> refused = caller.get("/service/tickets?pageSize=101");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused).at("/errors/0/code").asText()).isEqualTo("OutOfRange");
    assertThat(json(refused).at("/errors/0/message").asText())
        .isEqualTo("The field pageSize must be between 1 and 100.");
    assertThat(caller.get("/service/tickets?pageSize=none").statusCode()).isEqualTo(400);
  }

  @Test
  void itemsAreOrderedAsAskedAndByIdWhereEqual() {
    ItemCollection boards = simulator.store().collection("/service/boards");
    Instant time = Instant.parse("2026-01-01T00:00:00Z");
    boards.put(object().put("name", "b"), Stamp.at(time));
    boards.put(object().put("name", "A"), Stamp.at(time.plusSeconds(9)));
    boards.put(object().put("name", "a"), Stamp.at(time.minusSeconds(9)));
    assertThat(ids("/service/boards?orderBy=name")).containsExactly(2L, 3L, 1L);
    assertThat(ids("/service/boards?orderBy=name%20desc")).containsExactly(1L, 2L, 3L);
    assertThat(ids("/service/boards?orderBy=lastUpdated%20asc")).containsExactly(3L, 1L, 2L);
    assertThat(ids("/service/boards?orderBy=id%20desc&pageSize=2")).containsExactly(3L, 2L);
    assertThat(ids("/service/boards?orderBy=id%20desc&pageSize=2&page=2")).containsExactly(1L);
    assertThat(caller.get("/service/boards?orderBy=nothing").body())
        .contains("not a recognized name");
  }

  @Test
  void conditionsOnOwnFieldsArraysAndCustomFieldsAllHold() {
    simulator.seed().tickets(40).contacts(10);
    String board = with("/service/tickets?pageSize=1000", "conditions", "board/name = 'Help Desk'");
    List<Long> onBoard = ids(board);
    assertThat(onBoard).isNotEmpty().hasSizeLessThan(40);
    JsonNode count = json(caller.get(board.replace("/tickets", "/tickets/count")));
    assertThat(count.path("count").asInt()).isEqualTo(onBoard.size());

    assertThat(
            ids(
                with(
                    "/company/contacts",
                    "childConditions",
                    "communicationItems/value = 'contact3@simulator.invalid'")))
        .containsExactly(3L);
    assertThat(caller.get(with("/company/contacts", "conditions", "types/name='x'")).statusCode())
        .isEqualTo(400);

    String points = "caption='Story Points' AND value > 11";
    List<Long> large = ids(with("/service/tickets", "customFieldConditions", points));
    assertThat(large).isNotEmpty().hasSizeLessThan(20);
  }

  @Test
  void badGrammarIsA400OfTheApi() {
    HttpResponse<String> response =
        caller.get(with("/service/tickets", "conditions", "resources/identifier = 'x'"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).path("code").asText()).isEqualTo("ApiFindCondition");
    assertThat(json(response).path("message").asText())
        .isEqualTo("resources/identifier is not a recognized name.");
  }

  @Test
  void fieldsLeaveOutWhatIsNotNamedAlsoInfo() {
    simulator.seed().tickets(1);
    assertThat(caller.get("/service/tickets?fields=id").body()).isEqualTo("[{\"id\":1}]");
    JsonNode ticket = json(caller.get("/service/tickets?fields=id,board/name,_info")).get(0);
    assertThat(names(ticket)).containsExactly("id", "board", "_info");
    assertThat(json(caller.get("/service/tickets/1?fields=summary")).has("_info")).isFalse();
  }

  @Test
  void longConditionsFitInTheBodyOfASearch() {
    simulator.seed().tickets(5);
    HttpResponse<String> found =
        caller.send("POST", "/service/tickets/search?pageSize=2", "{\"conditions\":\"id > 3\"}");
    assertThat(found.statusCode()).isEqualTo(200);
    assertThat(json(found).findValuesAsText("summary")).hasSize(2);
  }

  @Test
  void infoPathsShowTheSameItemsWithFewerFields() {
    simulator.seed().tickets(1);
    assertThat(json(caller.get("/service/tickets/1/info")).has("summary")).isTrue();
    assertThat(json(caller.get("/service/tickets/1/info")).has("board")).isFalse();
  }

  @Test
  void membersAreFoundByIdentifier() {
    simulator.seed().members(3);
    assertThat(json(caller.get("/system/members/User2")).path("id").asInt()).isEqualTo(2);
    assertThat(caller.get("/system/members/Nobody").statusCode()).isEqualTo(404);
  }

  @Test
  void hiddenRowsAreMissingWithoutAWord() {
    simulator.seed().tickets(3);
    simulator.faults().add(Fault.of("hideRows").with("conditions", "id = 2"));
    assertThat(ids("/service/tickets")).containsExactly(1L, 3L);
    assertThat(caller.get("/service/tickets/2").statusCode()).isEqualTo(404);
    assertThat(caller.get("/service/tickets/count").body()).isEqualTo("{\"count\":2}");
  }

  @Test
  void boundsOnLastUpdatedCanBeIgnored() {
    simulator.seed().tickets(3);
    simulator.faults().add(Fault.of("ignoreLastUpdated"));
    String path = with("/service/tickets", "conditions", "lastUpdated > [2999-01-01] and id > 1");
    assertThat(ids(path)).containsExactly(2L, 3L);
  }
}
