package io.psastream.connectwise.sink;

import io.psastream.connectwise.sink.lane.Offsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has records delivered that Connect has polled and dropped. A pause or a resume wakes the
 * consumer. Where that interrupts a rebalance (Kafka 3.7 to 4.4),
 *
 * <ul>
 *   <li>in its commit, Connect keeps the exception and throws it when the poll has returned ({@code
 *       WorkerSinkTask.HandleRebalance} and {@code pollConsumer}): the records of that poll come to
 *       no task, the consumer has passed them, and the next commit would be beyond them;
 *   <li>there, too, Connect does not forget how far it has delivered the closed partitions ({@code
 *       closePartitions}), and asks whether to commit that, though the task has let go of them;
 *   <li>when it looks where to read on, the task is not told of its partitions ({@code
 *       ConsumerCoordinator.onJoinComplete} calls the listener again with none).
 * </ul>
 *
 * <p>The first shows: after a rebalance Connect puts what that poll brought, if only nothing, and
 * commits later. Where the commit that is asked for in the rebalance comes first, the poll ended in
 * an exception. The offsets that are given to that commit are those up to which Connect has
 * delivered, and there the consumer is set back. Of a partition that the task is not told of,
 * Connect gives none; it is set back to what the task let Connect commit when the partition was
 * closed. Used on the task's own thread.
 */
final class MissedRecords {

  private static final Logger LOG = LoggerFactory.getLogger(MissedRecords.class);

  private final SinkTaskContext context;
  private final Set<TopicPartition> open = new HashSet<>();

  /** Those that the task was not told of, and of which no record has come. */
  private final Set<TopicPartition> silent = new HashSet<>();

  private final Map<TopicPartition, Long> committed = new HashMap<>();

  /** Whether partitions were opened or closed since the last put, and whether closed. */
  private boolean rebalanced;

  private boolean closed;

  /** Where to read again. */
  private final Map<TopicPartition, Long> doubtful = new HashMap<>();

  private Map<TopicPartition, Long> setBack = Map.of();

  MissedRecords(SinkTaskContext context) {
    this.context = context;
  }

  void opened(Collection<TopicPartition> partitions) {
    open.addAll(partitions);
    rebalanced = true;
    context.requestCommit();
  }

  void closed(Collection<TopicPartition> partitions) {
    open.removeAll(partitions);
    silent.removeAll(partitions);
    doubtful.keySet().removeAll(partitions);
    rebalanced = true;
    closed = true;
    context.requestCommit();
  }

  /**
   * Connect commits.
   *
   * @param offsets up to where it has delivered records
   * @return the same, but where the consumer is about to be set back, and without what may be of a
   *     time before a partition was closed
   */
  Map<TopicPartition, OffsetAndMetadata> committing(
      Map<TopicPartition, OffsetAndMetadata> offsets) {
    Map<TopicPartition, OffsetAndMetadata> end = new HashMap<>(offsets);
    end.keySet().retainAll(open);
    end.keySet().removeAll(silent);
    if (rebalanced) {
      end.forEach((partition, offset) -> doubtful.put(partition, offset.offset()));
    }
    setBack.forEach((partition, to) -> end.replace(partition, new OffsetAndMetadata(to)));
    return end;
  }

  /** Connect is given these offsets to commit. */
  void answered(Map<TopicPartition, OffsetAndMetadata> offsets) {
    offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
  }

  /**
   * The partitions that Connect has given without a word, to be opened before the next put.
   *
   * @throws ConnectException where records of such a partition may be missed and nothing says which
   */
  Set<TopicPartition> untold() {
    Set<TopicPartition> assigned = context.assignment();
    if (open.containsAll(assigned)) {
      return Set.of();
    }
    Set<TopicPartition> untold = new HashSet<>(assigned);
    untold.removeAll(open);
    if (closed) {
      untold.forEach(it -> doubtful.put(it, lastCommitted(it)));
    }
    silent.addAll(untold);
    return untold;
  }

  private long lastCommitted(TopicPartition partition) {
    return Optional.ofNullable(committed.get(partition))
        .orElseThrow(
            () ->
                new ConnectException(
                    "A rebalance was interrupted, as by a pause, before this task was told of "
                        + partition
                        + ", and Connect may have dropped records of it. None is lost: restart the"
                        + " task, and it reads on where the last commit was."));
  }

  /**
   * Connect puts records.
   *
   * @return those of them to take; the others come again
   */
  Collection<SinkRecord> putting(Collection<SinkRecord> records) {
    setBack = Map.of();
    if (rebalanced) {
      rebalanced = false;
      closed = false;
      committed.keySet().retainAll(open);
      doubtful.keySet().retainAll(open); // to set back another one fails the task
    }
    Collection<SinkRecord> taken = doubtful.isEmpty() ? records : setBack(records);
    if (!silent.isEmpty()) {
      taken.forEach(it -> silent.remove(Offsets.partition(it)));
    }
    return taken;
  }

  private Collection<SinkRecord> setBack(Collection<SinkRecord> records) {
    setBack = Map.copyOf(doubtful);
    doubtful.clear();
    context.offset(setBack);
    LOG.info(
        "A rebalance was interrupted, as by a pause. What was polled in it and not delivered is"
            + " read again, from {}.",
        setBack);
    return records.stream().filter(it -> !setBack.containsKey(Offsets.partition(it))).toList();
  }
}
