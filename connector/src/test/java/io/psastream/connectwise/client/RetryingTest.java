package io.psastream.connectwise.client;

import static io.psastream.connectwise.client.ScriptedServer.answer;
import static io.psastream.connectwise.client.ScriptedServer.cut;
import static io.psastream.connectwise.client.ScriptedServer.drop;
import static io.psastream.connectwise.client.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Failure.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent again, and what must never be (P35). */
class RetryingTest {

  private static final String CREATE = "postServiceTickets";
  private static final String BODY = "{\"summary\":\"new\"}";

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

  private ApiException failure(Call call) {
    return catchThrowableOfType(ApiException.class, () -> client.send(call));
  }

  @Test
  void aReadSurvivesWhateverPasses() {
    server
        .then(json(429, "{\"error\":\"ConnectWiseAPI\"}"))
        .then(answer(503, "text/html", "<html>"))
        .then(drop())
        .then(cut("[{"))
        .then(answer(403, "text/html", "<title>Attention Required! | Cloudflare</title>"))
        .then(json(200, "[1]"));

    Answer<JsonNode> answer = client.send(Calls.tickets(Map.of()));
    assertThat(answer.items()).hasSize(1);
    assertThat(answer.stats().attempts()).isEqualTo(6);
    assertThat(answer.stats().duration()).isPositive();
    assertThat(server.asked).hasSize(6);
  }

  @Test
  void aReadGivesUpAfterTheConfiguredRetries() {
    server.always(answer(503, "", ""));

    ApiException failure = failure(Calls.tickets(Map.of()));
    assertThat(failure).hasMessage("getServiceTickets GET /service/tickets → 503");
    assertThat(failure.stats().attempts()).isEqualTo(6);
    assertThat(server.asked).hasSize(6);
  }

  @Test
  void wrongCredentialsAreSentOnce() {
    server.always(json(401, "{\"code\":\"Unauthorized\"}"));

    assertThat(failure(Calls.tickets(Map.of())).failure().kind()).isEqualTo(Kind.UNAUTHORIZED);
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void aPostWhoseAnswerIsLostIsAmbiguousAndSentOnce() {
    server.always(drop());

    ApiException failure = failure(Calls.write(CREATE, BODY));

    assertThat(failure.failure().kind()).isEqualTo(Kind.AMBIGUOUS);
    assertThat(failure)
        .hasMessageStartingWith("postServiceTickets POST /service/tickets → no answer \"")
        .hasMessageEndingWith("\". The call may have been applied, so it is not sent again")
        .hasCauseInstanceOf(IOException.class);
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void aPostWhoseAnswerBreaksOffIsAmbiguous() {
    server.always(cut("{\"id\":"));

    assertThat(failure(Calls.write(CREATE, BODY)).failure().kind()).isEqualTo(Kind.AMBIGUOUS);
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void aPostThatIsAnsweredByAGatewayIsAmbiguous() {
    server.always(answer(504, "text/html", "<html><title>Gateway time-out</title>"));

    assertThat(failure(Calls.write(CREATE, BODY)))
        .hasMessage(
            "postServiceTickets POST /service/tickets → 504 \"HTML page: Gateway time-out\". The call"
                + " may have been applied, so it is not sent again");
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void aPostThatTakesTooLongIsAmbiguous() {
    server.always(server.hang());

    try (ConnectWiseClient hasty =
        Calls.settings(server.url()).timeout(Duration.ofMillis(300)).open()) {
      ApiException failure =
          catchThrowableOfType(ApiException.class, () -> hasty.send(Calls.write(CREATE, BODY)));

      assertThat(failure.failure().kind()).isEqualTo(Kind.AMBIGUOUS);
      assertThat(server.asked).hasSize(1);
    }
  }

  @Test
  void aPostOnAConnectionThatServedBeforeIsNotRepeatedBehindOurBack() {
    server.then(json(200, "[]")).always(drop());
    client.send(Calls.tickets(Map.of()));

    assertThat(failure(Calls.write(CREATE, BODY)).failure().kind()).isEqualTo(Kind.AMBIGUOUS);
    assertThat(server.asked).hasSize(2);
  }

  @Test
  void aReadOnAConnectionThatServedBeforeIsRepeatedByThePolicyAlone() {
    server.then(json(200, "[]")).always(drop());
    client.send(Calls.tickets(Map.of()));

    failure(Calls.tickets(Map.of()));

    assertThat(server.asked).hasSize(1 + 6);
  }

  @Test
  void aPostThatWasRefusedBeforeItWasDoneIsSentAgain() {
    server
        .then(json(429, "{}"))
        .then(answer(503, "", "", "Retry-After", "1"))
        .then(json(409, "{}"))
        .then(json(201, "{\"id\":1}"));

    assertThat(client.send(Calls.write(CREATE, BODY)).status()).isEqualTo(201);
    assertThat(server.asked).hasSize(4);
    assertThat(server.asked).allMatch(asked -> asked.body().equals(BODY));
  }

  @Test
  void aPostThatAGatewayAnsweredInPlaceOfTheApiIsNotRepeated() {
    server.always(answer(503, "", "", "Retry-After", "0"));

    assertThat(failure(Calls.write(CREATE, BODY)).failure().kind()).isEqualTo(Kind.AMBIGUOUS);
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void aPostThatCannotConnectIsSentAgainAndUnavailable() throws IOException {
    URI nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = URI.create("http://127.0.0.1:" + free.getLocalPort());
    }
    try (ConnectWiseClient lonely = Calls.settings(nobody).retry(Calls.quickly(1)).open()) {
      ApiException failure =
          catchThrowableOfType(ApiException.class, () -> lonely.send(Calls.write(CREATE, BODY)));

      assertThat(failure.failure().kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(failure)
          .hasMessageStartingWith(
              "postServiceTickets POST /service/tickets → no answer \"ConnectException: ");
    }
  }

  @Test
  void aPatchThatOnlyReplacesIsRepeatedOthersAreNot() {
    server.then(drop()).then(json(200, "{}")).always(drop());

    client.send(
        Calls.write(
            "patchServiceTicketsById",
            "[{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"x\"}]"));
    ApiException failure =
        failure(
            Calls.write(
                "patchServiceTicketsById",
                "[{\"op\":\"add\",\"path\":\"customFields\",\"value\":[]}]"));

    assertThat(failure.failure().kind()).isEqualTo(Kind.AMBIGUOUS);
    assertThat(server.asked).hasSize(3);
  }

  @Test
  void whatOneClientIsAskedToWaitHoldsAllOfTheSameUser() {
    server.then(json(429, "{}", "Retry-After", "1")).always(json(200, "[]"));
    try (ConnectWiseClient one =
            Calls.settings(server.url()).user("same").retry(Calls.quickly(0)).open();
        ConnectWiseClient other = Calls.settings(server.url()).user("same").open()) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> one.send(Calls.tickets(Map.of()))).isInstanceOf(ApiException.class);

      client.send(Calls.tickets(Map.of()));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
      other.send(Calls.tickets(Map.of()));

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void tooManyRequestsHalveTheRateOfAllOfTheSameUser() {
    server.always(json(429, "{}"));
    try (ConnectWiseClient one =
        Calls.settings(server.url()).user("same").retry(Calls.quickly(0)).open()) {
      assertThatThrownBy(() -> one.send(Calls.tickets(Map.of()))).isInstanceOf(ApiException.class);

      SharedRateLimiter shared = SharedRateLimiter.join(server.url() + " acme+same", 1_000);
      Turns.Client client = new Turns.Client();
      Turns.Turn last = shared.line(client);
      for (int i = 1; i < 1_000; i++) {
        last = shared.line(client);
      }
      assertThat(Duration.ofNanos(shared.left(last)))
          .isBetween(Duration.ofSeconds(110), Duration.ofSeconds(120));
    }
  }

  @Test
  void neverFollowsARedirect() throws IOException {
    try (ScriptedServer other = new ScriptedServer()) {
      server.always(answer(302, "", "", "Location", other.url() + "/login"));

      ApiException failure = failure(Calls.tickets(Map.of()));

      assertThat(failure.failure().kind()).isEqualTo(Kind.MISROUTED);
      assertThat(failure)
          .hasMessageStartingWith(
              "getServiceTickets GET /service/tickets → 302 \"Redirected to http://127.0.0.1\"");
      assertThat(other.asked).isEmpty();
      assertThat(server.asked).hasSize(1);
    }
  }

  @Test
  void aMissingPathValueIsRejectedBeforeAnythingIsSent() {
    ApiException failure =
        failure(Call.of(Calls.operation("getServiceTicketsById"), Map.of(), Map.of()));

    assertThat(failure.failure().kind()).isEqualTo(Kind.REJECTED);
    assertThat(failure)
        .hasMessage(
            "getServiceTicketsById GET /service/tickets/{id} → no answer \"The path"
                + " \"/service/tickets/{id}\" needs a value for the path parameter \"id\".\"");
    assertThat(server.asked).isEmpty();
  }
}
