package io.psastream.connectwise.simulator.api;

import static io.psastream.connectwise.simulator.Caller.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.simulator.Caller;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SimulatorExtension.class)
class AccessTest {

  private static final String BOARDS = "/v4_6_release/apis/3.0/service/boards";

  private Simulator simulator;
  private Caller caller;

  @BeforeEach
  void start(Simulator started) {
    simulator = started;
    caller = new Caller(started);
  }

  private HttpRequest.Builder plain(String path) {
    return HttpRequest.newBuilder(URI.create(simulator.url() + path));
  }

  private HttpRequest.Builder as(String user, String clientId, String path) {
    String encoded = Base64.getEncoder().encodeToString(user.getBytes(UTF_8));
    return plain(path).header("Authorization", "Basic " + encoded).header("clientId", clientId);
  }

  private HttpResponse<String> as(String user, String clientId) {
    return caller.send(as(user, clientId, BOARDS));
  }

  @Test
  void callersWithoutTheRightKeysOrClientIdAreTurnedAway() {
    String good = simulator.username() + ":" + simulator.password();
    assertThat(as(good, simulator.clientId()).statusCode()).isEqualTo(200);
    assertThat(as(good + "x", simulator.clientId()).statusCode()).isEqualTo(401);
    assertThat(as(good, "other").statusCode()).isEqualTo(403);
    assertThat(caller.send(plain(BOARDS)).statusCode()).isEqualTo(401);
    HttpResponse<String> company = as("other+key:x", simulator.clientId());
    assertThat(company.statusCode()).isEqualTo(400);
    assertThat(company.body()).isEqualTo("Cannot route. Codebase/company is invalid");
  }

  @Test
  void wrongKeysCanLookLikeAPathThatIsNotThere() {
    simulator.faults().add(Fault.of("authFailureStatus"));
    HttpResponse<String> response = as("simulator+x:y", simulator.clientId());
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("<html>");
    assertThat(caller.get("/service/boards").statusCode()).isEqualTo(200);
  }

  @Test
  void theSiteMovesToAnotherCodebaseAndTheRouterFollows() {
    String user = simulator.username() + ":" + simulator.password();
    String pinned = "/v2026_1/apis/3.0/service/boards";
    assertThat(caller.send(as(user, simulator.clientId(), pinned)).statusCode()).isEqualTo(200);
    simulator.setCodebase("v2026_2");
    HttpResponse<String> moved = caller.send(as(user, simulator.clientId(), pinned));
    assertThat(moved.statusCode()).isEqualTo(404);
    assertThat(moved.body()).contains("<html>");
    assertThat(caller.get("/service/boards").statusCode()).isEqualTo(200);
    HttpResponse<String> info = caller.send(plain("/login/companyinfo/simulator"));
    assertThat(json(info).path("Codebase").asText()).isEqualTo("v2026_2/");
    assertThat(json(info).path("IsCloud").asText()).isEqualTo("True");
  }

  @Test
  void anUnknownCompanyIsNullNotAnError() {
    HttpResponse<String> info = caller.send(plain("/login/companyinfo/nobody"));
    assertThat(info.statusCode()).isEqualTo(200);
    assertThat(info.body()).isEqualTo("null");
    simulator.faults().add(Fault.of("companyInfo").with("answer", "404"));
    assertThat(caller.send(plain("/login/companyinfo/simulator")).statusCode()).isEqualTo(404);
  }

  @Test
  void bothKindsOf404AreTold() {
    HttpResponse<String> endpoint = caller.get("/service/nothing");
    assertThat(endpoint.statusCode()).isEqualTo(404);
    assertThat(json(endpoint).path("code").asText()).isEqualTo("ConnectWiseApi");
    HttpResponse<String> item = caller.get("/service/tickets/5");
    assertThat(item.statusCode()).isEqualTo(404);
    assertThat(json(item).path("code").asText()).isEqualTo("NotFound");
  }

  @Test
  void oddPathsAreAnsweredAsTheGatewayDoes() {
    assertThat(caller.get("/v4_6_release/apis/3.0/service/tickets").statusCode()).isEqualTo(400);
    assertThat(caller.get("/Service/Tickets/").statusCode()).isEqualTo(200);
    assertThat(caller.send("PUT", "/service/tickets", "{}").statusCode()).isEqualTo(405);
    assertThat(caller.get("/service/tickets/abc").statusCode()).isEqualTo(404);
  }

  @Test
  void everyAnswerSaysWhichVersionAndRequestItWas() {
    var headers = caller.get("/service/boards").headers();
    assertThat(headers.firstValue("api-current-version")).hasValue("2026.1");
    assertThat(headers.firstValue("x-cw-request-id").orElseThrow()).hasSize(36);
    assertThat(headers.firstValue("Cache-Control")).hasValue("no-cache");
  }

  @Test
  void requestsAreLoggedWithTheirDecodedQuery() {
    caller.get(Caller.with("/service/boards?pageSize=3", "conditions", "name = \"A & B\""));
    var logged = simulator.requests().recent("GET", "/service/boards").get(0);
    assertThat(logged.query("conditions")).isEqualTo("name = \"A & B\"");
    assertThat(logged.request().rawQuery()).contains("%26");
    assertThat(logged.status()).isEqualTo(200);
    assertThat(simulator.requests().count("/service/boards")).isEqualTo(1);
    assertThat(simulator.requests().total()).isEqualTo(1);
  }

  @Test
  void filesComeWithTheirNames() {
    HttpResponse<String> pdf = caller.get("/finance/invoices/5/pdf");
    assertThat(pdf.headers().firstValue("Content-Disposition"))
        .hasValue("attachment; filename=\"invoice.pdf\"");
    assertThat(pdf.headers().firstValue("Content-Type")).hasValue("application/pdf");
    assertThat(pdf.body()).startsWith("%PDF");
  }

  @Test
  void reportsHaveColumnsAndRows() {
    simulator.seed().tickets(2);
    var report = json(caller.get("/system/reports/Service?columns=id,summary"));
    assertThat(report.path("column_definitions").findValuesAsText("type"))
        .containsExactly("Numeric", "Text");
    assertThat(report.path("row_values")).hasSize(2);
    assertThat(report.at("/row_values/1/0").asInt()).isEqualTo(2);
  }
}
