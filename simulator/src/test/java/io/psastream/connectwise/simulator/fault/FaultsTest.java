package io.psastream.connectwise.simulator.fault;

import static io.psastream.connectwise.simulator.Caller.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.simulator.Caller;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SimulatorExtension.class)
class FaultsTest {

  private static final String TICKET = "{\"summary\":\"x\",\"company\":{\"id\":1}}";

  private Simulator simulator;
  private Caller caller;

  @BeforeEach
  void start(Simulator started) {
    simulator = started;
    simulator.seed().tickets(3);
    caller = new Caller(started);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "rateLimit | | 429 | Too many requests. Please try again in 30 seconds.",
        "rateLimit | body=html | 429 | <html>",
        "rateLimit | body=empty | 429 | ",
        "misrouted | | 404 | <html>",
        "misrouted | body=json | 404 | The endpoint does not exist.",
        "unauthorized | | 401 | UserNotAuthenticated",
        "forbid | | 403 | You do not have security permission",
        "sslRequired | | 403 | SSL is required.",
        "htmlPage | | 200 | <html>",
        "htmlPage | status=403 | 403 | <html>",
        "unavailable | | 503 | <html>",
        "unavailable | status=502 body=text | 502 | The service is unavailable.",
        "poisonRecord | id=tickets | 500 | valid Boolean",
        "flaky500 | | 500 | The service was not able to process your request.",
        "timeout500 | | 500 | Timeout Expired",
        "minVersion | version=2025.1 | 400 | does not support the API version '0.0'",
        "maxUrl | length=20 | 414 | <html>",
        "blankPage | | 200 | ",
        "emptyList | | 200 | []",
        "emptyBody | | 200 | ",
        "shortList | rows=0 | 200 | []"
      })
  void answersInPlaceOfTheApi(String name, String parameters, int status, String words) {
    Fault fault = Fault.of(name).on("/service/tickets").times(1);
    for (String parameter : parameters == null ? new String[0] : parameters.split(" ", -1)) {
      fault = fault.with(parameter.split("=", 2)[0], parameter.split("=", 2)[1]);
    }
    ActiveFault active = simulator.faults().add(fault);
    HttpResponse<String> response = caller.get("/service/tickets");
    assertThat(response.statusCode()).isEqualTo(status);
    if (words == null) {
      assertThat(response.body()).isBlank();
    } else {
      assertThat(response.body()).contains(words);
    }
    assertThat(active.hits()).isEqualTo(1);
    assertThat(active.usedUp()).isTrue();
    assertThat(json(caller.get("/service/tickets"))).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({"30,30", "7,7", "none,", "date,GMT"})
  void retryAfterIsANumberADateOrNotThere(String value, String expected) {
    simulator.faults().add(Fault.of("rateLimit").with("retryAfter", value));
    String header = caller.get("/service/tickets").headers().firstValue("Retry-After").orElse("");
    assertThat(header).endsWith(expected == null ? "" : expected);
    assertThat(header.isEmpty()).isEqualTo(expected == null);
  }

  @Test
  void aRateIsLimitedOnlyBeyondItsNumberOfRequests() {
    simulator.faults().add(Fault.of("rateLimit").with("perMinute", 2));
    assertThat(caller.get("/service/tickets").statusCode()).isEqualTo(200);
    assertThat(caller.get("/service/tickets").statusCode()).isEqualTo(200);
    assertThat(caller.get("/service/tickets").statusCode()).isEqualTo(429);
  }

  @Test
  void connectionsBreakBeforeOrInTheMiddleOfAnAnswer() {
    for (String name : new String[] {"dropConnection", "dropRequest"}) {
      simulator.faults().clear();
      simulator.faults().add(Fault.of(name));
      assertThatThrownBy(() -> caller.get("/service/tickets"))
          .as(name)
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void aPostIsAppliedAndItsAnswerLost() {
    simulator.faults().add(Fault.of("applyThenDrop"));
    assertThat(caller.get("/service/tickets").statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> caller.send("POST", "/service/tickets", TICKET))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(simulator.store().collection("/service/tickets").size()).isEqualTo(4);
  }

  @Test
  void aTruncatedBodyHasTheLengthItSaysAndNoEnd() {
    simulator.faults().add(Fault.of("truncatedBody"));
    HttpResponse<String> response = caller.get("/service/tickets");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).startsWith("[{").doesNotEndWith("]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"oddShape", "shortList", "listLag"})
  void faultsThatChangeJsonLeaveWhatAnotherFaultHasMadeOfIt(String name) {
    simulator.faults().add(Fault.of(name));
    simulator.faults().add(Fault.of("truncatedBody"));
    assertThat(caller.get("/service/tickets").body()).startsWith("[{").doesNotEndWith("]");
  }

  @Test
  void aLockedRecordIsLockedForWritesOfItself() {
    simulator.faults().add(Fault.of("lockRecord").with("id", 2));
    assertThat(caller.get("/service/tickets/2").statusCode()).isEqualTo(200);
    assertThat(caller.send("PATCH", "/service/tickets/1", "[]").statusCode()).isEqualTo(200);
    assertThat(caller.send("PATCH", "/service/tickets/2", "[]").statusCode()).isEqualTo(409);
  }

  @Test
  void largePagesTakeLonger() {
    simulator.faults().add(Fault.of("slowAbovePageSize").with("pageSize", 50).with("ms", 30));
    caller.get("/service/tickets?pageSize=50");
    caller.get("/service/tickets?pageSize=51");
    var requests = simulator.requests().recent();
    assertThat(requests.get(1).took()).isGreaterThanOrEqualTo(Duration.ofMillis(30));
    assertThat(simulator.faults().all().get(0).hits()).isEqualTo(1);
  }

  @Test
  void aBodyWithoutCharsetIsReadAsLatin1() {
    simulator.faults().add(Fault.of("latin1"));
    String ticket = TICKET.replace("x", "Sæther");
    HttpResponse<String> plain =
        caller.send(
            caller
                .request("/service/tickets")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(ticket)));
    assertThat(json(plain).path("summary").asText()).isEqualTo("SÃ¦ther");
    HttpResponse<String> declared = caller.send("POST", "/service/tickets", ticket);
    assertThat(json(declared).path("summary").asText()).isEqualTo("Sæther");
  }

  @Test
  void lineEndsComeBackAsSpaces() {
    simulator.faults().add(Fault.of("newlinesAsSpaces"));
    HttpResponse<String> created =
        caller.send("POST", "/service/tickets", TICKET.replace("x", "a\\nb\\\\n"));
    assertThat(json(created).path("summary").asText()).isEqualTo("a b\\n");
  }

  @Test
  void faultsHitOnlyWhatTheirMethodAndPathSay() {
    simulator.faults().add(Fault.of("flaky500").on("/service/*/1").method("GET"));
    assertThat(caller.get("/service/tickets/1").statusCode()).isEqualTo(500);
    assertThat(caller.get("/service/tickets/2").statusCode()).isEqualTo(200);
    assertThat(caller.get("/service/tickets/1/notes").statusCode()).isEqualTo(200);
    assertThat(caller.send("PATCH", "/service/tickets/1", "[]").statusCode()).isEqualTo(200);
    simulator.faults().add(Fault.of("flaky500").on("/service/**"));
    assertThat(caller.get("/service/tickets/1/notes").statusCode()).isEqualTo(500);
    assertThat(caller.get("/system/info").statusCode()).isEqualTo(200);
  }

  @Test
  void codeCanRunBetweenTwoPages() {
    simulator
        .faults()
        .before(
            Fault.of("hook").on("/service/tickets").times(1),
            request -> simulator.store().collection("/service/tickets").delete(2));
    assertThat(json(caller.get("/service/tickets"))).hasSize(2);
  }

  @Test
  void hitsAShareOfTheRequestsByChance() {
    simulator.faults().add(Fault.of("rateLimit").percent(30));

    long hit = 0;
    for (int i = 0; i < 200; i++) {
      hit += caller.get("/service/tickets/1").statusCode() == 429 ? 1 : 0;
    }

    assertThat(hit).isBetween(40L, 80L);
  }

  @Test
  void unknownNamesAndParametersAreRefused() {
    assertThatThrownBy(() -> Fault.of("nothing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("There is no fault \"nothing\"")
        .hasMessageContaining("rateLimit");
    assertThatThrownBy(() -> Fault.of("latency").with("seconds", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no parameter seconds");
  }

  @ParameterizedTest
  @EnumSource(FaultKind.class)
  void everyFaultIsInTheReadmeWithItsParameters(FaultKind kind) throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    assertThat(readme).contains("| `" + kind.text() + "` |");
    String row =
        readme
            .lines()
            .filter(l -> l.startsWith("| `" + kind.text() + "` |"))
            .findFirst()
            .orElseThrow();
    kind.parameters().forEach((name, value) -> assertThat(row).contains("`" + name + "`"));
  }
}
