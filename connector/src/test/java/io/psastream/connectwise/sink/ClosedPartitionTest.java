package io.psastream.connectwise.sink;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.SinkInHand.VALUE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What becomes of records whose partition goes away, and may come back. */
class ClosedPartitionTest {

  private final SinkInHand sink = new SinkInHand(TaskContext.withReporter(SinkInHand.PARTITION));

  @Test
  void dropsWhatWasNotStartedOfAClosedPartitionAndTakesItAgain() {
    sink.put(record(0, 1, "a", VALUE), record(0, 2, "a", VALUE));
    sink.executor.runOne();
    sink.committable(3);
    sink.close();

    sink.put(record(0, 1, "a", VALUE), record(0, 2, "a", VALUE));
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(1L, 2L);
    assertThat(sink.committable(3)).isEqualTo(3);
  }

  @Test
  void doesNotRepeatWhatWasStillInFlightWhenItsPartitionWasClosed() {
    sink.put(record(0, 1, "a", VALUE));
    assertThat(sink.committable(2)).isEqualTo(1);
    sink.close();

    sink.put(record(0, 1, "a", VALUE));
    assertThat(sink.executor.waiting()).isEqualTo(1);
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(1L);
    assertThat(sink.committable(2)).isEqualTo(2);
  }

  @Test
  void doesNotTryAgainWhatBelongsToAClosedPartition() {
    sink.outcomes.put(1L, SinkInHand.unavailable());
    sink.put(record(0, 1, "a", VALUE));
    sink.close();
    sink.executor.runAll();
    sink.put();
    sink.put();
    sink.executor.runAll();

    assertThat(sink.called).containsExactly(1L);
    sink.outcomes.clear();
    sink.put(record(0, 1, "a", VALUE));
    sink.executor.runAll();
    assertThat(sink.called).containsExactly(1L, 1L);
  }

  @Test
  void triesAgainWhatWasDeliveredAgainWhileItWasInFlight() {
    sink.outcomes.put(1L, SinkInHand.unavailable());
    sink.put(record(0, 1, "a", VALUE));
    sink.close();
    sink.put(record(0, 1, "a", VALUE));
    sink.executor.runAll();
    sink.outcomes.clear();
    sink.put();
    sink.put();
    sink.executor.runAll();

    assertThat(sink.called).containsExactly(1L, 1L);
    assertThat(sink.committable(2)).isEqualTo(2);
  }
}
