package io.psastream.connectwise.source;

import static io.psastream.connectwise.source.PollLoops.A_LITTLE;
import static io.psastream.connectwise.source.PollLoops.BACKOFF;
import static io.psastream.connectwise.source.PollLoops.INTERVAL;
import static io.psastream.connectwise.source.PollLoops.PATIENCE;
import static io.psastream.connectwise.source.PollLoops.failure;
import static io.psastream.connectwise.source.PollLoops.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.source.config.Passes.PassKind;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What a failure of a query leads to: a delay, a skipped pass, or the end of the task. */
class PollLoopFailuresTest {

  private final PollLoops loops = new PollLoops();
  private final ScriptedPasses tickets = loops.tickets;
  private final ScriptedPasses companies = loops.companies;

  @ParameterizedTest
  @EnumSource(names = {"THROTTLED", "TIMEOUT", "UNAVAILABLE", "CONFLICT"})
  void aTemporaryFailureDelaysTheQueryByTheBackoff(Kind kind) throws InterruptedException {
    tickets.fails(failure(kind, Optional.empty())).ends("a");

    assertIsRetriedAfter(BACKOFF);
  }

  @ParameterizedTest
  @EnumSource(names = {"THROTTLED", "TIMEOUT", "UNAVAILABLE", "CONFLICT"})
  void aTemporaryFailureDelaysTheQueryForAsLongAsTheServerAsked(Kind kind)
      throws InterruptedException {
    Duration asked = Duration.ofSeconds(7);
    tickets.fails(failure(kind, Optional.of(asked))).ends("a");

    assertIsRetriedAfter(asked);
  }

  private void assertIsRetriedAfter(Duration delay) throws InterruptedException {
    PollLoop loop = loops.of(tickets);
    assertThat(loop.poll()).isNull();

    loops.now = delay.minus(A_LITTLE).toNanos();
    assertThat(loop.poll()).isNull();
    assertThat(tickets.asked).hasSize(1);

    loops.now = delay.toNanos();
    assertThat(poll(loop)).containsExactly("a");
    assertThat(tickets.skipped).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"FORBIDDEN", "NOT_FOUND"})
  void aQueryThatIsDeniedIsSkippedWhileAnotherRuns(Kind kind) throws InterruptedException {
    tickets.fails(failure(kind, Optional.empty())).ends("a");
    companies.ends("x").ends("y");
    PollLoop loop = loops.of(tickets, companies);

    assertThat(loop.poll()).isNull();
    assertThat(tickets.skipped).containsExactly(PassKind.WINDOW);
    assertThat(poll(loop)).containsExactly("x");
    loops.now = INTERVAL.minus(A_LITTLE).toNanos();
    assertThat(loop.poll()).isNull();
    assertThat(tickets.asked).hasSize(1);

    loops.now = INTERVAL.toNanos();
    assertThat(poll(loop)).containsExactly("a");
    assertThat(poll(loop)).containsExactly("y");
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"MISROUTED", "UNKNOWN"})
  void aQueryThatHasWorkedIsRetriedWithGrowingWaitsWhileTheAnswersAreNotTheApis(Kind kind)
      throws InterruptedException {
    tickets.ends("a");
    for (int i = 0; i < 3; i++) {
      tickets.fails(failure(kind, Optional.empty()));
    }
    PollLoop loop = loops.of(tickets.ends("b"));
    assertThat(poll(loop)).containsExactly("a");

    passes(INTERVAL);
    assertThat(loop.poll()).isNull();
    passes(BACKOFF);
    assertThat(loop.poll()).isNull();
    passes(BACKOFF.multipliedBy(2));
    assertThat(loop.poll()).isNull();
    passes(BACKOFF.multipliedBy(3));
    assertThat(loop.poll()).as("too early").isNull();
    passes(BACKOFF);

    assertThat(poll(loop)).containsExactly("b");
  }

  @Test
  void aQueryThatHasWorkedFailsTheTaskOnceThatHasLastedTooLong() throws InterruptedException {
    tickets.ends("a");
    for (int i = 0; i < 20; i++) {
      tickets.fails(failure(Kind.MISROUTED, Optional.empty()));
    }
    PollLoop loop = loops.of(tickets);
    assertThat(poll(loop)).containsExactly("a");

    passes(INTERVAL);
    assertThat(loop.poll()).isNull();
    passes(PATIENCE);

    assertThatThrownBy(loop::poll)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("has failed for 600 s, longer than unavailable.timeout.ms");
  }

  private void passes(Duration time) {
    loops.now += time.toNanos();
  }

  @Test
  void aForbiddenQueryFailsATaskThatHasNoOther() {
    PollLoop loop = loops.of(tickets.fails(failure(Kind.FORBIDDEN, Optional.empty())));

    assertThatThrownBy(loop::poll)
        .isInstanceOf(ConnectException.class)
        .hasMessage(
            "Query tickets is forbidden, and the task has no other query to run: list → 400 \"no\"."
                + " The task stops.")
        .hasCauseInstanceOf(ApiException.class);
  }

  @Test
  void aQueryForWhatDoesNotExistFailsATaskThatHasNoOther() {
    PollLoop loop = loops.of(tickets.fails(failure(Kind.NOT_FOUND, Optional.empty())));

    assertThatThrownBy(loop::poll)
        .hasMessageStartingWith(
            "Query tickets reads what does not exist, and the task has no other query to run: ");
  }

  @Test
  void aTaskFailsOnceAllOfItsQueriesAreDenied() throws InterruptedException {
    tickets.fails(failure(Kind.FORBIDDEN, Optional.empty()));
    companies.fails(failure(Kind.FORBIDDEN, Optional.empty()));
    PollLoop loop = loops.of(tickets, companies);

    assertThat(loop.poll()).isNull();
    assertThatThrownBy(loop::poll).hasMessageStartingWith("Query companies is forbidden");
  }

  @Test
  void aQueryThatWasDeniedOnceCountsAgainWhenItIsPermitted() throws InterruptedException {
    tickets.fails(failure(Kind.FORBIDDEN, Optional.empty())).ends("a");
    companies.ends("x").fails(failure(Kind.FORBIDDEN, Optional.empty()));
    PollLoop loop = loops.of(tickets, companies);
    loop.poll();
    loop.poll();

    loops.now = INTERVAL.toNanos();

    assertThat(poll(loop)).containsExactly("a");
    assertThat(loop.poll()).as("companies are skipped").isNull();
    assertThat(companies.skipped).containsExactly(PassKind.WINDOW);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "THROTTLED",
        "TIMEOUT",
        "UNAVAILABLE",
        "CONFLICT",
        "FORBIDDEN",
        "NOT_FOUND",
        "CANCELLED"
      },
      mode = Mode.EXCLUDE)
  void anyOtherFailureStopsTheTaskAlthoughAnotherQueryRuns(Kind kind) {
    PollLoop loop = loops.of(tickets.fails(failure(kind, Optional.empty())), companies.ends("x"));

    assertThatThrownBy(loop::poll)
        .isInstanceOf(ConnectException.class)
        .hasMessage("Query tickets failed: list → 400 \"no\". The task stops.")
        .hasCauseInstanceOf(ApiException.class);
  }

  @Test
  void anUnexpectedExceptionStopsTheTaskAndIsItsCause() {
    IllegalStateException bug = new IllegalStateException("bug");

    assertThatThrownBy(loops.of(tickets.fails(bug))::poll)
        .isInstanceOf(ConnectException.class)
        .hasMessage("Query tickets failed; the task stops.")
        .hasCause(bug);
  }

  @Test
  void anErrorOnAReadersThreadStopsTheTaskAlthoughAnotherQueryRuns() {
    StackOverflowError error = new StackOverflowError();

    assertThatThrownBy(loops.of(tickets.dies(error), companies.ends("x"))::poll)
        .isInstanceOf(ConnectException.class)
        .hasMessage("Query tickets failed: java.lang.StackOverflowError; the task stops.")
        .hasCause(error);
  }

  @Test
  void anItemThatIsTooLargeForTheWorkerStopsTheTaskAndNamesTheRemedy() {
    assertThatThrownBy(loops.of(tickets.dies(new OutOfMemoryError("Java heap space")))::poll)
        .hasMessage(
            "Query tickets failed because the worker's memory does not hold what it reads (Java heap"
                + " space). Lower http.memory.max.bytes, page.size or max.in.flight.requests, or give the"
                + " worker more memory (KAFKA_HEAP_OPTS); the task stops.");
  }

  /** What the other readers hold is needed by what stops the task, and by the next one. */
  @Test
  void outOfMemoryEndsTheCallsOfAllReadersAtOnce() {
    PollLoop loop = loops.of(tickets.dies(new OutOfMemoryError("Java heap space")), companies);

    assertThatThrownBy(loop::poll).hasMessageContaining("http.memory.max.bytes");

    assertThat(loops.closed).containsExactly("client");
  }

  @Test
  void anExceptionForConnectIsThrownAsItIs() {
    DataException ours = new DataException("ours");

    assertThatThrownBy(loops.of(tickets.fails(ours))::poll).isSameAs(ours);
  }

  @Test
  void aCallThatWasCancelledIsNoFailure() throws InterruptedException {
    assertThat(loops.of(tickets.fails(ApiException.cancelled("list", null))).poll()).isNull();
  }
}
