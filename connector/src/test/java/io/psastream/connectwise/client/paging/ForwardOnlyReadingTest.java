package io.psastream.connectwise.client.paging;

import static io.psastream.connectwise.client.ScriptedServer.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.Calls;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.ScriptedServer;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.PageReader.Paging;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading a list with the API's own forward-only paging (P19, P20). */
class ForwardOnlyReadingTest {

  private static final String HINT =
      ". Set paging of this query to another strategy (keyset, forward-only or page)";

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

  private PageReader reader(long start) {
    return new PageReader(
        client,
        Calls.tickets(Map.of("conditions", "a=1")),
        Optional.of("b=2"),
        new Paging(PagingStrategy.FORWARD_ONLY, 2, Calls.ITEMS),
        start);
  }

  private String query(int request) {
    String uri = server.uris().get(request);
    return URLDecoder.decode(uri.substring(uri.indexOf('?') + 1), UTF_8);
  }

  @Test
  void asksWithTheHeaderAndThePageIdAndNeverForAnOrder() {
    server
        .then(json(200, "[{\"id\":3},{\"id\":5}]", "Link", "<http://x/?pageId=5>; rel=\"next\""))
        .then(json(200, "[{\"id\":9}]", "Link", ""));
    PageReader reader = reader(AscendingIds.BEGINNING);

    assertThat(reader.next()).extracting(Page::position, Page::last).containsExactly(5L, false);
    assertThat(reader.next()).extracting(Page::position, Page::last).containsExactly(9L, true);

    assertThat(query(0)).isEqualTo("conditions=(a=1) AND b=2&pageSize=2");
    assertThat(query(1)).isEqualTo("conditions=(a=1) AND b=2&pageSize=2&pageId=5");
    assertThat(server.asked)
        .hasSize(2)
        .allMatch(asked -> "forward-only".equals(asked.headers().get("pagination-type")));
  }

  @Test
  void beginsAfterAPosition() {
    server.then(json(200, "[]"));

    assertThat(reader(7).next()).extracting(Page::position, Page::last).containsExactly(7L, true);
    assertThat(query(0)).endsWith("&pageId=7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<https://evil.example.com/v2025_1//apis/3.0/service/tickets?pageId=5&pageSize=2>;"
            + " rel=\"next\"",
        "<https://na.myconnectwise.net/service/tickets&pageSize=2&pageId=5>; rel=\"next\"",
        "<http://x/?pageId=5>",
        "garbage",
        "<http://x/?pageId=99999999999999999999>; rel=\"next\"",
      })
  void takesNothingButANumberFromALink(String link) {
    server.then(json(200, "[{\"id\":3},{\"id\":5}]", "Link", link)).then(json(200, "[]"));
    PageReader reader = reader(AscendingIds.BEGINNING);

    reader.next();
    assertThat(reader.next().last()).isTrue();

    assertThat(server.uris().get(1))
        .startsWith("/v4_6_release/apis/3.0/service/tickets?")
        .endsWith("&pageId=5");
  }

  @Test
  void endsAtAnEmptyPageEvenWhenItsLinkGoesOn() {
    server.always(json(200, "[]", "Link", "<http://x/?pageId=5>; rel=\"next\""));

    assertThat(reader(5).next().last()).isTrue();
  }

  @Test
  void goesOnByTheLastIdWhereTheLinkIsMissing() {
    server.then(json(200, "[{\"id\":3}]")).then(json(200, "[{\"id\":4}]")).then(json(200, "[]"));
    PageReader reader = reader(AscendingIds.BEGINNING);

    reader.next();
    reader.next();
    assertThat(reader.next()).extracting(Page::position, Page::last).containsExactly(4L, true);

    assertThat(query(2)).endsWith("&pageId=4");
  }

  @Test
  void refusesAServerThatDoesNotKnowIt() {
    server.always(json(200, "[{\"id\":3},{\"id\":5}]"));
    PageReader reader = reader(AscendingIds.BEGINNING);
    reader.next();

    assertThatThrownBy(reader::next)
        .hasMessage(
            "getServiceTickets GET /service/tickets → 200 \"Asked for ids above 5, but the server sent"
                + " id 3\""
                + HINT);
  }

  @Test
  void refusesAServerThatAnswersWithPageNumbers() {
    server.always(json(200, "[{\"id\":3}]", "Link", "<http://x/?pageSize=2&page=2>; rel=\"next\""));

    assertThatThrownBy(() -> reader(AscendingIds.BEGINNING).next())
        .hasMessage(
            "getServiceTickets GET /service/tickets → 200 \"Asked for forward-only paging, but the server"
                + " answered with page numbers\""
                + HINT);
  }

  @Test
  void followsThePageIdWhereItemsHaveNoId() {
    server
        .then(json(200, "[{\"a\":3}]", "Link", "<http://x/?pageId=12>; rel=\"next\""))
        .then(json(200, "[{\"a\":4}]", "Link", "<http://x/?pageId=12>; rel=\"next\""));
    PageReader reader = reader(AscendingIds.BEGINNING);

    assertThat(reader.next().position()).isEqualTo(12);
    assertThatThrownBy(reader::next)
        .hasMessageContaining(
            "\"Asked for the page after pageId 12, but the server names 12 as the next\"" + HINT);
    assertThat(query(1)).endsWith("&pageId=12");
  }
}
