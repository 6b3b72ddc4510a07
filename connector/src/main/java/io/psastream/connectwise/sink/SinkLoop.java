package io.psastream.connectwise.sink;

import io.psastream.connectwise.sink.lane.Lanes;
import io.psastream.connectwise.sink.lane.Lease;
import io.psastream.connectwise.sink.lane.Offsets;
import io.psastream.connectwise.sink.lane.Offsets.Position;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.ledger.Ledger;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import io.psastream.connectwise.sink.report.OutcomeReporter;
import io.psastream.connectwise.sink.report.OutcomeReporter.Rejection;
import io.psastream.connectwise.sink.report.Report.Verdict;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The started task: routes records, puts them into their lanes, where a {@link RecordApplier}
 * applies them, and reports their outcomes. Everything here runs on the task's own thread; only the
 * applying does not.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A record is settled when it was applied, rejected or ignored, and that is written to every
 *       topic that reports it. Only offsets below which everything is settled are committed.
 *   <li>{@code put} returns within about a second, so the consumer stays in its group however long
 *       the site is away; while too much is pending, the partitions are paused.
 *   <li>{@code preCommit} lets nothing start and waits for what is in flight, so that before a
 *       rebalance or a stop what was sent is accounted for. The next {@code put} goes on.
 *   <li>A failure of the task is thrown by {@code put} before it takes any record of its batch:
 *       what was started belongs to earlier batches, whose offsets Connect lets us commit.
 * </ul>
 */
final class SinkLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SinkLoop.class);

  /**
   * More than this many records pending are not taken on: enough to keep the lanes busy while
   * Connect polls, even with a hot key among them, and little enough to hold in memory. Where a
   * worker does not show that it is paused, no more than two seconds take, since nothing halts them
   * then.
   */
  private static final int ENOUGH = 1_000;

  /**
   * So many records may be settled after one that stands, which a restart would apply again, and as
   * many more in each minute: its partition must not stop, or nobody could tell a record that alone
   * fails from an outage.
   */
  private static final int AHEAD = 500;

  /** How soon Connect is to call again while there is something to report. */
  private static final long SOON_MS = 50;

  /** How soon it is to call again otherwise, so that the lease is kept. */
  private static final long IDLE_MS = 1_000;

  /** How long the lease lasts: longer than any call of Connect takes, and less than a session. */
  static final Duration LEASE = Duration.ofSeconds(5);

  private final SinkTaskContext context;
  private final RecordRouter router;
  private final Lanes lanes;
  private final Lease lease;
  private final PauseSign sign;
  private final MissedRecords missed;
  private final Bounds bounds;
  private final Offsets offsets = new Offsets();
  private final OutcomeReporter reporter;
  private final CreatedItems created;
  private final Optional<Ledger> ledger;
  private ConnectException failure;
  private final Set<TopicPartition> paused = new HashSet<>();
  private final RouteMeters meters;
  private final LongSupplier nanos;
  private final CommitPace commits;
  private final WorkPace pace;

  /** Records that found the site unavailable, and since when they stand. */
  private final Map<Position, Long> standing = new HashMap<>();

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
    this.meters = meters;
    this.context = context;
    this.router = router;
    this.lanes = lanes;
    this.lease = lease;
    this.sign = new PauseSign(context);
    this.missed = new MissedRecords(context);
    this.reporter = reporter;
    this.created = created;
    this.ledger = ledger;
    this.bounds = bounds;
    this.nanos = nanos;
    this.commits = new CommitPace(nanos.getAsLong());
    this.pace = new WorkPace(nanos.getAsLong());
    context.timeout(IDLE_MS); // or the first call comes with the first commit or record
  }

  /** Connect gives partitions. */
  void open(Collection<TopicPartition> partitions) {
    created.assigned();
    ledger.ifPresent(it -> it.open(partitions));
    lease.grant();
    missed.opened(partitions);
  }

  /** Takes records on and waits while too many are pending. */
  void put(Collection<SinkRecord> records) {
    Set<TopicPartition> untold = missed.untold();
    if (!untold.isEmpty()) {
      open(untold);
    }
    boolean halted = renew(records);
    settle();
    if (failure != null) {
      throw failure;
    }
    if (reporter.behind()) {
      lanes.suspend();
    }
    missed.putting(records).forEach(this::take);
    if (!reporter.behind()) {
      lanes.resume();
    }
    awaitRoom();
    pauseOrResume(halted);
    if (commits.due(nanos.getAsLong())) {
      context.requestCommit();
    }
  }

  /** Whether the connector is paused: what was taken waits then. Records come to no such task. */
  private boolean renew(Collection<SinkRecord> records) {
    if (!records.isEmpty()) {
      sign.recordsCame();
    }
    boolean halted = records.isEmpty() && sign.paused();
    lease.renew(halted);
    if (halted) {
      sign.callAgainWithin(IDLE_MS);
    }
    return halted;
  }

  private void take(SinkRecord record) {
    Position position = offsets.begin(record).orElse(null);
    if (position == null) {
      return;
    }
    Mapping mapping = router.route(record);
    if (mapping instanceof Mapping.Changes mapped) {
      PendingRecord pending = new PendingRecord(record, position, mapped.route(), mapped.changes());
      meters.taken(pending);
      if (ledger.filter(it -> it.knows(record)).isPresent()) {
        pending.start(); // what is known is known of it alone
      }
      lanes.add(pending);
    } else if (mapping instanceof Mapping.Unmappable rejected) {
      meters.unmapped(record, position);
      reject(record, position, Rejection.unmapped(rejected.reason() + "."));
    } else {
      offsets.settle(position);
    }
  }

  /** How many records may be pending before no more are taken on. */
  private int enough() {
    return sign.known()
        ? ENOUGH
        : Math.min(ENOUGH, Math.max(lanes.width(), pace.inTwoSeconds(nanos.getAsLong())));
  }

  private void awaitRoom() {
    int enough = enough();
    long deadline = System.nanoTime() + bounds.room().toNanos();
    long left = bounds.room().toNanos();
    while (failure == null && left > 0 && lanes.awaitRoom(enough, Duration.ofNanos(left))) {
      boolean room = lanes.pending() <= enough;
      settle();
      if (room) {
        return;
      }
      left = deadline - System.nanoTime();
    }
    settle();
  }

  /**
   * Pauses or resumes the consumer, and asks to be called again soon. While the connector is paused
   * nothing stays paused beyond that, since only records wake a task that is resumed.
   */
  private void pauseOrResume(boolean halted) {
    int pending = lanes.pending();
    Set<TopicPartition> full =
        halted ? Set.of() : pending > enough() ? context.assignment() : farAhead();
    if (!full.isEmpty()) {
      context.pause(full.toArray(TopicPartition[]::new));
      paused.addAll(full);
    }
    if (paused.size() > full.size()) {
      resumeBut(full);
    }
    boolean soon = (pending > 0 && !halted) || reporter.pending() || failure != null;
    context.timeout(soon ? SOON_MS : IDLE_MS);
  }

  /**
   * Resumes what is assigned now. In the middle of a rebalance that is nothing, and Connect pauses
   * again what comes back: so what was paused is remembered until it could be resumed.
   */
  private void resumeBut(Set<TopicPartition> full) {
    Set<TopicPartition> wanted = new HashSet<>(context.assignment());
    wanted.removeAll(full);
    context.resume(paused.stream().filter(wanted::contains).toArray(TopicPartition[]::new));
    paused.removeAll(wanted);
  }

  /** The partitions in which much is settled after a record that stands. */
  private Set<TopicPartition> farAhead() {
    if (standing.isEmpty()) {
      return Set.of();
    }
    long now = nanos.getAsLong();
    Set<TopicPartition> far = new HashSet<>();
    standing.forEach(
        (position, since) -> {
          long minutes = Duration.ofNanos(now - since).toMinutes();
          if (offsets.settledAfter(position) > AHEAD * (1 + minutes)) {
            far.add(position.partition());
          }
        });
    far.retainAll(context.assignment());
    return far;
  }

  /** Acts on the outcomes that have come. */
  private void settle() {
    lanes.drain().forEach(done -> settle(done.record(), done.outcome()));
    collect(Duration.ZERO);
  }

  private void collect(Duration bound) {
    try {
      reporter.collect(bound);
    } catch (ConnectException e) {
      fail(e);
    }
  }

  private void settle(PendingRecord record, Outcome outcome) {
    noteStanding(record, outcome);
    if (outcome instanceof Outcome.Delivered delivered) {
      boolean created = delivered.created();
      record
          .parts()
          .forEach(
              part ->
                  reporter.delivered(
                      part.record(),
                      delivered.replies(),
                      () -> {
                        settled(part.position());
                        commits.settled(created);
                      }));
    } else if (outcome instanceof Outcome.Rejected rejected) {
      reject(
          record,
          new Rejection(
              Verdict.REJECTED, rejected.reason(), rejected.failure(), rejected.replies()));
    } else if (outcome instanceof Outcome.Ambiguous ambiguous) {
      reject(
          record,
          new Rejection(
              Verdict.AMBIGUOUS,
              ambiguous.reason(),
              Optional.of(ambiguous.failure()),
              ambiguous.replies()));
    } else if (outcome instanceof Outcome.Fatal fatal) {
      String reason = "Record " + record.position() + " was not applied: " + fatal.reason();
      fail(new ConnectException(reason + " The task stops.", fatal.cause()));
    } else {
      retry(record);
      return;
    }
    pace.done(record.parts().size(), nanos.getAsLong());
  }

  private void settled(Position position) {
    offsets.settle(position);
    meters.settled(position);
  }

  private void noteStanding(PendingRecord record, Outcome outcome) {
    if (outcome instanceof Outcome.Unavailable) {
      long now = nanos.getAsLong();
      record.parts().forEach(part -> standing.putIfAbsent(part.position(), now));
    } else if (!standing.isEmpty()) {
      record.parts().forEach(part -> standing.remove(part.position()));
    }
  }

  /**
   * Tries again what was not applied; records of closed partitions are left to their next owner.
   */
  private void retry(PendingRecord record) {
    List<PendingRecord> left =
        record.parts().stream().filter(part -> !part.position().orphaned()).toList();
    if (left.size() == record.parts().size()) {
      lanes.retry(record);
    } else {
      lanes.retry(record, left);
      record.parts().stream()
          .map(PendingRecord::position)
          .filter(Position::orphaned)
          .forEach(offsets::forget);
    }
  }

  private void reject(PendingRecord record, Rejection rejection) {
    record.parts().forEach(part -> reject(part.record(), part.position(), rejection));
  }

  private void reject(SinkRecord record, Position position, Rejection rejection) {
    try {
      reporter.rejected(record, rejection, () -> settled(position));
    } catch (ConnectException e) {
      fail(e);
    }
  }

  /** Remembers the first failure; what is in flight still gets its outcome. */
  private void fail(ConnectException cause) {
    lanes.stop();
    if (failure == null) {
      failure = cause;
    } else if (!failure.getMessage().equals(cause.getMessage())) {
      LOG.error("The task has failed, and then: {}", cause.getMessage());
    }
  }

  /** What may be committed now, after waiting for what is in flight. */
  Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> delivered) {
    renew(List.of());
    context.timeout(SOON_MS); // or Connect, when it pauses, calls only for the next commit
    long start = nanos.getAsLong();
    lanes.suspend();
    lanes.awaitIdle(bounds.inFlight());
    settle();
    // Connect waited for the reports of earlier calls, not for those of this one.
    collect(bounds.last());
    commits.took(nanos.getAsLong() - start);
    Map<TopicPartition, OffsetAndMetadata> answer =
        offsets.committable(missed.committing(delivered));
    missed.answered(answer);
    ledger.ifPresent(it -> it.answered(answer));
    return answer;
  }

  /** Lets go of partitions: what was not started will be delivered again, here or elsewhere. */
  void close(Collection<TopicPartition> partitions) {
    Set<TopicPartition> closed = Set.copyOf(partitions);
    lanes.suspend();
    settle();
    lanes.drop(closed).forEach(record -> offsets.forget(record.position()));
    if (!lanes.awaitIdle(bounds.last())) {
      // Ended, so that it cannot overtake the next owner; a create that was sent is ambiguous then.
      lanes.interrupt(
          record ->
              record.parts().stream()
                  .anyMatch(part -> closed.contains(part.position().partition())));
      lanes.awaitIdle(bounds.last());
    }
    offsets.orphan(closed);
    settle();
    meters.forgotten(position -> closed.contains(position.partition()));
    standing.keySet().removeIf(position -> closed.contains(position.partition()));
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
