package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.psastream.connectwise.HandExecutor;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.source.QueryFailures.Waits;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The loop with passes, readers and a clock of the test's own. It really waits for what is due
 * next, so the clock is moved to just before that.
 */
class PollLoopTest {

  private static final Duration BACKOFF = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration INTERVAL = Duration.ofSeconds(60);
  private static final Duration A_LITTLE = Duration.ofNanos(10);

  private final HandExecutor readers = new HandExecutor();
  private final ScriptedPasses tickets = new ScriptedPasses("tickets");
  private final ScriptedPasses companies = new ScriptedPasses("companies");
  private final List<String> closed = new ArrayList<>();
  private long now;
  private final NotificationQueue notifications = new NotificationQueue(true, () -> now);

  @Test
  void handsOverTheRecordsOfABatch() throws InterruptedException {
    tickets.ends("a", "b");

    assertThat(poll(loop(tickets))).containsExactly("a", "b");

    assertThat(tickets.asked).containsExactly(PassKind.WINDOW);
    assertThat(tickets.finished).isEqualTo(1);
  }

  @Test
  void givesNullWhenNothingIsDue() throws InterruptedException {
    PollLoop loop = loop(tickets.ends("a"));
    poll(loop);

    now = INTERVAL.minus(A_LITTLE).toNanos();
    assertThat(loop.poll()).isNull();
    assertThat(tickets.asked).hasSize(1);

    now = INTERVAL.toNanos();
    tickets.ends("b");
    assertThat(poll(loop)).containsExactly("b");
  }

  @Test
  void givesNullForABatchWithoutRecords() throws InterruptedException {
    assertThat(loop(tickets.ends()).poll()).isNull();
  }

  @Test
  void returnsWithinAboutASecondWhileTheSiteDoesNotAnswer() {
    PollLoop loop = loop(readers.atOnce(0), Optional.empty(), tickets);

    List<SourceRecord> polled = assertTimeoutPreemptively(Duration.ofSeconds(5), loop::poll);

    assertThat(polled).isNull();
    assertThat(readers.waiting()).isEqualTo(1);
  }

  @Test
  void theNextBatchIsFetchedWhileOneIsHandedOver() throws InterruptedException {
    tickets.gives("a").ends("b");
    PollLoop loop = loop(readers.atOnce(1), Optional.empty(), tickets);

    assertThat(poll(loop)).containsExactly("a");

    assertThat(readers.waiting()).isEqualTo(1);
    readers.runOne();
    assertThat(tickets.asked).hasSize(2);
    assertThat(poll(loop)).containsExactly("b");
    assertThat(readers.waiting()).isZero();
  }

  @Test
  void withTransactionsAPollHandsOverAllBatchesThatAreReadyAndDoesNotWaitBehindTheLast()
      throws InterruptedException {
    tickets.gives("0").gives("a", "b").gives("c").ends("d");
    PollLoop loop = withTransactions(Integer.MAX_VALUE);

    assertThat(poll(loop)).containsExactly("a", "b", "c", "d");
    assertThat(tickets.finished).isEqualTo(1);
  }

  @Test
  void withTransactionsAPollDoesNotWaitForABatchThatDoesNotCome() throws InterruptedException {
    tickets.gives("0").gives("a").gives("b");
    PollLoop loop = withTransactions(3);

    List<Object> polled = assertTimeoutPreemptively(Duration.ofSeconds(5), () -> poll(loop));

    assertThat(polled).containsExactly("a", "b");
  }

  /** Each poll is a transaction, and Connect holds its records. */
  @ParameterizedTest
  @CsvSource({"1000, 10, 5", "1, 4000000, 4", "1, 20000000, 1"})
  void whatAPollHandsOverIsBoundedByRecordsAndByBytes(int records, int size, int batches)
      throws InterruptedException {
    tickets.gives("0");
    String[] batch = Stream.generate(() -> "x".repeat(size)).limit(records).toArray(String[]::new);
    for (int i = 0; i < 12; i++) {
      tickets.gives(batch);
    }
    PollLoop loop = withTransactions(Integer.MAX_VALUE);

    assertThat(poll(loop)).hasSize(batches * records);
    assertThat(poll(loop)).hasSize(batches * records);
  }

  /** A transaction takes long, and a reader that waited for its end would have nothing ready. */
  @Test
  void withTransactionsAsMuchIsMadeReadyAsAPollHandsOver() throws InterruptedException {
    tickets.gives("0").gives("1");
    for (int i = 0; i < 12; i++) {
      tickets.gives(Stream.generate(() -> "x").limit(1_000).toArray(String[]::new));
    }
    PollLoop loop = withTransactions(3);

    assertThat(poll(loop)).as("the third run of the reader reads five").hasSize(1 + 5 * 1_000);
    assertThat(tickets.asked).hasSize(2 + 5);
    assertThat(readers.waiting()).isEqualTo(1);
  }

  /** Batches are ready long before their turn, of any number and size of records. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void withTransactionsWhatIsToldOfABatchIsHandedOverWithItAndNotBefore(long seed)
      throws InterruptedException {
    Random random = new Random(seed);
    tickets.telling().gives("0");
    long records = 1;
    for (int batch = 0; batch < 40; batch++) {
      String value = "x".repeat(random.nextInt(9_000_000));
      String[] values =
          Stream.generate(() -> value).limit(random.nextInt(4)).toArray(String[]::new);
      records += values.length;
      tickets.tells(records, values);
    }
    tickets.ends();
    PollLoop loop = withTransactions(Integer.MAX_VALUE);

    int polls = 0;
    for (long before = 1; before < records; polls++) {
      List<SourceRecord> polled = loop.poll();
      before += polled.stream().filter(each -> each.topic().equals("topic")).count();
      SourceRecord told = polled.get(polled.size() - 1);
      assertThat(told.topic()).isEqualTo("told");
      assertThat(((Map<?, ?>) told.value()).get("items")).isEqualTo(before);
    }
    assertThat(polls).as("as what is ready does not fit into one").isGreaterThan(5);
  }

  @Test
  void aFailureBehindABatchEndsTheTaskOnlyAfterTheBatchIsHandedOver() throws InterruptedException {
    tickets.gives("0").gives("a").gives("b").fails(new IllegalStateException("bug"));
    PollLoop loop = withTransactions(Integer.MAX_VALUE);

    assertThat(poll(loop)).containsExactly("a", "b");
    assertThatThrownBy(loop::poll).hasMessage("Query tickets failed; the task stops.");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theEndOfTheTaskWaitsUntilKafkaHasWhatIsToldBeforeItAndNotForEver(boolean confirmed)
      throws InterruptedException {
    tickets.gives("a").fails(new IllegalStateException("bug"));
    PollLoop loop = loop(tickets);
    assertThat(poll(loop)).containsExactly("a");
    notifications.add(leftOut -> ScriptedPasses.record("told"));

    assertThat(loop.poll()).isNull();
    if (confirmed) {
      loop.confirm(ScriptedPasses.record("a"), true);
      assertThat(poll(loop)).containsExactly("told");
    } else {
      now += Duration.ofSeconds(6).toNanos();
    }
    assertThatThrownBy(loop::poll).hasMessage("Query tickets failed; the task stops.");
  }

  /** Connect writes on the producer's thread without transactions, and drops records on its own. */
  @Test
  void withoutTransactionsEachBatchIsHandedOverAsItComes() throws Exception {
    tickets.gives("0").gives("a").ends("b");
    PollLoop loop = loop(tickets);
    poll(loop);
    loop.confirm(ScriptedPasses.record("0"), false);
    Thread producer = new Thread(() -> loop.confirm(ScriptedPasses.record("0"), true));
    producer.start();
    producer.join();

    assertThat(poll(loop)).containsExactly("a");
    assertThat(poll(loop)).containsExactly("b");
  }

  /** A loop of which Connect has committed the first batch on the thread that polls. */
  private PollLoop withTransactions(int atOnce) throws InterruptedException {
    PollLoop loop = loop(readers.atOnce(atOnce), Optional.empty(), tickets);
    assertThat(poll(loop)).containsExactly("0");
    loop.confirm(ScriptedPasses.record("0"), true);
    return loop;
  }

  @Test
  void oneBatchOfEachQueryIsUnderWayAtOnce() throws InterruptedException {
    tickets.gives("a").gives("b").ends("c");
    companies.ends("x");
    PollLoop loop = loop(readers.atOnce(1), Optional.empty(), tickets, companies);

    assertThat(poll(loop)).containsExactly("a");

    assertThat(readers.waiting()).as("companies, and the second of tickets").isEqualTo(2);
    readers.runOne();
    assertThat(poll(loop)).containsExactly("x");
    assertThat(readers.waiting()).as("nothing but the second of tickets").isEqualTo(1);
    readers.runOne();
    assertThat(poll(loop)).containsExactly("b");
    assertThat(readers.waiting()).as("the third").isEqualTo(1);
  }

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
    PollLoop loop = loop(tickets);
    assertThat(loop.poll()).isNull();

    now = delay.minus(A_LITTLE).toNanos();
    assertThat(loop.poll()).isNull();
    assertThat(tickets.asked).hasSize(1);

    now = delay.toNanos();
    assertThat(poll(loop)).containsExactly("a");
    assertThat(tickets.skipped).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"FORBIDDEN", "NOT_FOUND"})
  void aQueryThatIsDeniedIsSkippedWhileAnotherRuns(Kind kind) throws InterruptedException {
    tickets.fails(failure(kind, Optional.empty())).ends("a");
    companies.ends("x").ends("y");
    PollLoop loop = loop(tickets, companies);

    assertThat(loop.poll()).isNull();
    assertThat(tickets.skipped).containsExactly(PassKind.WINDOW);
    assertThat(poll(loop)).containsExactly("x");
    now = INTERVAL.minus(A_LITTLE).toNanos();
    assertThat(loop.poll()).isNull();
    assertThat(tickets.asked).hasSize(1);

    now = INTERVAL.toNanos();
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
    PollLoop loop = loop(tickets.ends("b"));
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
    PollLoop loop = loop(tickets);
    assertThat(poll(loop)).containsExactly("a");

    passes(INTERVAL);
    assertThat(loop.poll()).isNull();
    passes(PATIENCE);

    assertThatThrownBy(loop::poll)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("has failed for 600 s, longer than unavailable.timeout.ms");
  }

  private void passes(Duration time) {
    now += time.toNanos();
  }

  @Test
  void aForbiddenQueryFailsATaskThatHasNoOther() {
    PollLoop loop = loop(tickets.fails(failure(Kind.FORBIDDEN, Optional.empty())));

    assertThatThrownBy(loop::poll)
        .isInstanceOf(ConnectException.class)
        .hasMessage(
            "Query tickets is forbidden, and the task has no other query to run: list → 400 \"no\"."
                + " The task stops.")
        .hasCauseInstanceOf(ApiException.class);
  }

  @Test
  void aQueryForWhatDoesNotExistFailsATaskThatHasNoOther() {
    PollLoop loop = loop(tickets.fails(failure(Kind.NOT_FOUND, Optional.empty())));

    assertThatThrownBy(loop::poll)
        .hasMessageStartingWith(
            "Query tickets reads what does not exist, and the task has no other query to run: ");
  }

  @Test
  void aTaskFailsOnceAllOfItsQueriesAreDenied() throws InterruptedException {
    tickets.fails(failure(Kind.FORBIDDEN, Optional.empty()));
    companies.fails(failure(Kind.FORBIDDEN, Optional.empty()));
    PollLoop loop = loop(tickets, companies);

    assertThat(loop.poll()).isNull();
    assertThatThrownBy(loop::poll).hasMessageStartingWith("Query companies is forbidden");
  }

  @Test
  void aQueryThatWasDeniedOnceCountsAgainWhenItIsPermitted() throws InterruptedException {
    tickets.fails(failure(Kind.FORBIDDEN, Optional.empty())).ends("a");
    companies.ends("x").fails(failure(Kind.FORBIDDEN, Optional.empty()));
    PollLoop loop = loop(tickets, companies);
    loop.poll();
    loop.poll();

    now = INTERVAL.toNanos();

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
    PollLoop loop = loop(tickets.fails(failure(kind, Optional.empty())), companies.ends("x"));

    assertThatThrownBy(loop::poll)
        .isInstanceOf(ConnectException.class)
        .hasMessage("Query tickets failed: list → 400 \"no\". The task stops.")
        .hasCauseInstanceOf(ApiException.class);
  }

  @Test
  void anUnexpectedExceptionStopsTheTaskAndIsItsCause() {
    IllegalStateException bug = new IllegalStateException("bug");

    assertThatThrownBy(loop(tickets.fails(bug))::poll)
        .isInstanceOf(ConnectException.class)
        .hasMessage("Query tickets failed; the task stops.")
        .hasCause(bug);
  }

  @Test
  void anErrorOnAReadersThreadStopsTheTaskAlthoughAnotherQueryRuns() {
    StackOverflowError error = new StackOverflowError();

    assertThatThrownBy(loop(tickets.dies(error), companies.ends("x"))::poll)
        .isInstanceOf(ConnectException.class)
        .hasMessage("Query tickets failed: java.lang.StackOverflowError; the task stops.")
        .hasCause(error);
  }

  @Test
  void anItemThatIsTooLargeForTheWorkerStopsTheTaskAndNamesTheRemedy() {
    assertThatThrownBy(loop(tickets.dies(new OutOfMemoryError("Java heap space")))::poll)
        .hasMessage(
            "Query tickets failed because the worker's memory does not hold what it reads (Java heap"
                + " space). Lower http.memory.max.bytes, page.size or max.in.flight.requests, or give the"
                + " worker more memory (KAFKA_HEAP_OPTS); the task stops.");
  }

  /** What the other readers hold is needed by what stops the task, and by the next one. */
  @Test
  void outOfMemoryEndsTheCallsOfAllReadersAtOnce() {
    PollLoop loop = loop(tickets.dies(new OutOfMemoryError("Java heap space")), companies);

    assertThatThrownBy(loop::poll).hasMessageContaining("http.memory.max.bytes");

    assertThat(closed).containsExactly("client");
  }

  @Test
  void anExceptionForConnectIsThrownAsItIs() {
    DataException ours = new DataException("ours");

    assertThatThrownBy(loop(tickets.fails(ours))::poll).isSameAs(ours);
  }

  @Test
  void aCallThatWasCancelledIsNoFailure() throws InterruptedException {
    assertThat(loop(tickets.fails(ApiException.cancelled("list", null))).poll()).isNull();
  }

  @Test
  void aQueryOfWhichKafkaHasTakenNothingForTheIntervalSendsAHeartbeat()
      throws InterruptedException {
    Duration heartbeat = INTERVAL.minus(A_LITTLE);
    PollLoop loop = loop(readers.atOnce(9), Optional.of(heartbeat), tickets.ends("a"));
    poll(loop);

    now = heartbeat.toNanos() - 1;
    assertThat(loop.poll()).isNull();
    now = heartbeat.toNanos();
    assertThat(poll(loop)).containsExactly("heartbeat of tickets after a");
    now = heartbeat.toNanos() + 1;
    assertThat(loop.poll()).as("the interval begins anew").isNull();
  }

  @Test
  void aRecordThatIsInKafkaPutsTheHeartbeatOff() throws InterruptedException {
    Duration heartbeat = INTERVAL.minus(A_LITTLE);
    PollLoop loop = loop(readers.atOnce(9), Optional.of(heartbeat), tickets.ends("tickets 1"));
    poll(loop);
    now = 5;
    loop.confirm(ScriptedPasses.record("tickets 1"), true);

    now = heartbeat.toNanos() + 4;
    assertThat(loop.poll()).isNull();
    now = heartbeat.toNanos() + 5;
    assertThat(poll(loop)).containsExactly("heartbeat of tickets after tickets 1");
  }

  /** Else a restart would read it all again, however long nothing was wanted of it. */
  @Test
  void aQueryOfWhichEverythingIsDroppedSendsHeartbeatsAfterItsRecords()
      throws InterruptedException {
    tickets.gives("tickets 1").gives("tickets 2").gives("tickets 3");
    PollLoop loop = loop(readers.atOnce(3), Optional.of(Duration.ofSeconds(5)), tickets);
    poll(loop);
    loop.confirm(ScriptedPasses.record("tickets 1"), false);

    now = Duration.ofSeconds(5).toNanos();
    assertThat(poll(loop)).containsExactly("tickets 2", "heartbeat of tickets after tickets 2");
    assertThat(poll(loop)).containsExactly("tickets 3");
  }

  @Test
  void aQueryInTheMiddleOfAPassSendsHeartbeatsWithTheOffsetOfWhatWasHandedOver()
      throws InterruptedException {
    tickets.gives("a").ends("b");
    PollLoop loop = loop(readers.atOnce(1), Optional.of(Duration.ofSeconds(5)), tickets);
    poll(loop);
    now = Duration.ofSeconds(5).toNanos();

    assertThat(poll(loop)).containsExactly("heartbeat of tickets after a");
    readers.runOne();
    assertThat(poll(loop)).containsExactly("b");
  }

  @Test
  void aQuerySendsHeartbeatsWhileAnotherIsBusy() throws InterruptedException {
    tickets.ends("a");
    companies.gives("companies 1").gives("companies 2");
    PollLoop loop = loop(readers.atOnce(3), Optional.of(Duration.ofSeconds(5)), tickets, companies);
    poll(loop);
    poll(loop);
    now = Duration.ofSeconds(5).toNanos();
    loop.confirm(ScriptedPasses.record("companies 1"), true);

    assertThat(poll(loop)).containsExactly("companies 2", "heartbeat of tickets after a");
  }

  @Test
  void aQueryWithoutAnOffsetSendsNoHeartbeat() throws InterruptedException {
    tickets.fails(failure(Kind.THROTTLED, Optional.of(INTERVAL)));
    PollLoop loop = loop(readers.atOnce(9), Optional.of(Duration.ofSeconds(5)), tickets);
    loop.poll();

    now = INTERVAL.minus(A_LITTLE).toNanos();

    assertThat(loop.poll()).isNull();
  }

  @Test
  void everyQueryIsToldWhatConnectHasDoneWithARecord() {
    PollLoop loop = loop(tickets, companies);

    loop.confirm(ScriptedPasses.record("a"), true);
    loop.confirm(ScriptedPasses.record("b"), false);

    assertThat(tickets.confirmed).isEqualTo(List.of("a", "b"));
    assertThat(companies.confirmed).isEqualTo(List.of("a", "b"));
  }

  @Test
  void closingCancelsCallsAndReadersAndMayBeRepeated() {
    PollLoop loop = loop(tickets);

    loop.close();
    loop.close();

    assertThat(readers.isShutdown()).isTrue();
    assertThat(closed).containsExactly("client", "client");
  }

  @Test
  void closingDoesNotWaitForEverForAReader() {
    readers.stick();

    loop(tickets).close();

    assertThat(readers.awaited()).hasSize(1);
    assertThat(readers.awaited().get(0)).isLessThanOrEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void closingKeepsAnInterruptOfItsThread() {
    PollLoop loop = loop(tickets);
    Thread.currentThread().interrupt();

    loop.close();

    assertThat(Thread.interrupted()).isTrue();
  }

  /** Readers that fetch at once, and no heartbeat. */
  private PollLoop loop(ScriptedPasses... queries) {
    return loop(readers.atOnce(Integer.MAX_VALUE), Optional.empty(), queries);
  }

  private PollLoop loop(
      HandExecutor threads, Optional<Duration> heartbeat, ScriptedPasses... queries) {
    List<PolledQuery> polled = new ArrayList<>();
    for (ScriptedPasses each : queries) {
      PassScheduler scheduler =
          new PassScheduler(
              Map.of(PassKind.WINDOW, new Schedule.Every(INTERVAL)),
              Set.of(),
              kind -> true,
              InstantSource.fixed(Instant.EPOCH),
              LongUnaryOperator.identity(),
              now);
      polled.add(new PolledQuery(each, scheduler, false, now));
    }
    return new PollLoop(
        polled,
        new Waits(BACKOFF, PATIENCE),
        heartbeat,
        notifications,
        threads,
        () -> closed.add("client"),
        (failure, line) -> {},
        () -> now);
  }

  private static List<Object> poll(PollLoop loop) throws InterruptedException {
    List<SourceRecord> polled = loop.poll();
    assertThat(polled).isNotNull();
    return polled.stream().map(SourceRecord::value).toList();
  }

  private static ApiException failure(Kind kind, Optional<Duration> retryAfter) {
    return new ApiException(
        new Failure(
            kind,
            "list",
            400,
            Optional.empty(),
            Optional.of("no"),
            List.of(),
            Optional.empty(),
            retryAfter,
            Optional.empty()));
  }
}
