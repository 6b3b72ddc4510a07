package io.psastream.connectwise.client;

import static io.psastream.connectwise.client.ScriptedServer.answer;
import static io.psastream.connectwise.client.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.ScriptedServer.Asked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a request looks like on the wire. */
class RequestTest {

  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer().always(json(200, "[]"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Asked send(Calls.Settings settings, Call call) {
    try (ConnectWiseClient client = settings.open()) {
      client.send(call);
    }
    return server.asked.get(0);
  }

  @Test
  void carriesCredentialsClientIdAndUserAgent() {
    Asked asked = send(Calls.settings(server.url()).user("public"), Calls.tickets(Map.of()));

    String basic =
        Base64.getEncoder().encodeToString("acme+public:secret".getBytes(StandardCharsets.UTF_8));
    assertThat(asked.headers())
        .containsEntry("Authorization", "Basic " + basic)
        .containsEntry("clientId", "11111111-2222-3333-4444-555555555555")
        .containsEntry("Accept", "application/json")
        .hasEntrySatisfying(
            "User-Agent", agent -> assertThat(agent).startsWith("kafka-connect-connectwise/"))
        .doesNotContainKey("Cookie");
  }

  @Test
  void pinsTheModelVersionWithPlainJsonAsSecondChoice() {
    Asked asked = send(Calls.settings(server.url()).version("2025.1"), Calls.tickets(Map.of()));

    assertThat(asked.headers())
        .containsEntry(
            "Accept", "application/vnd.connectwise.com+json; version=2025.1, application/json");
  }

  @Test
  void headersOfTheCallWinOverTheConnections() {
    Call call = Calls.ticket("7");

    Asked asked =
        send(
            Calls.settings(server.url()).version("2025.1"),
            new Call(
                call.operation(),
                call.path(),
                Map.of(),
                Map.of("Accept", "application/json", "pagination-type", "forward-only"),
                Optional.empty()));

    assertThat(asked.headers())
        .containsEntry("Accept", "application/json")
        .containsEntry("pagination-type", "forward-only");
  }

  @Test
  void encodesEveryReservedCharacterOfAQuery() {
    Asked asked =
        send(
            Calls.settings(server.url()),
            Calls.tickets(
                Map.of("conditions", "summary=\"a+b & c%\" AND x>[2025-01-01T00:00:00Z] #'*é~")));

    assertThat(asked.uri())
        .isEqualTo(
            "/v4_6_release/apis/3.0/service/tickets?conditions="
                + "summary%3D%22a%2Bb%20%26%20c%25%22%20AND%20x%3E%5B2025-01-01T00%3A00%3A00Z%5D"
                + "%20%23%27%2A%C3%A9~");
  }

  @Test
  void encodesPathValues() {
    Call member =
        Call.of(
            Calls.operation("GET /system/members/{memberIdentifier}"),
            Map.of("memberIdentifier", "a/b?c"),
            Map.of());
    Asked asked = send(Calls.settings(server.url()).codebase("v2025_1"), member);

    assertThat(asked.uri()).isEqualTo("/v2025_1/apis/3.0/system/members/a%2Fb%3Fc");
  }

  @Test
  void sendsBodiesAsUtf8AndSaysSo() {
    Asked asked =
        send(
            Calls.settings(server.url()),
            Calls.write("postServiceTickets", "{\"summary\":\"Sæther\"}"));

    assertThat(asked.body()).isEqualTo("{\"summary\":\"Sæther\"}");
    assertThat(asked.headers()).containsEntry("Content-Type", "application/json; charset=utf-8");
  }

  @Test
  void keepsDecimalNumbersExactInBothDirections() {
    server.then(json(200, "{\"amount\":12.50,\"big\":12345678901234567890.10}"));

    try (ConnectWiseClient client = Calls.settings(server.url()).open()) {
      Answer<?> answer = client.send(Calls.write("putServiceTicketsById", "{\"amount\":12.50}"));

      assertThat(answer.items())
          .hasToString("[{\"amount\":12.50,\"big\":12345678901234567890.10}]");
    }
    assertThat(server.asked.get(0).body()).isEqualTo("{\"amount\":12.50}");
  }

  @Test
  void aPostWithoutBodyIsEmpty() {
    server.then(answer(204, "", ""));
    Call call =
        Call.of(
            Calls.operation("postFinanceInvoicesByParentIdCommissionsRecalculate"),
            Map.of("parentId", "3"),
            Map.of());

    Asked asked = send(Calls.settings(server.url()), call);

    assertThat(asked.headers()).containsEntry("Content-Length", "0");
    assertThat(asked.body()).isEmpty();
  }
}
