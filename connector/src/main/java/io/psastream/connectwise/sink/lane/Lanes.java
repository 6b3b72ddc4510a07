package io.psastream.connectwise.sink.lane;

import io.psastream.connectwise.client.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Applies records, one at a time in each lane and a bounded number of lanes at once; the lanes are
 * served in turn.
 *
 * <p>Every outcome is collected for {@link #drain}, so that whoever drains is the only one to act
 * on it. After an outcome that leaves the record unapplied its lane is blocked until {@link
 * #retry}; after one that stops, nothing more is started for good. Records are started only between
 * {@link #resume} and {@link #suspend}, and while the lease is held.
 */
public final class Lanes implements AutoCloseable {

  private final LaneThreads threads;
  private final int width;
  private final Predicate<Outcome> stops;
  private final CircuitBreaker breaker;
  private final Lease lease;
  private final FirstRecords first;
  private final BiConsumer<Failure, String> retriedLater;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LaneQueues queues = new LaneQueues();
  private final List<Done> done = new ArrayList<>();
  private boolean open;
  private boolean stopped;
  private int running;
  private int undecided;

  /** A record that is no longer being applied. */
  public record Done(PendingRecord record, Outcome outcome) {}

  /**
   * The threads are closed with the lanes.
   *
   * @param width the most records that are applied at once
   * @param stops the outcomes after which nothing more is to be started
   * @param oneFirst whether a partition's records go one at a time until one is delivered or told
   * @param retriedLater takes the line that tells why writing is paused, and for how long
   */
  public Lanes(
      LaneThreads threads,
      int width,
      Predicate<Outcome> stops,
      CircuitBreaker breaker,
      Lease lease,
      boolean oneFirst,
      BiConsumer<Failure, String> retriedLater) {
    this.threads = threads;
    this.width = width;
    this.stops = stops;
    this.breaker = breaker;
    this.lease = lease;
    this.first = new FirstRecords(oneFirst);
    this.retriedLater = retriedLater;
  }

  /** Adds a record at the end of its lane. */
  public void add(PendingRecord record) {
    locked(() -> queues.add(record));
  }

  /** Lets records start: every rejection that was drained is told. */
  public void resume() {
    locked(
        () -> {
          first.told();
          open = !stopped;
        });
  }

  /** Lets no more records start; those under way go on. */
  public void suspend() {
    locked(() -> open = false);
  }

  /** Lets no more records start for good. */
  public void stop() {
    locked(
        () -> {
          stopped = true;
          open = false;
        });
  }

  /** The circuit breaker: 0 while it is closed, 1 while it is open, 2 while it probes the site. */
  public int breakerState() {
    lock.lock();
    try {
      return breaker.state();
    } finally {
      lock.unlock();
    }
  }

  /** The most records that are applied at once. */
  public int width() {
    return width;
  }

  /** How many records are neither applied nor given up. */
  public int pending() {
    return locked(queues::pending);
  }

  /** Takes the outcomes since the last time, in the order they came. */
  public List<Done> drain() {
    return locked(
        () -> {
          List<Done> taken = List.copyOf(done);
          done.clear();
          first.drained();
          return taken;
        });
  }

  /** Tries a record that was not applied again, after the other lanes. */
  public void retry(PendingRecord record) {
    locked(
        () -> {
          undecided--;
          queues.putBack(record);
        });
  }

  /** Leaves a record that was not applied to the next owner of its partition. */
  public void leave(PendingRecord record) {
    locked(
        () -> {
          undecided--;
          queues.remove(record);
        });
  }

  /** Takes out the records of these partitions that have not been started. */
  public List<PendingRecord> drop(Set<TopicPartition> partitions) {
    return locked(
        () -> {
          first.closed(partitions);
          return queues.drop(partitions);
        });
  }

  /** Ends the applying of records; their outcomes still come. */
  public void interrupt(Predicate<PendingRecord> which) {
    threads.interrupt(which);
  }

  /** Waits until few are pending or there is something to decide; false when it took too long. */
  public boolean awaitRoom(int atMost, Duration bound) {
    return await(() -> queues.pending() <= atMost || undecided > 0 || stopped, bound);
  }

  /** Waits until nothing is under way; false when it took too long. */
  public boolean awaitIdle(Duration bound) {
    return await(() -> running == 0, bound);
  }

  private boolean await(BooleanSupplier condition, Duration bound) {
    long left = bound.toNanos();
    lock.lock();
    try {
      while (!condition.getAsBoolean() && left > 0) {
        start();
        long pause = breaker.nanosLeft();
        long delay = queues.shortestDelay(breaker.now()).orElse(left);
        long step = Math.min(pause > 0 ? pause : delay, left);
        left -= step - changed.awaitNanos(step);
      }
      return condition.getAsBoolean();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    locked(
        () -> {
          change.run();
          return true;
        });
  }

  private <T> T locked(Supplier<T> change) {
    lock.lock();
    try {
      T result = change.get();
      start();
      return result;
    } finally {
      lock.unlock();
    }
  }

  /** Starts what may be started now. */
  private void start() {
    while (open && running < breaker.limit(width) && breaker.nanosLeft() <= 0 && lease.held()) {
      Optional<PendingRecord> next = queues.take(breaker.now(), first::holds);
      if (next.isEmpty()) {
        return;
      }
      long since = breaker.openings();
      running++;
      PendingRecord record = next.get();
      first.started(record);
      threads.start(record, outcome -> finish(new Done(record, outcome), since));
    }
  }

  private void finish(Done finished, long since) {
    locked(
        () -> {
          running--;
          if (split(finished)) {
            changed.signalAll();
            return;
          }
          finished.record().ended(finished.outcome());
          done.add(finished);
          first.finished(finished.record(), finished.outcome());
          if (stops.test(finished.outcome())) {
            stopped = true;
            open = false;
          }
          if (finished.outcome() instanceof Outcome.Unavailable unavailable) {
            undecided++;
            openBreaker(unavailable, since);
          } else if (finished.outcome() instanceof Outcome.Delayed delayed) {
            undecided++;
            queues.delay(finished.record(), breaker.now() + delayed.delay().toNanos());
            breaker.answered();
          } else if (finished.outcome() instanceof Outcome.Cancelled) {
            undecided++;
          } else {
            breaker.answered();
            queues.remove(finished.record());
          }
          changed.signalAll();
        });
  }

  /**
   * A change that several records were coalesced into was rejected, so each is tried by itself: the
   * good ones must not suffer from the bad one.
   */
  private boolean split(Done finished) {
    List<PendingRecord> parts = finished.record().parts();
    boolean several = parts.size() > 1 && finished.outcome() instanceof Outcome.Rejected;
    if (several) {
      breaker.answered();
      first.again(finished.record());
      parts.forEach(PendingRecord::start);
      queues.putBack(finished.record(), parts);
    }
    return several;
  }

  private void openBreaker(Outcome.Unavailable outcome, long since) {
    breaker
        .failed(since, outcome.failure().retryAfter())
        .ifPresent(
            wait ->
                retriedLater.accept(
                    outcome.failure(),
                    "%s. Writing is paused after attempt %d and goes on in %d ms; no record is lost."
                        .formatted(outcome.failure(), breaker.attempts(), wait.toMillis())));
  }

  /** Ends everything: what is under way is interrupted, and its outcomes are of no interest. */
  @Override
  public void close() {
    stop();
    threads.close();
  }

  /** Waits for the threads to end after {@link #close}. */
  public boolean awaitClosed(Duration bound) {
    return threads.awaitClosed(bound);
  }
}
