package io.psastream.connectwise.sink;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.SinkInHand.REJECTED;
import static io.psastream.connectwise.sink.SinkInHand.REPLY;
import static io.psastream.connectwise.sink.SinkInHand.VALUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.report.Reply;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class SinkLoopTest {

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
}
