package io.psastream.connectwise.sink;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.SinkInHand.VALUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class MissedRecordsTest {

  private final SinkInHand sink = new SinkInHand(TaskContext.withReporter(SinkInHand.PARTITION));
  private final TaskContext context = sink.context;

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
