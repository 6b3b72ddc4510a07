package io.psastream.connectwise.client;

import static io.psastream.connectwise.client.ScriptedServer.answer;
import static io.psastream.connectwise.client.ScriptedServer.cut;
import static io.psastream.connectwise.client.ScriptedServer.json;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Failure.Kind;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of a 2xx, whatever its body is. */
class AnswerReadingTest {

  private static final String CALL = "getServiceTickets GET /service/tickets";

  private ScriptedServer server;
  private ConnectWiseClient client;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    client = Calls.settings(server.url()).maxBytes(1_000).open();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Answer<JsonNode> send() {
    return client.send(Calls.tickets(Map.of()));
  }

  private ApiException failure() {
    return catchThrowableOfType(ApiException.class, this::send);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"id\":1},{\"id\":2}] | [{\"id\":1}, {\"id\":2}] | false",
        "[] | [] | false",
        "[{\"id\":1},null] | [{\"id\":1}] | false",
        "{\"id\":1} | [{\"id\":1}] | false",
        "12.5 | [12.5] | false",
        "'' | [] | true",
        "' \n ' | [] | true",
        "null | [] | true",
        "\uFEFF[1] | [1] | false",
        "\uFEFF | [] | true",
        "' \n\uFEFF ' | [] | true",
      })
  void normalizesEveryShape(String body, String items, boolean blank) {
    server.then(json(200, body));

    Answer<JsonNode> answer = send();

    assertThat(answer.items()).hasToString(items);
    assertThat(answer.blank()).isEqualTo(blank);
  }

  @Test
  void reportsStatusLinkAndRequestId() {
    server
        .then(json(201, "{}", "Link", "<x>; rel=\"next\"", "x-cw-request-id", "r1"))
        .then(json(200, "[]", "Link", ""))
        .then(answer(204, "", ""));

    Answer<JsonNode> created = send();
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.link()).contains("<x>; rel=\"next\"");
    assertThat(created.requestId()).contains("r1");
    assertThat(send().link()).contains("");
    assertThat(send().link()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "application/json",
    "application/vnd.connectwise.com+json; version=2025.1",
    "text/json; charset=utf-8",
    "''",
    "text/plain",
    "application/octet-stream",
    "text/html; charset=utf-8",
  })
  void readsJsonWhateverItsTypeIs(String type) {
    server.then(answer(200, type, "[1]")).then(answer(200, type, " \n\uFEFF{\"id\":1}"));

    assertThat(send().items()).hasSize(1);
    assertThat(send().items()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"text/plain", "application/octet-stream", "text/html", "application/xml"})
  void quotesNothingOfAnAnswerThatIsNotJson(String type) {
    server.always(answer(200, type, "Sæther's ticket [1] <title>Sæther</title>"));

    assertThat(failure())
        .hasMessageStartingWith(CALL + " → 200 \"Received " + type + " instead of JSON\". Check")
        .hasNoCause();
  }

  @Test
  void toleratesControlCharactersInStrings() {
    server.then(json(200, "[\"a\0b\"]"));

    assertThat(send().items().get(0).asText()).isEqualTo("a\0b");
  }

  @Test
  void showsTheErrorThatIsInThePlaceOfAList() {
    server.always(
        json(200, "{\"code\":\"X\",\"message\":\"Try later.\",\"errors\":[{\"field\":\"id\"}]}"));

    assertThat(failure()).hasMessage(CALL + " → 200 X \"Try later.\" [id]");
    assertThat(failure().failure().kind()).isEqualTo(Kind.UNKNOWN);
  }

  @Test
  void anItemInThePlaceOfAListIsAnItemWhateverItsFields() {
    server.always(json(200, "{\"id\":1,\"code\":\"X\",\"message\":\"m\"}"));

    assertThat(send().items()).hasSize(1);
  }

  @Test
  void takesAPageThatIsNotJsonForAWrongRouteAfterAFewTries() {
    server.always(answer(200, "text/html", "<html><title>Login</title>", "cf-ray", "8a"));

    assertThat(failure())
        .hasMessage(
            CALL
                + " → 200 \"Received text/html instead of JSON\" (cf-ray 8a). Check"
                + " connectwise.site.url and connectwise.codebase; ConnectWise's cloud gives this"
                + " answer also for a wrong company or key (connectwise.username, connectwise.password)");
    assertThat(server.asked).hasSize(3);
  }

  @Test
  void takesAPageWithoutTypeForAPage() {
    server.always(answer(200, "", "<html><title>Login</title>"));

    assertThat(failure()).hasMessageContaining("\"Received HTML instead of JSON\"");
  }

  @Test
  void passesATroubleThatPasses() {
    server.then(answer(200, "text/html", "<html>")).then(cut("[{\"id\":1},")).then(json(200, "[]"));

    assertThat(send().items()).isEmpty();
    assertThat(server.asked).hasSize(3);
  }

  @Test
  void anAnswerThatBreaksOffIsUnavailable() {
    server.always(json(200, "[{\"id\":1},{\"id\":"));

    assertThat(failure())
        .hasMessage(CALL + " → 200 \"The answer ended before its JSON was complete\"")
        .extracting(e -> e.failure().kind())
        .isEqualTo(Kind.UNAVAILABLE);
    assertThat(server.asked).hasSize(6);
  }

  @Test
  void malformedJsonIsNotQuoted() {
    server.always(json(200, "[{\"name\":\"Sæther\" oops}]"));

    ApiException failure = failure();

    assertThat(failure)
        .hasMessageStartingWith(CALL + " → 200 \"The answer is not the expected JSON at")
        .hasNoCause();
    assertThat(failure.getMessage()).doesNotContain("oops", "Sæther");
    assertThat(failure.failure().kind()).isEqualTo(Kind.MISROUTED);
  }

  @Test
  void refusesMoreThanOneValue() {
    server.always(json(200, "[1] [2]"));

    assertThat(failure()).hasMessageContaining("not the expected JSON");
  }

  @Test
  void refusesAnAnswerThatIsTooLargeAndSaysWhatToChange() {
    server.always(json(200, "[\"" + "x".repeat(2_000) + "\"]"));

    ApiException failure = failure();

    assertThat(failure)
        .hasMessage(
            CALL
                + " → 200 \"The answer is larger than 1000 bytes\". Raise http.response.max.bytes"
                + " or lower page.size");
    assertThat(failure.failure().kind()).isEqualTo(Kind.TOO_LARGE);
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void readsNoMoreOfAnErrorThanItsMessageNeeds() {
    server.always(json(400, "{\"message\":\"no\",\"x\":\"" + "x".repeat(100_000) + "\"}"));

    assertThat(failure()).hasMessage(CALL + " → 400");
  }

  @Test
  void anExceptionOfTheDecoderReachesTheCallerAndFreesTheSlot() {
    server.always(json(200, "[1]"));
    ValueDecoder<Object> broken =
        parser -> {
          throw new IllegalStateException("decoder");
        };
    try (ConnectWiseClient one = Calls.settings(server.url()).inFlight(1).open()) {
      IllegalStateException thrown =
          catchThrowableOfType(
              IllegalStateException.class, () -> one.send(Calls.tickets(Map.of()), broken));

      assertThat(thrown).hasMessage("decoder");
      assertThat(one.send(Calls.tickets(Map.of())).items()).hasSize(1);
    }
  }

  @Test
  void tellsTheServersTimeFromItsDateHeader() {
    server.then(json(200, "[]"));
    assertThat(client.serverTime()).isEmpty();

    send();

    // The server runs on this machine; its Date header is cut to whole seconds.
    Instant now = Instant.now();
    assertThat(client.serverTime().orElseThrow())
        .isBetween(now.minusSeconds(2), now.plusSeconds(1));
  }

  @Test
  void tellsTheTimeOfEachDateAsTheyChange() throws IOException {
    String late = "Fri, 01 Jan 2100 00:00:00 GMT";
    Deque<String> dates =
        new ArrayDeque<>(List.of("Thu, 01 Jan 2099 00:00:00 GMT", "no date", late, late, late));
    try (RawServer dated =
            new RawServer(
                () ->
                    ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nDate: "
                            + dates.remove()
                            + "\r\n\r\n[]")
                        .getBytes(US_ASCII));
        ConnectWiseClient other = Calls.settings(dated.url()).open()) {
      other.send(Calls.tickets(Map.of()));
      assertThat(other.serverTime().orElseThrow()).isBefore(Instant.parse("2099-01-02T00:00:00Z"));

      while (!dates.isEmpty()) {
        other.send(Calls.tickets(Map.of()));
      }
      // What most answers say counts.
      assertThat(other.serverTime().orElseThrow()).isAfterOrEqualTo("2100-01-01T00:00:00Z");
    }
  }

  @Test
  void anErrorDoesNotSetTheTime() {
    server.always(json(404, "{}"));

    failure();

    assertThat(client.serverTime()).isEmpty();
  }
}
