package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.http.Response;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the source does when the site does not answer as it should. */
@ExtendWith(SimulatorExtension.class)
class SourceFailuresTest {

  private static final int TICKETS = 120;

  private Simulator simulator;
  private SourceHarness source;

  @BeforeEach
  void setUp(Simulator started) {
    simulator = started;
    simulator.seed().tickets(TICKETS);
    simulator.clock().advance(Duration.ofSeconds(5));
    source = new SourceHarness(simulator).set("page.size", "25").set("max.retries", "1");
  }

  @AfterEach
  void tearDown() {
    source.close();
  }

  static Fault[] passingTroubles() {
    return new Fault[] {
      Fault.of("rateLimit").with("retryAfter", "none").times(7),
      Fault.of("unavailable").with("status", 502).times(7),
      Fault.of("unavailable").with("status", 503).times(7),
      Fault.of("unavailable").with("status", 504).times(7),
      Fault.of("dropConnection").times(7),
      Fault.of("dropRequest").times(7),
      Fault.of("truncatedBody").times(7),
      Fault.of("blankPage").times(7)
    };
  }

  @ParameterizedTest
  @MethodSource("passingTroubles")
  void passingTroubleDelaysAQueryAndLosesNothing(Fault fault) throws InterruptedException {
    simulator.faults().add(fault.on("/service/tickets"));

    source.start().pollUntil(TICKETS);
    source.pollOn(3);

    assertThat(source.keys()).hasSize(TICKETS).doesNotHaveDuplicates();
  }

  @Test
  void wrongKeysFailTheTaskWithTheMessage() {
    source.set("connectwise.password", "wrong").start();

    assertThatThrownBy(() -> source.pollOn(20))
        .isInstanceOf(ConnectException.class)
        .hasMessageStartingWith(
            "Query getServiceTickets failed: getServiceTickets GET /service/tickets → 401")
        .hasMessageContaining(
            "Check connectwise.username, connectwise.password and connectwise.client.id")
        .hasMessageEndingWith("The task stops.");
  }

  @Test
  void whatTheSiteRepeatsOfTheKeysIsNotInTheStatusOfTheTask() {
    simulator
        .faults()
        .changing(
            Fault.of("hook"),
            (request, answer) ->
                Response.text(
                    401, "{\"code\":\"Debug\",\"message\":\"%s\"}".formatted(all(request))));
    source.start();

    assertThatThrownBy(() -> source.pollOn(20))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("→ 401 Debug \"Basic *** ***\"");
  }

  private static String all(Request request) {
    return request.header("Authorization").orElse("") + " " + request.header("clientId").orElse("");
  }

  @Test
  void aRefusedConditionFailsTheTaskWithWhatConnectWiseSaid() {
    source.set("options", "{\"conditions\": \"nonsense/name = 5\"}").start();

    assertThatThrownBy(() -> source.pollOn(20))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("→ 400 ApiFindCondition")
        .hasMessageContaining("is not a recognized name.");
  }

  @Test
  void aListThatRefusesTheFilterByLastUpdatedIsReadWholeOnEachRun() throws InterruptedException {
    simulator
        .faults()
        .changing(
            Fault.of("hook").on("/service/tickets"),
            (request, answer) ->
                request.query().getOrDefault("conditions", "").contains("lastUpdated")
                    ? Response.json(
                        400,
                        "{\"code\":\"ApiFindCondition\",\"message\":\"not a recognized name\"}")
                    : answer);
    source.start().pollUntil(TICKETS);

    simulator
        .store()
        .collection("/service/tickets")
        .update(1, ticket -> ticket.put("summary", "seen all the same"));

    source.pollUntil(
        () ->
            source.records().stream()
                .anyMatch(each -> each.value().toString().contains("seen all the same")));
  }

  @Test
  void aForbiddenQueryDoesNotStopTheOthersAndIsReadOnceItMayBe() throws InterruptedException {
    simulator.seed().companies(5);
    var forbidden = simulator.faults().add(Fault.of("forbid").on("/company/companies"));
    source.set("queries", "tickets,companies");
    source.set("query.companies.operation.id", "getCompanyCompanies");

    source.start().pollUntil(TICKETS);
    assertThat(source.records()).allMatch(each -> each.topic().endsWith("service.tickets"));

    simulator.faults().remove(forbidden.id());
    source.pollUntil(TICKETS + 5);
  }

  @Test
  void aTaskWhoseOnlyQueryIsForbiddenDoesNotPretendToRun() {
    simulator.faults().add(Fault.of("forbid").on("/service/tickets"));
    source.start();

    assertThatThrownBy(() -> source.pollOn(20))
        .isInstanceOf(ConnectException.class)
        .hasMessageStartingWith(
            "Query getServiceTickets is forbidden, and the task has no other query to run: ")
        .hasMessageContaining("403");
  }

  @Test
  void pollReturnsAndStopEndsAlthoughTheSiteNeverAnswers() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    simulator
        .faults()
        .before(
            Fault.of("hook"),
            request -> {
              asked.countDown();
              await(never);
            });
    try {
      source.start();
      assertThat(source.poll()).isEmpty();
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(source.poll()).isEmpty();
      source.close();
    } finally {
      never.countDown();
    }
  }

  @Test
  void aMovedCodebaseIsFollowed() throws InterruptedException {
    source.set("connectwise.codebase", "auto").start().pollUntil(TICKETS);

    simulator.setCodebase("v2027_1");
    simulator.seed().companies(1);
    long id = simulator.store().collection("/service/tickets").ids().get(0);
    simulator
        .store()
        .collection("/service/tickets")
        .update(id, ticket -> ticket.put("summary", "x"));
    simulator.clock().advance(Duration.ofSeconds(5));
    source.pollUntil(TICKETS + 1);

    assertThat(((Map<?, ?>) source.records().get(TICKETS).value()).get("summary")).isEqualTo("x");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
