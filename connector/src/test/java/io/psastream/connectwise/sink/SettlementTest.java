package io.psastream.connectwise.sink;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.SinkInHand.REJECTED;
import static io.psastream.connectwise.sink.SinkInHand.VALUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.sink.lane.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class SettlementTest {

  private final SinkInHand sink = new SinkInHand(TaskContext.withReporter(SinkInHand.PARTITION));
  private final TaskContext context = sink.context;

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
}
