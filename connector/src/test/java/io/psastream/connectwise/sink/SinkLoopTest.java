package io.psastream.connectwise.sink;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.SinkInHand.VALUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.report.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SinkLoopTest {

  private static final Reply REPLY =
      Reply.unsent(Call.of(Fixtures.CATALOG.operation("postServiceTickets"), Map.of(), Map.of()));
  private static final Outcome REJECTED =
      new Outcome.Rejected("call → 400 \"no\".", Optional.empty(), List.of(REPLY));

  private final SinkInHand sink = new SinkInHand(TaskContext.withReporter(SinkInHand.PARTITION));
  private final TaskContext context = sink.context;

  @Test
  void commitsWhatWasAppliedAndNothingBeyond() {
    sink.put(record(0, 1, "a", VALUE), record(0, 2, "b", VALUE), record(0, 3, "c", VALUE));
    assertThat(sink.committable(4)).isEqualTo(1);

    sink.put();
    sink.executor.runOne();
    assertThat(sink.committable(4)).isEqualTo(2);

    sink.put();
    sink.executor.runAll();
    assertThat(sink.committable(4)).isEqualTo(4);
    assertThat(sink.called).containsExactly(1L, 2L, 3L);
  }

  @Test
  void goesByTheTopicFromBeforeARenamingTransformation() {
    sink.outcomes.put(1L, REJECTED);
    for (int offset = 1; offset <= 2; offset++) {
      SinkRecord record = record(0, offset, "a", VALUE);
      sink.put(record.newRecord("renamed", 5, null, "a", null, VALUE, record.timestamp()));
    }
    sink.executor.runAll();
    sink.put();
    sink.executor.runAll();

    assertThat(sink.committable(3)).isEqualTo(3);
    assertThat(context.reported).singleElement().asString().contains(Fixtures.TOPIC + "-0@1");
  }

  @Test
  void startsNothingBetweenACommitAndTheNextPut() {
    sink.put(record(0, 1, "a", VALUE), record(0, 2, "a", VALUE));
    sink.committable(3);
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(1L);

    sink.put();
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(1L, 2L);
  }

  @Test
  void doesNotCallASettledRecordAgainWhenItIsDeliveredAgain() {
    sink.put(record(0, 1, "a", VALUE));
    sink.executor.runAll();
    sink.put(record(0, 1, "a", VALUE), record(0, 2, "b", VALUE));
    sink.executor.runAll();

    assertThat(sink.called).containsExactly(1L, 2L);
    assertThat(sink.committable(3)).isEqualTo(3);
  }

  @Test
  void reportsARejectedRecordWithTheMessageAndGoesOn() {
    sink.outcomes.put(1L, REJECTED);
    sink.put(record(0, 1, "a", VALUE), record(0, 2, "a", VALUE));
    sink.executor.runAll();
    sink.put();
    sink.executor.runAll();

    assertThat(context.reported)
        .containsExactly("0@1: Record psa.tickets-0@1 was not applied: call → 400 \"no\".");
    assertThat(sink.called).containsExactly(1L, 2L);
    assertThat(sink.committable(3)).isEqualTo(3);
  }

  @Test
  void appliesNothingBehindAFirstRecordWhoseRejectionIsNotWritten() {
    CompletableFuture<Void> written = new CompletableFuture<>();
    context.written = written;
    sink.outcomes.put(1L, REJECTED);
    sink.put(record(0, 1, "a", VALUE), record(0, 2, "b", VALUE), record(0, 3, "c", VALUE));
    sink.executor.runAll();
    sink.put();
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(1L);

    written.completeExceptionally(new IllegalStateException("no such topic"));
    assertThatThrownBy(sink::put).isInstanceOf(ConnectException.class);
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(1L);
  }

  @Test
  void reportsARecordThatCannotBeMapped() {
    sink.put(record(0, 1, "a", "text"));

    assertThat(context.reported)
        .containsExactly(
            "0@1: Record psa.tickets-0@1 was not sent: postServiceTickets takes an object as its"
                + " item, not text (its value is text, and no JSON object; where the topic holds"
                + " Avro, Protobuf or the like, set value.converter in the configuration of the"
                + " connector).");
    assertThat(sink.committable(2)).isEqualTo(2);
  }

  @Test
  void doesNotCommitARejectedRecordBeforeTheDeadLetterTopicHasIt() {
    CompletableFuture<Void> written = new CompletableFuture<>();
    context.written = written;
    sink.put(record(0, 1, "a", "text"));
    assertThat(sink.committable(2)).isEqualTo(1);

    written.complete(null);
    assertThat(sink.committable(2)).isEqualTo(2);
  }

  @Test
  void sendsNothingMoreBeforeTheDeadLetterTopicHasTheFirstRejection() {
    CompletableFuture<Void> written = new CompletableFuture<>();
    context.written = written;
    sink.put(record(0, 1, "a", "text"));
    sink.put(record(0, 2, "b", VALUE));
    sink.executor.runAll();
    assertThat(sink.called).isEmpty();

    written.complete(null);
    sink.put();
    sink.executor.runAll();
    context.written = new CompletableFuture<>();
    sink.put(record(0, 3, "a", "text"));
    sink.put(record(0, 4, "b", VALUE));
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(2L, 4L);
  }

  /** Whatever was taken, however often Connect calls, and whether it commits meanwhile. */
  @Test
  void beginsNothingWhileTheConnectorIsPausedAndGoesOnAfterIt() {
    sink.outcomes.put(0L, new Outcome.Delivered(List.of()));
    sink.put(records(0, 1_200));
    sink.executor.runOne();
    assertThat(context.paused).isTrue();
    List<Long> before = List.copyOf(sink.called);

    context.connectorPaused = true;
    for (int call = 0; call < 100; call++) {
      sink.committable(1_200);
      sink.put();
      if (call > 0) { // what was handed to a thread may go
        assertThat(sink.executor.waiting()).isZero();
      }
      sink.executor.runAll();
      sink.now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    }
    assertThat(sink.called).hasSizeLessThanOrEqualTo(before.size() + 2);
    assertThat(context.paused).as("or no record would wake the task").isFalse();

    context.connectorPaused = false;
    for (int call = 0; call < 1_200; call++) {
      sink.put();
      sink.executor.runAll();
    }
    assertThat(sink.called).hasSize(1_200).doesNotHaveDuplicates();
    assertThat(sink.committable(1_200)).isEqualTo(1_200);
  }

  @Test
  void goesOnAtOnceWhereRecordsComeWhateverTheSignSays() {
    context.connectorPaused = true;
    sink.put(record(0, 1, "a", VALUE));
    sink.executor.runAll();

    assertThat(sink.called).containsExactly(1L);
  }

  /** A worker that does not show it: what goes on is bounded by time, whatever the pace. */
  @ParameterizedTest
  @CsvSource({"4, 1", "300, 40"})
  void takesOnWhatTwoSecondsTakeWhereAPauseDoesNotShow(int perSecond, int polled) {
    context.showsPause = false;
    int next = 0;
    for (int call = 1; call <= 120; call++) {
      SinkRecord[] records = context.paused ? new SinkRecord[0] : records(next, next + polled);
      sink.put(records);
      next += records.length;
      sink.now.addAndGet(TimeUnit.MILLISECONDS.toNanos(50));
      int due = call * perSecond / 20 - (call - 1) * perSecond / 20;
      for (int i = 0; i < due && sink.executor.waiting() > 0; i++) {
        sink.executor.runOne();
      }
    }

    assertThat(sink.called).as("kept busy").hasSizeGreaterThan(perSecond * 5);
    assertThat(next - sink.called.size()).isLessThanOrEqualTo(2 * perSecond + 2 * polled);
  }

  /** When it is resumed, Connect forgets when it was told to call, and waits for a minute. */
  @Test
  void isCalledSoonAfterAPauseAlsoWhereNoRecordComes() {
    sink.put(record(0, 1, "a", VALUE));
    context.connectorPaused = true;
    List<Runnable> calls = List.of(sink::put, () -> sink.committable(2));
    for (Runnable call : calls) {
      call.run();
      context.timeout = -1; // Connect waits for records now

      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (context.timeout < 0) {
        assertThat(System.nanoTime()).isLessThan(end);
        Thread.onSpinWait();
      }
      assertThat(context.timeout).isEqualTo(1_000);
    }
  }

  private static SinkRecord[] records(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> record(0, i, "k" + i, VALUE))
        .toArray(SinkRecord[]::new);
  }

  @Test
  void asksForACommitAfterCreatesAtMostOnceASecond() {
    sink.put();
    context.commits = 0; // of the assignment
    Reply created = new Reply(REPLY.call(), OptionalInt.of(201), false, List.of(), CallStats.NONE);
    for (long offset = 0; offset < 100; offset++) {
      sink.outcomes.put(offset, new Outcome.Delivered(List.of(created)));
      sink.put(record(0, offset, "a", VALUE));
      sink.executor.runAll();
      sink.now.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
      sink.put();
    }
    assertThat(context.commits).isBetween(9, 10);
  }

  @Test
  void asksForNoCommitAfterUpdates() {
    sink.put();
    context.commits = 0; // of the assignment
    sink.put(record(0, 1, "a", VALUE));
    sink.executor.runAll();
    sink.now.addAndGet(TimeUnit.MINUTES.toNanos(1));
    sink.put();

    assertThat(context.commits).isZero();
  }

  @Test
  void doesNotLetMuchBeSettledAfterARecordThatStandsButMoreWithTime() {
    sink.outcomes.put(0L, SinkInHand.unavailable());
    settle(0, 500);
    assertThat(context.paused).isFalse();
    settle(500, 600);
    assertThat(context.paused).isTrue();

    sink.now.addAndGet(TimeUnit.MINUTES.toNanos(1));
    sink.put();
    assertThat(context.paused).isFalse();
    settle(600, 1_100);
    assertThat(context.paused).isTrue();

    sink.outcomes.clear();
    sink.executor.runAll();
    sink.put();
    assertThat(context.paused).isFalse();
  }

  private void settle(int from, int to) {
    sink.put(records(from, to));
    for (int i = 0; i < 5; i++) {
      sink.executor.runAll();
      sink.put();
    }
  }

  @Test
  void waitsForTheDeadLetterTopicBeforeACommit() {
    context.written =
        new CompletableFuture<>() {
          @Override
          public Void get(long timeout, TimeUnit unit) throws TimeoutException {
            if (timeout > 0) {
              return null;
            }
            throw new TimeoutException();
          }
        };
    sink.put(record(0, 1, "a", "text"));

    assertThat(sink.committable(2)).isEqualTo(2);
  }

  @Test
  void failsForTheFirstOfSeveralReasons() {
    sink.outcomes.put(1L, new Outcome.Fatal("first.", null));
    sink.outcomes.put(2L, new Outcome.Fatal("second.", null));
    sink.put(record(0, 1, "a", VALUE), record(0, 2, "b", VALUE));
    sink.executor.runAll();

    assertThatThrownBy(sink::put).hasMessageContaining("first.");
  }

  @Test
  void stopsWhenTheDeadLetterTopicCannotBeWritten() {
    context.written = CompletableFuture.failedFuture(new IllegalStateException("no broker"));
    sink.put(record(0, 1, "a", "text"));

    assertThat(sink.committable(2)).isEqualTo(1);
    assertThatThrownBy(sink::put)
        .isInstanceOf(ConnectException.class)
        .hasMessage(
            "Cannot write to the dead letter queue or to a reporter topic. Check that the topics exist"
                + " and the settings of errors.deadletterqueue.* and reporter.*; the task stops. A"
                + " restart applies again what was applied after a record that could not be"
                + " reported; without a look-up (lookup.operation.id) it creates those items"
                + " again.")
        .hasRootCauseMessage("no broker");
  }

  @Test
  void failsAtTheNextPutWithTheMessageWhenNobodyTakesRejectedRecords() {
    SinkInHand strict = new SinkInHand(TaskContext.withoutReporter(SinkInHand.PARTITION));
    strict.outcomes.put(2L, REJECTED);
    strict.put(record(0, 1, "a", VALUE), record(0, 2, "b", VALUE), record(0, 3, "b", VALUE));
    strict.executor.runAll();

    assertThatThrownBy(() -> strict.put(record(0, 4, "c", VALUE)))
        .isInstanceOf(ConnectException.class)
        .hasMessage(
            "Record psa.tickets-0@2 was not applied: call → 400 \"no\". The task stops: correct the"
                + " cause, or go on without such records with errors.tolerance=all and"
                + " errors.deadletterqueue.topic.name, or with reporter.error.topic.");
    strict.executor.runAll();
    assertThat(strict.called).containsExactly(1L, 2L);
    assertThat(strict.committable(4)).isEqualTo(2);
  }

  @Test
  void failsWithTheMessageWhenConnectDoesNotTolerateTheReport() {
    context.tolerated = false;
    sink.put(record(0, 1, "a", "text"));

    assertThatThrownBy(sink::put).hasMessageStartingWith("Record psa.tickets-0@1 was not sent: ");
    assertThat(sink.committable(2)).isEqualTo(1);
  }

  @Test
  void failsForWhatIsNoRecordsFaultAndReportsNothing() {
    sink.outcomes.put(1L, new Outcome.Fatal("call → 401. Check the keys.", null));
    sink.put(record(0, 1, "a", VALUE), record(0, 2, "b", VALUE));
    sink.executor.runAll();

    assertThatThrownBy(sink::put)
        .hasMessage(
            "Record psa.tickets-0@1 was not applied: call → 401. Check the keys. The task stops.");
    assertThat(context.reported).isEmpty();
  }

  @Test
  void neverThrowsFromACommitSinceConnectWouldRewind() {
    sink.outcomes.put(1L, new Outcome.Fatal("no.", null));
    sink.put(record(0, 1, "a", VALUE));
    sink.executor.runAll();

    assertThatCode(() -> sink.committable(2)).doesNotThrowAnyException();
    assertThatThrownBy(sink::put).isInstanceOf(ConnectException.class);
  }

  @Test
  void keepsARecordWhileTheSiteIsAwayAndAsksToBeCalledSoon() {
    sink.outcomes.put(1L, SinkInHand.unavailable());
    sink.put(record(0, 1, "a", VALUE), record(0, 2, "a", VALUE));
    sink.executor.runAll();
    sink.put();
    sink.executor.runAll();
    sink.put();
    sink.outcomes.clear();
    assertThat(sink.committable(3)).isEqualTo(1);
    assertThat(context.timeout).isPositive();

    sink.put();
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(1L, 1L, 1L, 2L);
    assertThat(sink.committable(3)).isEqualTo(3);
    assertThat(context.reported).isEmpty();
  }

  @Test
  void pausesItsPartitionsWhileTooMuchIsPendingAndResumesThem() {
    sink.put(
        IntStream.range(0, 1_001)
            .mapToObj(i -> record(0, i, "k" + i, VALUE))
            .toArray(SinkRecord[]::new));
    assertThat(context.paused).isTrue();

    sink.executor.runAll();
    sink.put();
    assertThat(context.paused).isFalse();
    assertThat(sink.committable(1_001)).isEqualTo(1_001);
  }

  @Test
  void resumesAPartitionThatWentAndCameBackWhileItWasPaused() {
    sink.put(
        IntStream.range(0, 1_001)
            .mapToObj(i -> record(0, i, "k" + i, VALUE))
            .toArray(SinkRecord[]::new));
    sink.revoke();
    context.assign();
    sink.executor.runAll();
    sink.put(); // Connect calls with nothing while the group finds its new assignment.
    context.assign(SinkInHand.PARTITION);
    assertThat(context.paused).isTrue();

    sink.put();
    assertThat(context.paused).isFalse();
  }

  @Test
  void isCalledWithinASecondFromTheStart() {
    assertThat(context.timeout).isEqualTo(1_000);
  }

  @Test
  void isCalledOnceASecondWhenThereIsNothingToReportToKeepItsLease() {
    sink.put(record(0, 1, "a", VALUE));
    sink.executor.runAll();
    context.timeout = -1;
    sink.put();

    assertThat(context.timeout).isEqualTo(1_000);
  }

  /** Connect drops what it polled in a rebalance whose commit a pause has interrupted. */
  @Test
  void readsAgainWhatWasDroppedInARebalanceAndCommitsNothingBeyondIt() {
    sink.assign(SinkInHand.PARTITION);
    assertThat(context.commits).isEqualTo(1);
    assertThat(sink.committable(5)).isEqualTo(5);

    sink.put(record(0, 8, "a", VALUE));
    assertThat(context.setBack).containsExactly(Map.entry(SinkInHand.PARTITION, 5L));
    sink.executor.runAll();
    assertThat(sink.called).as("it would overtake what was dropped").isEmpty();
    assertThat(sink.committable(9)).isEqualTo(5);

    context.setBack.clear();
    sink.put(record(0, 5, "a", VALUE));
    sink.put(record(0, 8, "a", VALUE));
    for (int call = 0; call < 3; call++) {
      sink.executor.runAll();
      sink.put();
    }
    assertThat(sink.called).containsExactly(5L, 8L);
    assertThat(sink.committable(9)).isEqualTo(9);
    assertThat(context.setBack).isEmpty();
  }

  @Test
  void readsOnWhereARebalanceBroughtWhatItPolled() {
    sink.assign(SinkInHand.PARTITION);
    sink.put();
    sink.committable(5);
    sink.put(record(0, 8, "a", VALUE));
    sink.executor.runAll();

    assertThat(context.setBack).isEmpty();
    assertThat(sink.committable(9)).isEqualTo(9);
  }

  /** As with cooperative rebalances: one poll dropped records, the next brings partitions. */
  @Test
  void remembersWhatWasDroppedOfPartitionsThatStay() {
    TopicPartition other = new TopicPartition(Fixtures.TOPIC, 1);
    sink.assign(SinkInHand.PARTITION, other);
    sink.put(record(0, 4, "a", VALUE));
    sink.executor.runAll();
    sink.put();
    sink.revoke(other);
    sink.committable(5);
    sink.assign(other);
    sink.put(record(0, 8, "a", VALUE), record(1, 2, "b", VALUE));
    sink.executor.runAll();

    assertThat(context.setBack).containsExactly(Map.entry(SinkInHand.PARTITION, 5L));
    assertThat(sink.called).containsExactly(4L, 2L);
  }

  @Test
  void setsNoPartitionBackThatHasGone() {
    sink.assign(SinkInHand.PARTITION);
    sink.committable(5);
    sink.revoke();
    sink.put();

    assertThat(context.setBack).isEmpty();
  }

  /**
   * A second wake-up, in the same rebalance, keeps Connect from saying which partitions it gave.
   */
  @Test
  void readsAgainFromTheLastCommitWhereItWasNotToldOfAPartition() {
    sink.assign(SinkInHand.PARTITION);
    sink.put(record(0, 4, "a", VALUE));
    sink.executor.runAll();
    sink.put();
    assertThat(sink.committable(5)).isEqualTo(5);
    sink.revoke();

    context.assign(SinkInHand.PARTITION);
    sink.put(record(0, 8, "a", VALUE));
    assertThat(context.setBack).containsExactly(Map.entry(SinkInHand.PARTITION, 5L));
    sink.put(record(0, 5, "a", VALUE), record(0, 8, "a", VALUE));
    for (int call = 0; call < 3; call++) {
      sink.executor.runAll();
      sink.put();
    }
    assertThat(sink.called).containsExactly(4L, 5L, 8L);
  }

  @Test
  void readsOnInAPartitionThatItWasNotToldOfWhereNothingCanBeMissed() {
    sink.put(record(0, 4, "a", VALUE));
    sink.executor.runAll();
    sink.revoke();
    sink.put();
    context.assign(SinkInHand.PARTITION);
    sink.put(record(0, 8, "a", VALUE));
    sink.executor.runAll();

    assertThat(context.setBack).isEmpty();
    assertThat(sink.called).containsExactly(4L, 8L);
  }

  /** Connect forgets to forget them where the commit of a rebalance is interrupted. */
  @Test
  void commitsNothingOfAPartitionThatIsClosed() {
    sink.put(record(0, 4, "a", VALUE), record(0, 5, "a", VALUE));
    sink.revoke();
    assertThat(sink.preCommit(Map.of(SinkInHand.PARTITION, 6L))).isEmpty();

    sink.assign(SinkInHand.PARTITION);
    sink.put(record(0, 4, "a", VALUE));
    assertThat(context.setBack).as("the poll was not dropped").isEmpty();
  }

  @Test
  void commitsNothingOfAPartitionThatItWasNotToldOfBeforeARecordComes() {
    sink.put(record(0, 4, "a", VALUE), record(0, 5, "a", VALUE));
    sink.revoke();
    sink.put();
    context.assign(SinkInHand.PARTITION);
    sink.put();
    assertThat(sink.preCommit(Map.of(SinkInHand.PARTITION, 6L)))
        .as("from before it was closed")
        .isEmpty();

    sink.put(record(0, 4, "a", VALUE));
    sink.executor.runAll();
    sink.put();
    assertThat(sink.committable(5)).isEqualTo(5);
  }

  @Test
  void stopsWhereRecordsMayBeMissedAndNothingSaysWhich() {
    TopicPartition other = new TopicPartition(Fixtures.TOPIC, 1);
    sink.assign(other);
    sink.revoke(other);

    assertThatThrownBy(() -> sink.put(record(0, 8, "a", VALUE)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("restart the task");
    assertThat(sink.called).isEmpty();
  }
}
