package io.psastream.connectwise.client.paging;

import static io.psastream.connectwise.client.ScriptedServer.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Calls;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.ScriptedServer;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.PageReader.Paging;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reading a list by page numbers, from the beginning and from the middle. */
class PageNumberReadingTest {

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

  /** Answers with numbers from 1 to a total, in pages of at most so many. */
  private static ScriptedServer.Reply list(int total, int most) {
    return exchange -> {
      int size = Math.min(most, number(exchange, "pageSize"));
      int from = (number(exchange, "page") - 1) * size;
      String items =
          IntStream.rangeClosed(from + 1, Math.min(total, from + size))
              .mapToObj(n -> "{\"n\":" + n + "}")
              .collect(Collectors.joining(",", "[", "]"));
      json(200, items).to(exchange);
    };
  }

  private static int number(HttpExchange exchange, String name) {
    Matcher value =
        Pattern.compile("[?&]" + name + "=(\\d+)").matcher(exchange.getRequestURI().toString());
    assertThat(value.find()).isTrue();
    return Integer.parseInt(value.group(1));
  }

  private PageReader reader(Call call, int size, long start) {
    return new PageReader(
        client, call, Optional.empty(), new Paging(PagingStrategy.PAGE, size, Calls.ITEMS), start);
  }

  private PageReader trail(int size, long start) {
    return reader(
        Call.of(Calls.operation("getSystemAudittrail"), Map.of(), Map.of("type", "Ticket")),
        size,
        start);
  }

  private static List<Integer> read(PageReader reader) {
    List<Integer> all = new ArrayList<>();
    Page page;
    do {
      page = reader.next();
      page.items()
          .forEach(
              item -> all.add(Integer.parseInt(item.content().toString().replaceAll("\\D", ""))));
    } while (!page.last());
    return all;
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  private List<String> queries() {
    return server.uris().stream()
        .map(uri -> URLDecoder.decode(uri.substring(uri.indexOf('?') + 1), UTF_8))
        .toList();
  }

  @Test
  void readsPageAfterPageUntilAnEmptyOne() {
    server.always(list(5, 1_000));

    assertThat(read(trail(2, 0))).isEqualTo(numbers(1, 5));
    assertThat(queries())
        .containsExactly(
            "type=Ticket&pageSize=2&page=1",
            "type=Ticket&pageSize=2&page=2",
            "type=Ticket&pageSize=1&page=1000000",
            "type=Ticket&pageSize=2&page=3",
            "type=Ticket&pageSize=2&page=4");
  }

  @Test
  void aShortPageIsNotTheEndSinceServersLowerThePageSize() {
    server.always(list(25, 10));

    assertThat(read(trail(1_000, 0))).isEqualTo(numbers(1, 25));
  }

  @Test
  void goesOnInTheMiddleOfAPage() {
    server.always(list(10, 1_000));
    PageReader reader = trail(3, 4);

    Page first = reader.next();

    assertThat(first.items()).hasSize(2);
    assertThat(first.position()).isEqualTo(6);
    assertThat(read(reader)).isEqualTo(numbers(7, 10));
    assertThat(queries()).first().asString().endsWith("&page=1");
    assertThat(queries().get(1)).endsWith("&page=2");
  }

  @Test
  void goesOnWhereTheServersPagesAreSmallerThanAskedFor() {
    server.always(list(50, 10));

    assertThat(read(trail(1_000, 33))).isEqualTo(numbers(34, 50));
  }

  @Test
  void goesOnInTheFirstPageAndAtAPageBorder() {
    server.always(list(6, 1_000));

    assertThat(read(trail(3, 1))).isEqualTo(numbers(2, 6));
    assertThat(read(trail(3, 3))).isEqualTo(numbers(4, 6));
    assertThat(read(trail(3, 6))).isEmpty();
    assertThat(read(trail(3, 100))).isEmpty();
  }

  @Test
  void lowersThePageSizeWhereTheServerSaysSo() {
    server
        .then(
            json(
                400,
                "{\"code\":\"InvalidObject\",\"errors\":[{\"code\":\"OutOfRange\",\"message\":"
                    + "\"The field pageSize must be between 1 and 4.\",\"field\":\"pageSize\"}]}"))
        .always(list(10, 1_000));

    assertThat(read(trail(1_000, 5))).isEqualTo(numbers(6, 10));
    assertThat(queries().get(1)).endsWith("pageSize=4&page=1");
  }

  @Test
  void takesAListThatKnowsNoPagesAsItIs() {
    server.always(json(200, "[{\"n\":1},{\"n\":2}]"));

    assertThat(read(trail(1_000, 0))).isEqualTo(numbers(1, 2));
    assertThat(server.asked).hasSize(3);
  }

  @Test
  void takesAListThatIsLongerThanAskedAndKnowsNoPagesAsItIs() {
    server.always(json(200, "[{\"n\":1},{\"n\":2},{\"n\":3}]"));

    assertThat(read(trail(2, 0))).isEqualTo(numbers(1, 3));
    assertThat(server.asked).hasSize(3);
  }

  @Test
  void refusesAServerThatCutsPagesAndSendsTheFirstForever() {
    server.always(
        exchange ->
            json(200, number(exchange, "pageSize") == 1 ? "[{\"n\":1}]" : "[{\"n\":1},{\"n\":2}]")
                .to(exchange));
    PageReader reader = trail(2, 0);
    reader.next();

    assertThatThrownBy(reader::next)
        .hasMessage(
            "getSystemAudittrail GET /system/audittrail → 200 \"Asked for page 1000000, but the server"
                + " sent items, so it does not look at page numbers and the rest of the list cannot"
                + " be read\". Set paging of this query to another strategy (keyset, forward-only or"
                + " page)");
  }

  @Test
  void goesOnWhereAPageFarBeyondTheEndIsRefused() {
    ScriptedServer.Reply list = list(5, 1_000);
    server.always(
        exchange ->
            (number(exchange, "page") > 1_000 ? json(400, "{\"code\":\"OutOfRange\"}") : list)
                .to(exchange));

    assertThat(read(trail(2, 0))).isEqualTo(numbers(1, 5));
  }

  @Test
  void sortsByIdWhereItemsHaveOneAndTheUserDidNotSort() {
    server.always(json(200, "[]"));

    reader(Calls.tickets(Map.of()), 2, 0).next();
    reader(Calls.tickets(Map.of("orderBy", "summary")), 2, 0).next();

    assertThat(queries())
        .containsExactly("orderBy=id asc&pageSize=2&page=1", "orderBy=summary&pageSize=2&page=1");
  }
}
