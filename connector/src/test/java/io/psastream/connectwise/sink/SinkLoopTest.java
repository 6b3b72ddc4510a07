package io.psastream.connectwise.sink;

import static io.psastream.connectwise.sink.Fixtures.TOPIC;
import static io.psastream.connectwise.sink.Fixtures.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.ClientSettings.Retry;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.sink.mapping.CallMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class SinkLoopTest {

  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
  private static final String VALUE = "{\"summary\":\"x\"}";
  private static final Duration SHORT = Duration.ofMillis(5);
  private static final Outcome REJECTED = new Outcome.Rejected("call → 400 \"no\".", null);

  private final HandExecutor executor = new HandExecutor();
  private final Map<Long, Outcome> outcomes = new HashMap<>();
  private final List<Long> called = new ArrayList<>();
  private TaskContext context = TaskContext.withReporter(PARTITION);
  private SinkLoop loop = loop();

  @Test
  void commitsWhatWasAppliedAndNothingBeyond() {
    put(record(0, 1, "a", VALUE), record(0, 2, "b", VALUE), record(0, 3, "c", VALUE));
    assertThat(committable(4)).isEqualTo(1);

    put();
    executor.runOne();
    assertThat(committable(4)).isEqualTo(2);

    put();
    executor.runAll();
    assertThat(committable(4)).isEqualTo(4);
    assertThat(called).containsExactly(1L, 2L, 3L);
  }

  @Test
  void startsNothingBetweenACommitAndTheNextPut() {
    put(record(0, 1, "a", VALUE), record(0, 2, "a", VALUE));
    committable(3);
    executor.runAll();
    assertThat(called).containsExactly(1L);

    put();
    executor.runAll();
    assertThat(called).containsExactly(1L, 2L);
  }

  @Test
  void doesNotCallASettledRecordAgainWhenItIsDeliveredAgain() {
    put(record(0, 1, "a", VALUE));
    executor.runAll();
    put(record(0, 1, "a", VALUE), record(0, 2, "b", VALUE));
    executor.runAll();

    assertThat(called).containsExactly(1L, 2L);
    assertThat(committable(3)).isEqualTo(3);
  }

  @Test
  void reportsARejectedRecordWithTheMessageAndGoesOn() {
    outcomes.put(1L, REJECTED);
    put(record(0, 1, "a", VALUE), record(0, 2, "a", VALUE));
    executor.runAll();
    put();

    assertThat(context.reported)
        .containsExactly("0@1: Record psa.tickets-0@1 was not applied: call → 400 \"no\".");
    assertThat(called).containsExactly(1L, 2L);
    assertThat(committable(3)).isEqualTo(3);
  }

  @Test
  void reportsARecordThatCannotBeMapped() {
    put(record(0, 1, "a", "text"));

    assertThat(context.reported)
        .containsExactly(
            "0@1: Record psa.tickets-0@1 was not sent: postServiceTickets takes an object as its"
                + " item, not text.");
    assertThat(committable(2)).isEqualTo(2);
  }

  @Test
  void doesNotCommitARejectedRecordBeforeTheDeadLetterTopicHasIt() {
    CompletableFuture<Void> written = new CompletableFuture<>();
    context.written = written;
    put(record(0, 1, "a", "text"));
    assertThat(committable(2)).isEqualTo(1);

    written.complete(null);
    assertThat(committable(2)).isEqualTo(2);
  }

  @Test
  void stopsWhenTheDeadLetterTopicCannotBeWritten() {
    context.written = CompletableFuture.failedFuture(new IllegalStateException("no broker"));
    put(record(0, 1, "a", "text"));

    assertThat(committable(2)).isEqualTo(1);
    assertThatThrownBy(this::put)
        .isInstanceOf(ConnectException.class)
        .hasMessage("The dead letter topic cannot be written")
        .hasRootCauseMessage("no broker");
  }

  @Test
  void failsAtTheNextPutWithTheMessageWhenNobodyTakesRejectedRecords() {
    context = TaskContext.withoutReporter(PARTITION);
    loop = loop();
    outcomes.put(2L, REJECTED);
    put(record(0, 1, "a", VALUE), record(0, 2, "b", VALUE), record(0, 3, "b", VALUE));
    executor.runAll();

    assertThatThrownBy(() -> put(record(0, 4, "c", VALUE)))
        .isInstanceOf(ConnectException.class)
        .hasMessage(
            "Record psa.tickets-0@2 was not applied: call → 400 \"no\". The task stops: correct the"
                + " cause, or go on without such records with errors.tolerance=all and"
                + " errors.deadletterqueue.topic.name.");
    executor.runAll();
    assertThat(called).containsExactly(1L, 2L);
    assertThat(committable(4)).isEqualTo(2);
  }

  @Test
  void failsWithTheMessageWhenConnectDoesNotTolerateTheReport() {
    context.tolerated = false;
    put(record(0, 1, "a", "text"));

    assertThatThrownBy(this::put).hasMessageStartingWith("Record psa.tickets-0@1 was not sent: ");
    assertThat(committable(2)).isEqualTo(1);
  }

  @Test
  void failsForWhatIsNoRecordsFaultAndReportsNothing() {
    outcomes.put(1L, new Outcome.Stopping("call → 401. Check the keys.", null));
    put(record(0, 1, "a", VALUE), record(0, 2, "b", VALUE));
    executor.runAll();

    assertThatThrownBy(this::put)
        .hasMessage(
            "Record psa.tickets-0@1 was not applied: call → 401. Check the keys. The task stops.");
    assertThat(context.reported).isEmpty();
  }

  @Test
  void neverThrowsFromACommitSinceConnectWouldRewind() {
    outcomes.put(1L, new Outcome.Stopping("no.", null));
    put(record(0, 1, "a", VALUE));
    executor.runAll();

    assertThatCode(() -> committable(2)).doesNotThrowAnyException();
    assertThatThrownBy(this::put).isInstanceOf(ConnectException.class);
  }

  @Test
  void keepsARecordWhileTheSiteIsAwayAndAsksToBeCalledSoon() {
    outcomes.put(1L, unavailable());
    put(record(0, 1, "a", VALUE), record(0, 2, "a", VALUE));
    executor.runAll();
    put();
    executor.runAll();
    put();
    outcomes.clear();
    assertThat(committable(3)).isEqualTo(1);
    assertThat(context.timeout).isPositive();

    put();
    executor.runAll();
    assertThat(called).containsExactly(1L, 1L, 1L, 2L);
    assertThat(committable(3)).isEqualTo(3);
    assertThat(context.reported).isEmpty();
  }

  @Test
  void pausesItsPartitionsWhileTooMuchIsPendingAndResumesThem() {
    put(IntStream.range(0, 1_001).mapToObj(i -> record(0, i, "k" + i, VALUE)).toList());
    assertThat(context.paused).isTrue();

    executor.runAll();
    put();
    assertThat(context.paused).isFalse();
    assertThat(committable(1_001)).isEqualTo(1_001);
  }

  @Test
  void isNotCalledSoonWhenThereIsNothingToReport() {
    put(record(0, 1, "a", VALUE));
    executor.runAll();
    context.timeout = -1;
    put();

    assertThat(context.timeout).isEqualTo(-1);
  }

  @Test
  void dropsWhatWasNotStartedOfAClosedPartitionAndTakesItAgain() {
    put(record(0, 1, "a", VALUE), record(0, 2, "a", VALUE));
    executor.runOne();
    committable(3);
    loop.close(Set.of(PARTITION));

    put(record(0, 1, "a", VALUE), record(0, 2, "a", VALUE));
    executor.runAll();
    assertThat(called).containsExactly(1L, 2L);
    assertThat(committable(3)).isEqualTo(3);
  }

  @Test
  void doesNotRepeatWhatWasStillInFlightWhenItsPartitionWasClosed() {
    put(record(0, 1, "a", VALUE));
    assertThat(committable(2)).isEqualTo(1);
    loop.close(Set.of(PARTITION));

    put(record(0, 1, "a", VALUE));
    assertThat(executor.waiting()).isEqualTo(1);
    executor.runAll();
    assertThat(called).containsExactly(1L);
    assertThat(committable(2)).isEqualTo(2);
  }

  @Test
  void doesNotTryAgainWhatBelongsToAClosedPartition() {
    outcomes.put(1L, unavailable());
    put(record(0, 1, "a", VALUE));
    loop.close(Set.of(PARTITION));
    executor.runAll();
    put();
    put();
    executor.runAll();

    assertThat(called).containsExactly(1L);
    outcomes.clear();
    put(record(0, 1, "a", VALUE));
    executor.runAll();
    assertThat(called).containsExactly(1L, 1L);
  }

  @Test
  void triesAgainWhatWasDeliveredAgainWhileItWasInFlight() {
    outcomes.put(1L, unavailable());
    put(record(0, 1, "a", VALUE));
    loop.close(Set.of(PARTITION));
    put(record(0, 1, "a", VALUE));
    executor.runAll();
    outcomes.clear();
    put();
    put();
    executor.runAll();

    assertThat(called).containsExactly(1L, 1L);
    assertThat(committable(2)).isEqualTo(2);
  }

  private static Outcome unavailable() {
    return new Outcome.Unavailable(Failure.of(Kind.UNAVAILABLE, "call", 503, "away"));
  }

  private SinkLoop loop() {
    boolean tolerant = context.errantRecordReporter() != null;
    Lanes.Settings settings = new Lanes.Settings(2, outcome -> Lanes.stops(outcome, tolerant));
    Outage outage =
        new Outage(
            new Retry(0, Duration.ofMillis(1), Duration.ofMillis(1)), System::nanoTime, () -> 0.0);
    return new SinkLoop(
        context,
        new CallMapper(Fixtures.routes("mutate.operation.id", "postServiceTickets")),
        new Lanes(executor, settings, this::call, outage),
        new SinkLoop.Bounds(SHORT, SHORT, SHORT));
  }

  private Outcome call(Work work) {
    called.add(work.record().kafkaOffset());
    return outcomes.getOrDefault(work.record().kafkaOffset(), new Outcome.Delivered());
  }

  private void put(SinkRecord... records) {
    put(List.of(records));
  }

  private void put(List<SinkRecord> records) {
    loop.put(records);
  }

  private long committable(long delivered) {
    return loop.preCommit(Map.of(PARTITION, new OffsetAndMetadata(delivered)))
        .get(PARTITION)
        .offset();
  }
}
