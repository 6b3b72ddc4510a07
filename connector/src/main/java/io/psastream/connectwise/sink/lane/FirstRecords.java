package io.psastream.connectwise.sink.lane;

import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Has the records of a partition go one at a time until the first of them is delivered or, where it
 * is rejected, told. So nothing is applied behind a record whose rejection cannot be written, which
 * each restart would apply again. Not safe for several threads.
 */
final class FirstRecords {

  private final boolean wanted;
  private final Set<TopicPartition> passed = new HashSet<>();
  private final Set<TopicPartition> underWay = new HashSet<>();
  private final Set<TopicPartition> rejected = new HashSet<>();
  private final Set<TopicPartition> drained = new HashSet<>();

  FirstRecords(boolean wanted) {
    this.wanted = wanted;
  }

  /** Whether a record has to wait for another of its partition. */
  boolean holds(PendingRecord record) {
    return wanted && underWay.contains(record.position().partition());
  }

  void started(PendingRecord record) {
    TopicPartition partition = record.position().partition();
    if (wanted && !passed.contains(partition)) {
      underWay.add(partition);
    }
  }

  /** What was rejected is yet to be told; what was not decided lets the next one try. */
  void finished(PendingRecord record, Outcome outcome) {
    TopicPartition partition = record.position().partition();
    if (!underWay.contains(partition)) {
      return;
    }
    if (outcome instanceof Outcome.Rejected || outcome instanceof Outcome.Ambiguous) {
      rejected.add(partition);
      return;
    }
    underWay.remove(partition);
    if (outcome instanceof Outcome.Delivered) {
      passed.add(partition);
    }
  }

  /** Another record of the same partition is to go in its place. */
  void again(PendingRecord record) {
    underWay.remove(record.position().partition());
  }

  /** Rejections were taken, to be told. */
  void drained() {
    drained.addAll(rejected);
    rejected.clear();
  }

  /** All that was taken is told. */
  void told() {
    passed.addAll(drained);
    underWay.removeAll(drained);
    drained.clear();
  }

  /** The next owner of these partitions, perhaps this task, begins anew. */
  void closed(Set<TopicPartition> partitions) {
    passed.removeAll(partitions);
  }
}
