package io.psastream.connectwise.sink;

import io.psastream.connectwise.sink.lane.Lanes;
import io.psastream.connectwise.sink.lane.Lease;
import io.psastream.connectwise.sink.lane.Offsets.Position;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.ledger.Ledger;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import io.psastream.connectwise.sink.report.OutcomeReporter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * The started task: routes records, puts them into their lanes, where a {@link RecordApplier}
 * applies them, and has their outcomes settled. Everything here runs on the task's own thread; only
 * the applying does not.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>{@code put} returns within about a second, so the consumer stays in its group however long
 *       the site is away; while too much is pending, the partitions are paused.
 *   <li>{@code preCommit} lets nothing start and waits for what is in flight, so that before a
 *       rebalance or a stop what was sent is accounted for. The next {@code put} goes on.
 *   <li>A failure of the task is thrown by {@code put} before it takes any record of its batch:
 *       what was started belongs to earlier batches, whose offsets Connect lets us commit.
 * </ul>
 */
final class SinkLoop implements AutoCloseable {

  private final SinkTaskContext context;
  private final RecordRouter router;
  private final Lanes lanes;
  private final OutcomeReporter reporter;
  private final CreatedItems created;
  private final Optional<Ledger> ledger;
  private final RouteMeters meters;
  private final Bounds bounds;
  private final MissedRecords missed;
  private final Settlement settlement;
  private final FlowControl flow;

  /**
   * How long the task's thread waits for what it does not do itself.
   *
   * @param room for room for more records, in a put
   * @param inFlight for calls in flight, before a commit
   * @param last for what is left after that: reports, calls of closed partitions, threads
   */
  record Bounds(Duration room, Duration inFlight, Duration last) {

    /** In sum below the 5 s that a worker gives its tasks to stop (task.shutdown…timeout.ms). */
    static final Bounds USUAL =
        new Bounds(Duration.ofMillis(800), Duration.ofMillis(2_500), Duration.ofMillis(500));
  }

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   */
  SinkLoop(
      SinkTaskContext context,
      RecordRouter router,
      Lanes lanes,
      Lease lease,
      OutcomeReporter reporter,
      CreatedItems created,
      Optional<Ledger> ledger,
      RouteMeters meters,
      Bounds bounds,
      LongSupplier nanos) {
    this.context = context;
    this.router = router;
    this.lanes = lanes;
    this.reporter = reporter;
    this.created = created;
    this.ledger = ledger;
    this.meters = meters;
    this.bounds = bounds;
    this.missed = new MissedRecords(context);
    this.settlement = new Settlement(lanes, reporter, meters, nanos);
    this.flow = new FlowControl(context, lanes, lease, settlement);
  }

  /** Connect gives partitions. */
  void open(Collection<TopicPartition> partitions) {
    created.assigned();
    ledger.ifPresent(it -> it.open(partitions));
    flow.opened();
    missed.opened(partitions);
  }

  /** Takes records on and waits while too many are pending. */
  void put(Collection<SinkRecord> records) {
    Set<TopicPartition> untold = missed.untold();
    if (!untold.isEmpty()) {
      open(untold);
    }
    boolean halted = flow.called(records);
    settlement.settle();
    settlement.throwFailure();
    if (reporter.behind()) {
      lanes.suspend();
    }
    missed.putting(records).forEach(this::take);
    if (!reporter.behind()) {
      lanes.resume();
    }
    flow.awaitRoom(bounds.room());
    flow.pauseOrResume(halted);
    if (settlement.commitIsDue()) {
      context.requestCommit();
    }
  }

  private void take(SinkRecord record) {
    Position position = settlement.begin(record).orElse(null);
    if (position == null) {
      return;
    }
    Mapping mapping = router.route(record);
    if (mapping instanceof Mapping.Changes mapped) {
      PendingRecord pending = new PendingRecord(record, position, mapped.route(), mapped.changes());
      meters.taken(pending);
      if (position.follows() || ledger.filter(it -> it.knows(record)).isPresent()) {
        pending.start(); // what is known is known of it alone
      }
      lanes.add(pending);
    } else if (mapping instanceof Mapping.Unmappable rejected) {
      settlement.unmapped(record, position, rejected.reason());
    } else {
      settlement.ignored(position);
    }
  }

  /** What may be committed now, after waiting for what is in flight. */
  Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> delivered) {
    flow.called(List.of());
    flow.callSoon();
    settlement.settleInFlight(bounds.inFlight(), bounds.last());
    Map<TopicPartition, OffsetAndMetadata> answer =
        settlement.committable(missed.committing(delivered));
    missed.answered(answer);
    ledger.ifPresent(it -> it.answered(answer));
    return answer;
  }

  /** Lets go of partitions. */
  void close(Collection<TopicPartition> partitions) {
    Set<TopicPartition> closed = Set.copyOf(partitions);
    settlement.close(closed, bounds.last());
    ledger.ifPresent(it -> it.close(closed));
    missed.closed(closed);
  }

  /** Ends every call. */
  @Override
  public void close() {
    lanes.close();
    lanes.awaitClosed(bounds.last());
    reporter.close(bounds.last());
    ledger.ifPresent(Ledger::close);
  }
}
