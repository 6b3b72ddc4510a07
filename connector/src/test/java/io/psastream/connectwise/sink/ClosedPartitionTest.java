package io.psastream.connectwise.sink;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.SinkInHand.VALUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of records whose partition goes away, and may come back. */
class ClosedPartitionTest {

  private static final RecordRouter UPDATES =
      new RecordRouter(
          Fixtures.routes(
              "mutate.operation.id", "patchServiceTicketsById", "options", "{\"id\":\"${key}\"}"),
          Fixtures.CATALOG);

  private final SinkInHand sink = new SinkInHand(TaskContext.withReporter(SinkInHand.PARTITION));

  @Test
  void dropsWhatWasNotStartedOfAClosedPartitionAndTakesItAgain() {
    sink.outcomes.put(1L, SinkInHand.CREATED);
    sink.outcomes.put(2L, SinkInHand.CREATED);
    sink.put(record(0, 1, "a", VALUE), record(0, 2, "a", VALUE));
    sink.executor.runOne();
    sink.committable(3);
    sink.revoke();

    sink.assign(SinkInHand.PARTITION);
    sink.put(record(0, 1, "a", VALUE), record(0, 2, "a", VALUE));
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(1L, 2L);
    assertThat(sink.committable(3)).isEqualTo(3);
  }

  @Test
  void doesNotRepeatACreateThatWasStillInFlightWhenItsPartitionWasClosed() {
    sink.outcomes.put(1L, SinkInHand.CREATED);
    sink.put(record(0, 1, "a", VALUE));
    assertThat(sink.committable(2)).isEqualTo(1);
    sink.revoke();

    sink.assign(SinkInHand.PARTITION);
    sink.put(record(0, 1, "a", VALUE));
    assertThat(sink.executor.waiting()).isEqualTo(1);
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(1L);
    assertThat(sink.committable(2)).isEqualTo(2);
  }

  /** A task is not told which of its commits fail. */
  @Test
  void doesNotRepeatACreateWhoseCommitsFailed() {
    sink.outcomes.put(0L, SinkInHand.CREATED);
    sink.assign(SinkInHand.PARTITION);
    sink.put(record(0, 0, "a", VALUE));
    sink.executor.runAll();
    assertThat(sink.committable(1)).isEqualTo(1);
    assertThat(sink.committable(1)).isEqualTo(1);
    sink.revoke();

    sink.assign(SinkInHand.PARTITION);
    sink.put();
    assertThat(sink.committable(0)).isEqualTo(0);
    sink.put(record(0, 0, "a", VALUE));
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(0L);
    assertThat(sink.committable(1)).isEqualTo(1);
  }

  /** Another task may have applied older records of the same item meanwhile. */
  @Test
  void repeatsAnUpdateThatWasAppliedOrInFlightWhenItsPartitionWasClosed() {
    List<Long> called = new ArrayList<>();
    SinkInHand updates =
        new SinkInHand(
            TaskContext.withReporter(SinkInHand.PARTITION),
            Optional.empty(),
            UPDATES,
            record -> {
              called.add(record.record().kafkaOffset());
              return new Outcome.Delivered(List.of());
            });
    updates.put(record(0, 1, "1", VALUE), record(0, 2, "2", VALUE), record(0, 3, "1", VALUE));
    updates.executor.runOne();
    updates.revoke();
    updates.assign(SinkInHand.PARTITION);
    updates.put(record(0, 1, "1", VALUE), record(0, 2, "2", VALUE), record(0, 3, "1", VALUE));
    updates.executor.runAll();

    assertThat(called).containsExactlyInAnyOrder(1L, 1L, 2L, 2L, 3L, 3L);
    assertThat(called.lastIndexOf(1L)).isLessThan(called.lastIndexOf(3L));
    assertThat(updates.committable(4)).isEqualTo(4);
  }

  /** It may create, so that only its end tells whether it is to be repeated, after the others. */
  @Test
  void repeatsInItsOrderWhatWasInFlightAndHasCreatedNothing() {
    List<Long> called = new ArrayList<>();
    SinkInHand sink =
        new SinkInHand(
            TaskContext.withReporter(SinkInHand.PARTITION),
            Optional.empty(),
            new RecordRouter(
                Fixtures.routes(
                    "mutate.operation.id", "patchServiceTicketsById",
                    "options", "{\"id\":\"${key}\"}",
                    "behavior.on.not.found", "create",
                    "create.operation.id", "postServiceTickets"),
                Fixtures.CATALOG),
            record -> {
              called.add(record.record().kafkaOffset());
              return new Outcome.Delivered(List.of());
            });
    sink.put(record(0, 1, "1", VALUE), record(0, 2, "1", VALUE));
    sink.executor.runOne();
    sink.revoke();
    sink.assign(SinkInHand.PARTITION);
    sink.put(record(0, 1, "1", VALUE), record(0, 2, "1", VALUE), record(0, 3, "1", VALUE));
    assertThat(sink.committable(4)).isEqualTo(1);
    sink.put();
    sink.executor.runAll();

    assertThat(called).containsExactly(1L, 2L, 1L, 2L, 3L);
    assertThat(sink.committable(4)).isEqualTo(4);
  }

  /** One of the partitions may be closed under it. */
  @Test
  void makesOneOfRecordsOfOnePartitionAlone() {
    List<List<String>> called = new ArrayList<>();
    SinkInHand sink =
        new SinkInHand(
            TaskContext.withReporter(SinkInHand.PARTITION),
            Optional.empty(),
            new RecordRouter(
                Fixtures.routes(
                    "mutate.operation.id", "patchServiceTicketsById",
                    "options", "{\"id\":\"${key}\"}",
                    "lane.key", "${key}",
                    "coalesce", "true"),
                Fixtures.CATALOG),
            record -> {
              called.add(record.parts().stream().map(part -> "" + part.position()).toList());
              return new Outcome.Delivered(List.of());
            });
    sink.put(record(0, 1, "1", VALUE), record(0, 2, "1", VALUE), record(1, 3, "1", VALUE));
    sink.executor.runAll();

    assertThat(called)
        .containsExactly(List.of("psa.tickets-0@1", "psa.tickets-0@2"), List.of("psa.tickets-1@3"));
  }

  /** It would be rejected and told again. */
  @Test
  void doesNotRepeatWhatWasRejected() {
    sink.outcomes.put(1L, SinkInHand.REJECTED);
    sink.outcomes.put(2L, SinkInHand.unavailable());
    sink.put(record(0, 2, "a", VALUE), record(0, 1, "b", VALUE));
    sink.executor.runAll();
    sink.revoke();
    sink.assign(SinkInHand.PARTITION);
    sink.outcomes.clear();
    sink.put(record(0, 2, "a", VALUE), record(0, 1, "b", VALUE));
    sink.executor.runAll();

    assertThat(sink.called).containsExactly(2L, 1L, 2L);
  }

  @Test
  void doesNotTryAgainWhatBelongsToAClosedPartition() {
    sink.outcomes.put(1L, SinkInHand.unavailable());
    sink.put(record(0, 1, "a", VALUE));
    sink.revoke();
    sink.executor.runAll();
    sink.put();
    sink.put();
    sink.executor.runAll();

    assertThat(sink.called).containsExactly(1L);
    sink.outcomes.clear();
    sink.assign(SinkInHand.PARTITION);
    sink.put(record(0, 1, "a", VALUE));
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(1L, 1L);
  }

  /** A record that is left to the next owner stands no longer, however many follow it. */
  @Test
  void doesNotHoldAPartitionBackForWhatWasUnavailableAfterItWasClosed() {
    sink.outcomes.put(0L, SinkInHand.unavailable());
    sink.put(record(0, 0, "a", VALUE));
    sink.revoke();
    sink.executor.runAll();
    sink.put();

    sink.outcomes.clear();
    sink.assign(SinkInHand.PARTITION);
    sink.put(SinkInHand.records(0, 600));
    sink.executor.runAll();
    sink.put();
    assertThat(sink.executor.waiting()).isZero();
    assertThat(sink.context.paused).isFalse();
  }

  @Test
  void triesAgainWhatWasDeliveredAgainWhileItWasInFlight() {
    sink.outcomes.put(1L, SinkInHand.unavailable());
    sink.put(record(0, 1, "a", VALUE));
    sink.revoke();
    sink.assign(SinkInHand.PARTITION);
    sink.put(record(0, 1, "a", VALUE));
    sink.executor.runAll();
    sink.outcomes.clear();
    sink.put();
    sink.put();
    sink.executor.runAll();

    assertThat(sink.called).containsExactly(1L, 1L);
    assertThat(sink.committable(2)).isEqualTo(2);
  }

  @Test
  void doesNotCallWhatWasDroppedWhenOtherPartitionsGoOn() {
    sink.put(record(0, 1, "a", VALUE), record(0, 2, "a", VALUE));
    sink.revoke();
    sink.put(record(1, 1, "b", VALUE));
    sink.executor.runAll();

    assertThat(sink.called).containsExactly(1L, 1L);
  }

  @Test
  void endsWhatIsStillInFlightAfterTheGrace() throws InterruptedException {
    assertThat(interruptedByRevoking("postServiceTickets", "{}")).isTrue();
    assertThat(interruptedByRevoking("patchServiceTicketsById", "{\"id\":\"1\"}")).isTrue();
  }

  private static boolean interruptedByRevoking(String operation, String options)
      throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch revoked = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    SinkInHand threaded =
        new SinkInHand(
            TaskContext.withReporter(SinkInHand.PARTITION),
            record -> {
              record.progress().calling(record.next().call());
              started.countDown();
              try {
                interrupted.complete(!revoked.await(20, TimeUnit.SECONDS));
              } catch (InterruptedException e) {
                interrupted.complete(true);
              }
              return new Outcome.Delivered(List.of());
            },
            "mutate.operation.id",
            operation,
            "options",
            options);
    threaded.put(record(0, 1, "a", VALUE));
    assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
    threaded.revoke();
    revoked.countDown();
    boolean result = interrupted.join();
    threaded.close();
    return result;
  }
}
