package io.psastream.connectwise.sink.lane;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work with one record at a time in each lane and a bounded number of lanes at once; the lanes
 * take turns.
 *
 * <p>Every outcome is collected for {@link #drain}, so that whoever drains is the only one to act
 * on it. After an outcome that leaves the record undone its lane stands until {@link #retry} or
 * {@link #release}; after one that stops, nothing more is started for good. Work is started only
 * between {@link #resume} and {@link #suspend}.
 */
public final class Lanes implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

  private final LaneThreads threads;
  private final Settings settings;
  private final CircuitBreaker breaker;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LaneQueues queues = new LaneQueues();
  private final List<Done> done = new ArrayList<>();
  private boolean open;
  private boolean stopped;
  private int running;
  private int undecided;

  /**
   * How many records go at once, and when no more do.
   *
   * @param width the most records under way at once
   * @param stops the outcomes after which nothing more is to be started
   */
  public record Settings(int width, Predicate<Outcome> stops) {}

  /** A record whose turn is over. */
  public record Done(PendingRecord record, Outcome outcome) {}

  /** The threads are closed with the lanes. */
  public Lanes(LaneThreads threads, Settings settings, CircuitBreaker breaker) {
    this.threads = threads;
    this.settings = settings;
    this.breaker = breaker;
  }

  /** Adds a record at the end of its lane. */
  public void add(PendingRecord record) {
    locked(() -> queues.add(record));
  }

  /** Lets work start. */
  public void resume() {
    locked(() -> open = !stopped);
  }

  /** Lets no more work start; what is under way goes on. */
  public void suspend() {
    locked(() -> open = false);
  }

  /** Lets no more work start for good. */
  public void stop() {
    locked(
        () -> {
          stopped = true;
          open = false;
        });
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
          return taken;
        });
  }

  /** Gives work that stayed undone another turn, after the other lanes. */
  public void retry(PendingRecord record) {
    locked(
        () -> {
          undecided--;
          queues.putBack(record);
        });
  }

  /** Gives up work that stayed undone. */
  void release(PendingRecord record) {
    retry(record, List.of());
  }

  /** Gives what is left of work that stayed undone another turn. */
  public void retry(PendingRecord record, List<PendingRecord> left) {
    locked(
        () -> {
          undecided--;
          queues.end(record, left);
        });
  }

  /** Takes out the work of these partitions that has not been started. */
  public List<PendingRecord> drop(Set<TopicPartition> partitions) {
    return locked(() -> queues.drop(partitions));
  }

  /** Interrupts work that is under way; its outcome still comes. */
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
        long hold = breaker.nanosLeft();
        long rest = queues.rest(breaker.now()).orElse(left);
        long step = Math.min(hold > 0 ? hold : rest, left);
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
    while (open && breaker.nanosLeft() <= 0 && running < breaker.limit(settings.width())) {
      Optional<PendingRecord> turn = queues.turn(breaker.now());
      if (turn.isEmpty()) {
        return;
      }
      long since = breaker.holds();
      running++;
      PendingRecord record = turn.get();
      threads.start(record, outcome -> finish(new Done(record, outcome), since));
    }
  }

  private void finish(Done turn, long since) {
    locked(
        () -> {
          running--;
          if (takenApart(turn)) {
            changed.signalAll();
            return;
          }
          done.add(turn);
          if (settings.stops().test(turn.outcome())) {
            stopped = true;
            open = false;
          }
          if (turn.outcome() instanceof Outcome.Unavailable unavailable) {
            undecided++;
            hold(unavailable, since);
          } else if (turn.outcome() instanceof Outcome.Later later) {
            undecided++;
            queues.rest(turn.record(), breaker.now() + later.rest().toNanos());
            breaker.answered();
          } else if (turn.outcome() instanceof Outcome.Cancelled) {
            undecided++;
          } else {
            breaker.answered();
            queues.remove(turn.record());
          }
          changed.signalAll();
        });
  }

  /**
   * One change for several records was rejected, so each is tried by itself: those that are fine
   * must not suffer from the one that is not.
   */
  private boolean takenApart(Done turn) {
    List<PendingRecord> parts = turn.record().parts();
    boolean apart = parts.size() > 1 && turn.outcome() instanceof Outcome.Rejected;
    if (apart) {
      breaker.answered();
      parts.forEach(PendingRecord::start);
      queues.end(turn.record(), parts);
    }
    return apart;
  }

  private void hold(Outcome.Unavailable outcome, long since) {
    breaker
        .failed(since, outcome.failure().retryAfter())
        .ifPresent(
            wait ->
                LOG.warn(
                    "{}. Attempt {}; the next in {} ms. Records wait, none is dropped.",
                    outcome.failure(),
                    breaker.attempts(),
                    wait.toMillis()));
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
