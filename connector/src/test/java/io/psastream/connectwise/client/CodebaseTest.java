package io.psastream.connectwise.client;

import static io.psastream.connectwise.client.ScriptedServer.answer;
import static io.psastream.connectwise.client.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.psastream.connectwise.client.Failure.Kind;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the codebase is found and found again (P2, P5). */
class CodebaseTest {

  private static final String GONE =
      "{\"code\":\"ConnectWiseApi\",\"message\":\"The endpoint does not exist.\"}";

  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static ScriptedServer.Reply company(String codebase) {
    return json(200, "{\"CompanyName\":\"Acme\",\"Codebase\":\"" + codebase + "\"}");
  }

  private ApiException failure(String codebase) {
    try (ConnectWiseClient client = Calls.settings(server.url()).codebase(codebase).open()) {
      return catchThrowableOfType(ApiException.class, () -> client.send(Calls.tickets(Map.of())));
    }
  }

  @Test
  void isDiscoveredOnceWithoutCredentials() {
    server.then(company("v2025_1/")).always(json(200, "[]"));

    try (ConnectWiseClient client = Calls.settings(server.url()).codebase("auto").open()) {
      client.send(Calls.tickets(Map.of()));
      client.send(Calls.tickets(Map.of()));
    }

    assertThat(server.uris())
        .containsExactly(
            "/login/companyinfo/acme",
            "/v2025_1/apis/3.0/service/tickets",
            "/v2025_1/apis/3.0/service/tickets");
    assertThat(server.asked.get(0).headers()).doesNotContainKeys("Authorization", "clientId");
  }

  @Test
  void isTriedAgainWhenTheSiteIsDown() {
    server.then(answer(503, "", "")).then(company("v2025_1/")).always(json(200, "[]"));

    try (ConnectWiseClient client = Calls.settings(server.url()).codebase("AUTO").open()) {
      assertThat(client.send(Calls.tickets(Map.of())).status()).isEqualTo(200);
    }
  }

  @Test
  void anUnknownCompanyIsNamedWhenTheSiteSaysNull() {
    server.always(json(200, "null"));

    ApiException failure = failure("auto");

    assertThat(failure)
        .hasMessage(
            "companyinfo GET /login/companyinfo/acme → 200 \"The company \"acme\" is unknown at "
                + server.url()
                + "\". Check connectwise.site.url and the company in connectwise.username");
    assertThat(failure.failure().kind()).isEqualTo(Kind.UNAUTHORIZED);
  }

  @Test
  void anUnknownCompanyIsNamedWhenTheSiteSays404() {
    server.always(answer(404, "text/html", "<html>"));

    assertThat(failure("auto"))
        .hasMessageStartingWith(
            "companyinfo GET /login/companyinfo/acme → 404 \"The company \"acme\" is unknown at ");
  }

  @Test
  void aMisrouted404OfAFixedCodebaseIsFinal() {
    server.always(json(404, GONE));

    assertThat(failure("v2024_1").failure().kind()).isEqualTo(Kind.MISROUTED);
    assertThat(server.uris()).containsExactly("/v2024_1/apis/3.0/service/tickets");
  }

  @Test
  void isFoundAgainAfterAnUpgradeAndTheCallRepeated() {
    server
        .then(company("v2025_1/"))
        .then(json(200, "[]"))
        .then(json(404, GONE))
        .then(company("v2025_2/"))
        .always(json(201, "{}"));

    try (ConnectWiseClient client = Calls.settings(server.url()).codebase("auto").open()) {
      client.send(Calls.tickets(Map.of()));
      assertThat(client.send(Calls.write("postServiceTickets", "{}")).status()).isEqualTo(201);
    }

    assertThat(server.uris())
        .containsExactly(
            "/login/companyinfo/acme",
            "/v2025_1/apis/3.0/service/tickets",
            "/v2025_1/apis/3.0/service/tickets",
            "/login/companyinfo/acme",
            "/v2025_2/apis/3.0/service/tickets");
  }

  @Test
  void isNotAskedForAgainByEvery404() {
    server
        .then(company("v2025_1/"))
        .then(json(404, GONE))
        .then(company("v2025_1/"))
        .always(json(404, GONE));

    try (ConnectWiseClient client = Calls.settings(server.url()).codebase("auto").open()) {
      for (int i = 0; i < 3; i++) {
        assertThat(
                catchThrowableOfType(ApiException.class, () -> client.send(Calls.tickets(Map.of())))
                    .failure()
                    .kind())
            .isEqualTo(Kind.MISROUTED);
      }
    }

    assertThat(server.uris()).filteredOn(uri -> uri.startsWith("/login")).hasSize(2);
  }

  @Test
  void aMissingItemIsNoReasonToAskAgain() {
    server.then(company("v2025_1/")).always(json(404, "{\"code\":\"NotFound\"}"));

    assertThat(failure("auto").failure().kind()).isEqualTo(Kind.NOT_FOUND);
    assertThat(server.asked).hasSize(2);
  }

  @Test
  void aSettingThatIsNoCodebaseIsRefusedAtOnce() {
    assertThatThrownBy(() -> Calls.settings(server.url()).codebase("x/y").open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"x/y\" is not a codebase. Examples: v4_6_release, v2025_1, auto");
  }
}
