package io.psastream.connectwise.sink;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.SinkInHand.VALUE;
import static io.psastream.connectwise.sink.SinkInHand.records;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sink.lane.Outcome;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowControlTest {

  private final SinkInHand sink = new SinkInHand(TaskContext.withReporter(SinkInHand.PARTITION));
  private final TaskContext context = sink.context;

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

  @Test
  void pausesItsPartitionsWhileTooMuchIsPendingAndResumesThem() {
    sink.put(records(0, 1_001));
    assertThat(context.paused).isTrue();

    sink.executor.runAll();
    sink.put();
    assertThat(context.paused).isFalse();
    assertThat(sink.committable(1_001)).isEqualTo(1_001);
  }

  @Test
  void resumesAPartitionThatWentAndCameBackWhileItWasPaused() {
    sink.put(records(0, 1_001));
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
}
