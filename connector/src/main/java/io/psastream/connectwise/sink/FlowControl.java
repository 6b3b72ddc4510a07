package io.psastream.connectwise.sink;

import io.psastream.connectwise.sink.lane.Lanes;
import io.psastream.connectwise.sink.lane.Lease;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * How records flow from Connect into the lanes: whether any may start, how many may be pending,
 * which partitions are paused until there is room, and when Connect is to call again. Used on the
 * task's own thread.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Every call of Connect renews the lease, which is withheld while the connector is paused.
 *   <li>What was paused here is remembered until it could be resumed.
 *   <li>Connect calls again within a second, so that the lease is kept.
 * </ul>
 */
final class FlowControl {

  /** How long the lease lasts: longer than any call of Connect takes, and less than a session. */
  static final Duration LEASE = Duration.ofSeconds(5);

  /**
   * More than this many records pending are not taken on: enough to keep the lanes busy while
   * Connect polls, even with a hot key among them, and little enough to hold in memory. Where a
   * worker does not show that it is paused, no more than two seconds take, since nothing halts them
   * then.
   */
  private static final int ENOUGH = 1_000;

  /** How soon Connect is to call again while there is something to report. */
  private static final long SOON_MS = 50;

  /** How soon it is to call again otherwise, so that the lease is kept. */
  private static final long IDLE_MS = 1_000;

  private final SinkTaskContext context;
  private final Lanes lanes;
  private final Lease lease;
  private final Settlement settlement;
  private final PauseSign sign;
  private final Set<TopicPartition> paused = new HashSet<>();

  FlowControl(SinkTaskContext context, Lanes lanes, Lease lease, Settlement settlement) {
    this.context = context;
    this.lanes = lanes;
    this.lease = lease;
    this.settlement = settlement;
    this.sign = new PauseSign(context);
    context.timeout(IDLE_MS); // or the first call comes with the first commit or record
  }

  /** Connect gives partitions. */
  void opened() {
    lease.grant();
  }

  /**
   * Connect calls, with these records.
   *
   * @return whether the connector is paused: what was taken waits then. Records come to no such
   *     task.
   */
  boolean called(Collection<SinkRecord> records) {
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

  /** How many records may be pending before no more are taken on. */
  private int enough() {
    return sign.known()
        ? ENOUGH
        : Math.min(ENOUGH, Math.max(lanes.width(), settlement.doneInTwoSeconds()));
  }

  /** Waits while too many records are pending, and settles what is done meanwhile. */
  void awaitRoom(Duration bound) {
    int enough = enough();
    long deadline = System.nanoTime() + bound.toNanos();
    long left = bound.toNanos();
    while (!settlement.failed() && left > 0 && lanes.awaitRoom(enough, Duration.ofNanos(left))) {
      boolean room = lanes.pending() <= enough;
      settlement.settle();
      if (room) {
        return;
      }
      left = deadline - System.nanoTime();
    }
    settlement.settle();
  }

  /**
   * Pauses or resumes the consumer, and asks to be called again soon. While the connector is paused
   * nothing stays paused beyond that, since only records wake a task that is resumed.
   */
  void pauseOrResume(boolean halted) {
    int pending = lanes.pending();
    Set<TopicPartition> full =
        halted
            ? Set.of()
            : pending > enough() ? context.assignment() : settlement.farAhead(context.assignment());
    if (!full.isEmpty()) {
      context.pause(full.toArray(TopicPartition[]::new));
      paused.addAll(full);
    }
    if (paused.size() > full.size()) {
      resumeBut(full);
    }
    boolean soon = (pending > 0 && !halted) || settlement.awaitsCall();
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

  /** Has Connect call again soon; when it pauses, it would call only for the next commit. */
  void callSoon() {
    context.timeout(SOON_MS);
  }
}
