package io.psastream.connectwise.client.paging;

import static io.psastream.connectwise.client.ScriptedServer.answer;
import static io.psastream.connectwise.client.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Calls;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.ScriptedServer;
import io.psastream.connectwise.client.ScriptedServer.Asked;
import io.psastream.connectwise.client.paging.PageReader.Paging;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pages that are too much for the server (P9, P17), and searches that go by POST. */
class AdaptiveReadingTest {

  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static PageReader reader(ConnectWiseClient client, Call call, int size) {
    return new PageReader(
        client,
        call,
        Optional.of("b=2"),
        new Paging(PagingStrategy.KEYSET, size, Calls.ITEMS),
        AscendingIds.BEGINNING);
  }

  private List<String> sizes() {
    return server.uris().stream().map(uri -> uri.replaceAll(".*pageSize=(\\d+).*", "$1")).toList();
  }

  @Test
  void asksForHalfAtOnceWhenTheDatabaseTimesOut() {
    server
        .then(json(500, "{\"message\":\"Execution Timeout Expired.\"}"))
        .then(answer(504, "text/html", "<html>"))
        .then(json(200, "[{\"id\":1}]"));
    try (ConnectWiseClient client = Calls.settings(server.url()).open()) {
      assertThat(reader(client, Calls.tickets(Map.of()), 1_000).next().position()).isEqualTo(1);
    }
    assertThat(sizes()).containsExactly("1000", "500", "250");
  }

  @Test
  void asksForHalfWhenNoAnswerComes() {
    server.then(server.hang()).then(json(200, "[{\"id\":1}]"));
    try (ConnectWiseClient client =
        Calls.settings(server.url()).timeout(Duration.ofMillis(500)).open()) {
      reader(client, Calls.tickets(Map.of()), 1_000).next();
    }
    assertThat(sizes()).containsExactly("1000", "500");
  }

  @Test
  void retriesAndThenFailsAtTheFloor() {
    server.always(answer(504, "", ""));
    try (ConnectWiseClient client = Calls.settings(server.url()).open()) {
      PageReader reader = reader(client, Calls.tickets(Map.of()), 100);

      assertThatThrownBy(reader::next).hasMessage("getServiceTickets GET /service/tickets → 504");
    }
    assertThat(sizes()).containsExactly("100", "50", "25", "25", "25", "25", "25", "25");
  }

  @Test
  void lowersThePageSizeForGoodWhereTheServerSaysSo() {
    server
        .then(
            json(
                400,
                "{\"code\":\"InvalidObject\",\"errors\":[{\"code\":\"OutOfRange\",\"message\":"
                    + "\"The field pageSize must be between 1 and 100.\",\"field\":\"pageSize\"}]}"))
        .then(json(200, "[{\"id\":1}]"))
        .then(json(200, "[]"));
    try (ConnectWiseClient client = Calls.settings(server.url()).open()) {
      PageReader reader = reader(client, Calls.tickets(Map.of()), 1_000);
      reader.next();
      reader.next();
    }
    assertThat(sizes()).containsExactly("1000", "100", "100");
  }

  @Test
  void aSearchCarriesConditionsAndOrderInItsBody() {
    server.then(json(200, "[{\"id\":3}]")).then(json(200, "[]"));
    Call search =
        new Call(
            Calls.operation("postServiceTicketsSearch"),
            Map.of(),
            Map.of(),
            Map.of(),
            Optional.of(Calls.tree("{\"conditions\":\"a=1 or a=2\",\"childconditions\":\"c=3\"}")));
    try (ConnectWiseClient client = Calls.settings(server.url()).open()) {
      PageReader reader = reader(client, search, 50);
      reader.next();
      reader.next();
    }
    assertThat(server.asked)
        .extracting(Asked::uri)
        .containsOnly("/v4_6_release/apis/3.0/service/tickets/search?pageSize=50");
    assertThat(server.asked)
        .extracting(Asked::body)
        .containsExactly(
            "{\"conditions\":\"(a=1 or a=2) AND b=2\",\"childconditions\":\"c=3\","
                + "\"orderBy\":\"id asc\"}",
            "{\"conditions\":\"(a=1 or a=2) AND b=2 AND id > 3\",\"childconditions\":\"c=3\","
                + "\"orderBy\":\"id asc\"}");
  }
}
