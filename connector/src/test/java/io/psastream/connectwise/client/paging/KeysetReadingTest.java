package io.psastream.connectwise.client.paging;

import static io.psastream.connectwise.client.ScriptedServer.answer;
import static io.psastream.connectwise.client.ScriptedServer.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Calls;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.ScriptedServer;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.PageReader.Paging;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reading a list by id: what is asked for, where it ends, and what is refused. */
class KeysetReadingTest {

  private ScriptedServer server;
  private ConnectWiseClient client;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    client = Calls.settings(server.url()).open();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private PageReader reader(Map<String, String> options, Optional<String> window, long start) {
    return new PageReader(
        client,
        Calls.tickets(options),
        window,
        new Paging(PagingStrategy.KEYSET, 2, Calls.ITEMS),
        start);
  }

  private String query(int request) {
    String uri = server.uris().get(request);
    return URLDecoder.decode(uri.substring(uri.indexOf('?') + 1), UTF_8);
  }

  @Test
  void asksForWhatFollowsTheLastIdUntilAnEmptyPage() {
    server
        .then(json(200, "[{\"id\":3},{\"id\":5}]"))
        .then(json(200, "[{\"id\":9}]"))
        .then(json(200, "[]"));
    PageReader reader = reader(Map.of(), Optional.empty(), AscendingIds.BEGINNING);

    assertThat(reader.next()).extracting(Page::position, Page::last).containsExactly(5L, false);
    assertThat(reader.next()).extracting(Page::position, Page::last).containsExactly(9L, false);
    assertThat(reader.next()).extracting(Page::position, Page::last).containsExactly(9L, true);
    assertThat(reader.next().items()).isEmpty();

    assertThat(query(0)).isEqualTo("orderBy=id asc&pageSize=2");
    assertThat(query(1)).isEqualTo("orderBy=id asc&conditions=id > 5&pageSize=2");
    assertThat(query(2)).isEqualTo("orderBy=id asc&conditions=id > 9&pageSize=2");
    assertThat(server.asked).hasSize(3);
  }

  @Test
  void carriesEveryOptionToEveryPageAndKeepsTheUsersOrInParentheses() {
    server.then(json(200, "[{\"id\":3},{\"id\":5}]")).then(json(200, "[]"));
    PageReader reader =
        reader(
            Map.of(
                "conditions", "a=1 or b=2",
                "childConditions", "c=3",
                "customFieldConditions", "d=4",
                "fields", "summary, board/name"),
            Optional.of("lastUpdated <= [2025-01-01T00:00:00Z]"),
            1);

    reader.next();
    reader.next();

    String options =
        "childConditions=c=3&customFieldConditions=d=4&fields=summary, board/name,_info,id"
            + "&orderBy=id asc"
            + "&conditions=(a=1 or b=2) AND lastUpdated <= [2025-01-01T00:00:00Z] AND id > ";
    assertThat(query(0)).isEqualTo(options + "1&pageSize=2");
    assertThat(query(1)).isEqualTo(options + "5&pageSize=2");
  }

  @Test
  void leavesFieldsThatHaveIdAndInfoAlone() {
    server.then(json(200, "[]"));

    reader(Map.of("fields", "ID,_info"), Optional.empty(), AscendingIds.BEGINNING).next();

    assertThat(query(0)).isEqualTo("fields=ID,_info&orderBy=id asc&pageSize=2");
  }

  @Test
  void refusesPagingParametersInTheOptions() {
    assertThatThrownBy(
            () -> reader(Map.of("PageSize", "5"), Optional.empty(), AscendingIds.BEGINNING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\"PageSize\" is a paging parameter: leave it out, the connector sets it (see page.size).");
  }

  @Test
  void asksABlankPageAgainInsteadOfTakingItForTheEnd() {
    server
        .then(json(200, "[{\"id\":3}]"))
        .then(answer(200, "", ""))
        .then(json(200, "null"))
        .then(json(200, "[{\"id\":4}]"));
    PageReader reader = reader(Map.of(), Optional.empty(), AscendingIds.BEGINNING);

    reader.next();

    assertThat(reader.next().position()).isEqualTo(4);
    assertThat(query(3)).contains("id > 3");
  }

  @Test
  void givesUpOnPagesThatStayBlank() {
    server.always(answer(204, "", ""));

    assertThatThrownBy(() -> reader(Map.of(), Optional.empty(), AscendingIds.BEGINNING).next())
        .isInstanceOf(ApiException.class)
        .hasMessage(
            "getServiceTickets GET /service/tickets → 204 \"The body is empty or null instead of a list\"");
    assertThat(server.asked).hasSize(6);
  }

  @Test
  void refusesAServerThatIgnoresTheCondition() {
    server.always(json(200, "[{\"id\":3},{\"id\":5}]"));
    PageReader reader = reader(Map.of(), Optional.empty(), AscendingIds.BEGINNING);
    reader.next();

    assertThatThrownBy(reader::next)
        .hasMessage(
            "getServiceTickets GET /service/tickets → 200 \"Asked for ids above 5, but the server sent id"
                + " 3\". Set paging of this query to another strategy (keyset, forward-only or page)");
  }

  @Test
  void refusesAServerThatIgnoresTheOrder() {
    server.always(json(200, "[{\"id\":5},{\"id\":3}]"));

    assertThatThrownBy(() -> reader(Map.of(), Optional.empty(), AscendingIds.BEGINNING).next())
        .hasMessageContaining(
            "\"Asked for items sorted by id, but the server sent id 3 after id 5\"");
  }

  @Test
  void refusesItemsWithoutAnId() {
    server.always(json(200, "[{\"name\":\"x\"}]"));

    assertThatThrownBy(() -> reader(Map.of(), Optional.empty(), AscendingIds.BEGINNING).next())
        .hasMessageContaining(
            "\"The server sent an item without an id, which paging by id needs\"");
  }

  @Test
  void asksForTheSamePageAgainAfterAFailure() {
    server
        .then(json(200, "[{\"id\":3}]"))
        .then(json(403, "{\"code\":\"Security\"}"))
        .then(json(200, "[]"));
    PageReader reader = reader(Map.of(), Optional.empty(), AscendingIds.BEGINNING);
    reader.next();

    assertThatThrownBy(reader::next).isInstanceOf(ApiException.class);
    reader.next();

    assertThat(query(2)).isEqualTo(query(1)).contains("id > 3");
  }

  @Test
  void aServerThatSendsItsOnlyItemAgainHasNoMore() {
    server.always(json(200, "{\"id\":3}"));
    PageReader reader = reader(Map.of(), Optional.empty(), AscendingIds.BEGINNING);

    assertThat(reader.next()).extracting(Page::position, Page::last).containsExactly(3L, false);
    assertThat(reader.next()).isEqualTo(new Page(List.of(), 3, true));
    assertThat(server.asked).hasSize(2);
  }
}
