package io.psastream.connectwise.sink.lane;

import static io.psastream.connectwise.sink.Fixtures.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.HandExecutor;
import io.psastream.connectwise.client.ClientSettings.Retry;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.sink.Fixtures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LanesTest {

  private static final Outcome DELIVERED = new Outcome.Delivered(List.of());
  private static final Outcome UNAVAILABLE =
      new Outcome.Unavailable(Failure.of(Kind.UNAVAILABLE, "call", 503, "away"));
  private static final Duration SHORT = Duration.ofMillis(1);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final HandExecutor executor = new HandExecutor();
  private final AtomicLong now = new AtomicLong();
  private final Lease lease = new Lease(Duration.ofSeconds(5), now::get, () -> 0);
  private final Offsets offsets = new Offsets();
  private final List<String> called = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final Map<String, Outcome> outcomes = new HashMap<>();
  private final Lanes lanes = lanes(2);
  private long next;

  @Test
  void startsNothingBeforeItIsTold() {
    add("a");
    assertThat(executor.waiting()).isZero();

    lanes.resume();
    assertThat(executor.waiting()).isEqualTo(1);
  }

  @Test
  void startsNothingOnceTheLeaseHasRunOutThoughItIsNotToldToStop() {
    add("a", "a", "b", "c");
    lanes.resume();
    now.addAndGet(Duration.ofSeconds(6).toNanos());
    executor.runAll();
    assertThat(called).containsExactly("a0", "b2");

    lease.grant();
    lanes.resume();
    executor.runAll();
    assertThat(called).containsExactly("a0", "b2", "c3", "a1");
  }

  @Test
  void runsNoMoreLanesAtOnceThanItsWidth() {
    add("a", "b", "c", "d");
    lanes.resume();

    assertThat(executor.waiting()).isEqualTo(2);
    executor.runOne();
    assertThat(executor.waiting()).isEqualTo(2);
    executor.runAll();
    assertThat(called).containsExactly("a0", "b1", "c2", "d3");
    assertThat(lanes.pending()).isZero();
  }

  @Test
  void runsOneRecordOfAPartitionUntilTheFirstIsDeliveredOrTold() {
    Lanes careful = lanes(8, true);
    outcomes.put("a0", UNAVAILABLE);
    outcomes.put("b1", new Outcome.Rejected("no", Optional.empty(), List.of()));
    record("a", "b", "c", "d", "e").forEach(careful::add);
    careful.resume();
    assertThat(executor.waiting()).isEqualTo(1);
    executor.runAll();
    now.addAndGet(Duration.ofMillis(100).toNanos());
    careful.resume();
    executor.runAll();
    assertThat(called).containsExactly("a0", "b1"); // one that stands lets the next one try

    careful.resume();
    assertThat(executor.waiting()).isZero(); // nobody has taken the rejection
    assertThat(careful.drain()).hasSize(2);
    assertThat(executor.waiting()).isZero();
    careful.resume();
    assertThat(executor.waiting()).isEqualTo(3);

    careful.drop(Set.of(new TopicPartition(TOPIC, 0)));
    executor.runAll();
    record("f", "g").forEach(careful::add);
    assertThat(executor.waiting()).isEqualTo(1);
  }

  @Test
  void tellsWhyWritingIsPausedAndForHowLong() {
    outcomes.put("a0", UNAVAILABLE);
    add("a");
    lanes.resume();
    executor.runAll();
    lanes.drain().forEach(done -> lanes.retry(done.record()));
    outcomes.clear();
    now.addAndGet(Duration.ofMillis(200).toNanos());
    lanes.resume();
    executor.runAll();

    assertThat(told)
        .containsExactly(
            "call → 503 \"away\". Writing is paused after attempt 1 and goes on in 100 ms; no record"
                + " is lost.");
  }

  @Test
  void runsOneRecordOfALaneAtATimeInOrder() {
    add("a", "a", "a");
    lanes.resume();

    assertThat(executor.waiting()).isEqualTo(1);
    executor.runAll();
    assertThat(called).containsExactly("a0", "a1", "a2");
  }

  @Test
  void letsLanesTakeTurns() {
    Lanes narrow = lanes(1);
    record("a", "a", "a", "b").forEach(narrow::add);
    narrow.resume();
    executor.runAll();

    assertThat(called).containsExactly("a0", "b3", "a1", "a2");
  }

  @Test
  void startsNothingMoreWhileSuspendedButLetsWhatRunsEnd() {
    add("a", "a");
    lanes.resume();
    lanes.suspend();
    executor.runAll();

    assertThat(called).containsExactly("a0");
    assertThat(lanes.drain()).hasSize(1);
    lanes.resume();
    executor.runAll();
    assertThat(called).containsExactly("a0", "a1");
  }

  @Test
  void startsNothingMoreForGoodAfterAnOutcomeThatStops() {
    outcomes.put("a0", new Outcome.Fatal("no", null));
    add("a", "b", "c");
    lanes.resume();
    executor.runAll();
    lanes.resume();

    assertThat(called).containsExactly("a0", "b1");
    assertThat(executor.waiting()).isZero();
  }

  @Test
  void takesAnUnexpectedErrorForAReasonToStop() {
    outcomes.put("a0", null);
    add("a");
    lanes.resume();
    executor.runAll();

    assertThat(lanes.drain().get(0).outcome())
        .isInstanceOfSatisfying(
            Outcome.Fatal.class,
            stopping -> assertThat(stopping.reason()).startsWith("an unexpected error: "));
  }

  @Test
  void keepsALaneStandingUntilItIsTriedAgain() {
    outcomes.put("a0", new Outcome.Cancelled());
    add("a", "a", "b");
    lanes.resume();
    executor.runAll();
    assertThat(called).containsExactly("a0", "b2");

    outcomes.clear();
    lanes.retry(lanes.drain().get(0).record());
    executor.runAll();
    assertThat(called).containsExactly("a0", "b2", "a0", "a1");
  }

  @Test
  void goesOnInALaneWhenItsRecordIsGivenUp() {
    outcomes.put("a0", new Outcome.Cancelled());
    add("a", "a");
    lanes.resume();
    executor.runAll();

    lanes.leave(lanes.drain().get(0).record());
    executor.runAll();
    assertThat(called).containsExactly("a0", "a1");
    assertThat(lanes.pending()).isZero();
  }

  @Test
  void holdsEveryLaneWhileTheSiteIsAwayAndThenProbesWithOneCall() {
    outcomes.put("a0", UNAVAILABLE);
    add("a", "b", "c", "d");
    lanes.resume();
    executor.runOne();
    lanes.retry(lanes.drain().get(0).record());
    outcomes.put("b1", UNAVAILABLE);
    executor.runAll();
    assertThat(called).containsExactly("a0", "b1");
    lanes.retry(lanes.drain().get(0).record());
    assertThat(executor.waiting()).isZero();

    now.addAndGet(Duration.ofMillis(100).toNanos());
    lanes.resume();
    assertThat(executor.waiting()).isEqualTo(1);

    outcomes.clear();
    executor.runOne();
    assertThat(executor.waiting()).isEqualTo(2);
    executor.runAll();
    assertThat(called).containsExactly("a0", "b1", "c2", "d3", "a0", "b1");
  }

  @Test
  void letsOtherLanesGoWhileOneRestsAndComesBackToIt() {
    outcomes.put("a0", new Outcome.Delayed(Duration.ofMillis(100)));
    add("a", "a", "b", "b");
    lanes.resume();
    executor.runAll();
    lanes.retry(lanes.drain().get(0).record());
    executor.runAll();
    assertThat(called).containsExactly("a0", "b2", "b3");

    outcomes.clear();
    now.addAndGet(Duration.ofMillis(100).toNanos());
    lanes.resume();
    executor.runAll();
    assertThat(called).containsExactly("a0", "b2", "b3", "a0", "a1");
  }

  @Test
  void dropsWhatWasNotStartedOfAPartition() {
    add("a", "a", "b", "c");
    PendingRecord other =
        new PendingRecord(Fixtures.record(1, 0, "a", "v"), position(1, 0), null, List.of());
    lanes.add(other);
    lanes.suspend();
    lanes.resume();

    List<PendingRecord> dropped = lanes.drop(Set.of(new TopicPartition(TOPIC, 0)));

    assertThat(dropped)
        .extracting(record -> record.position().toString())
        .containsExactlyInAnyOrder(TOPIC + "-0@1", TOPIC + "-0@3");
    executor.runAll();
    assertThat(called).containsExactly("a0", "b2", "a0");
    assertThat(lanes.pending()).isZero();
  }

  @Test
  void saysWhetherThereIsRoom() {
    add("a", "a");
    assertThat(lanes.awaitRoom(2, SHORT)).isTrue();
    assertThat(lanes.awaitRoom(1, SHORT)).isFalse();
  }

  @Test
  void stopsWaitingForRoomWhenThereIsSomethingToDecide() {
    outcomes.put("a0", new Outcome.Cancelled());
    add("a", "a");
    lanes.resume();
    executor.runAll();

    assertThat(lanes.awaitRoom(0, LONG)).isTrue();
  }

  @Test
  void waitsForWhatIsUnderWayAndEndsItWhenInterrupted() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    Lanes threaded =
        new Lanes(
            new LaneThreads(
                Executors.newFixedThreadPool(1),
                record -> blockUntilInterrupted(started),
                Thread::interrupt),
            1,
            outcome -> false,
            breaker(),
            Fixtures.lease(),
            false,
            (failure, line) -> {});
    record("a").forEach(threaded::add);
    threaded.resume();
    assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();

    assertThat(threaded.awaitIdle(SHORT)).isFalse();
    threaded.interrupt(record -> false);
    assertThat(threaded.awaitIdle(SHORT)).isFalse();
    threaded.interrupt(record -> true);
    assertThat(threaded.awaitIdle(LONG)).isTrue();
    assertThat(threaded.drain().get(0).outcome()).isInstanceOf(Outcome.Cancelled.class);
    threaded.close();
    assertThat(threaded.awaitClosed(LONG)).isTrue();
  }

  private static Outcome blockUntilInterrupted(CountDownLatch started) {
    started.countDown();
    try {
      return new CountDownLatch(1).await(20, TimeUnit.SECONDS) ? DELIVERED : UNAVAILABLE;
    } catch (InterruptedException e) {
      return new Outcome.Cancelled();
    }
  }

  private Lanes lanes(int width) {
    return lanes(width, false);
  }

  private Lanes lanes(int width, boolean oneFirst) {
    return new Lanes(
        new LaneThreads(executor, this::call, Thread::interrupt),
        width,
        outcome -> outcome instanceof Outcome.Fatal,
        breaker(),
        lease,
        oneFirst,
        (failure, line) -> told.add(line));
  }

  private CircuitBreaker breaker() {
    return new CircuitBreaker(
        new Retry(0, Duration.ofMillis(100), Duration.ofMillis(100)), now::get, () -> 1.0);
  }

  private Outcome call(PendingRecord record) {
    String name = record.record().key() + "" + record.record().kafkaOffset();
    called.add(name);
    if (outcomes.containsKey(name) && outcomes.get(name) == null) {
      throw new IllegalStateException(name);
    }
    return outcomes.getOrDefault(name, DELIVERED);
  }

  private void add(String... keys) {
    record(keys).forEach(lanes::add);
  }

  /** Records with these keys, at the next offsets. */
  private List<PendingRecord> record(String... keys) {
    List<PendingRecord> record = new ArrayList<>();
    for (String key : keys) {
      long offset = next++;
      record.add(
          new PendingRecord(
              Fixtures.record(0, offset, key, "v"), position(0, offset), null, List.of()));
    }
    return record;
  }

  private Offsets.Position position(int partition, long offset) {
    return offsets.begin(Fixtures.record(partition, offset, "k", "v")).orElseThrow();
  }
}
