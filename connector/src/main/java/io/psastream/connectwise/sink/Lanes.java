package io.psastream.connectwise.sink;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
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
final class Lanes implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

  private final ExecutorService executor;
  private final Settings settings;
  private final Function<Work, Outcome> runner;
  private final Outage outage;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<LaneKey, Lane> lanes = new HashMap<>();
  private final Deque<Lane> ready = new ArrayDeque<>();
  private final List<Done> done = new ArrayList<>();
  private boolean open;
  private boolean stopped;
  private int running;
  private int undecided;
  private int pending;

  /**
   * @param width the most records under way at once
   * @param stops the outcomes after which nothing more is to be started
   */
  record Settings(int width, Predicate<Outcome> stops) {}

  /** A record whose turn is over. */
  record Done(Work work, Outcome outcome) {}

  private static final class Lane {
    private final Deque<Work> queue = new ArrayDeque<>();

    /** Whether the first of the queue is under way, or waits for a decision. */
    private boolean busy;

    /** Who runs it; null while nobody does. */
    private Thread thread;
  }

  /**
   * Opens lanes with threads of their own.
   *
   * @param tolerant whether a rejected record is reported, and does not stop the task
   */
  static Lanes open(int width, boolean tolerant, Function<Work, Outcome> runner, Outage outage) {
    AtomicInteger number = new AtomicInteger();
    ThreadFactory threads =
        task -> {
          Thread thread = new Thread(task, "connectwise-sink-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    return new Lanes(
        Executors.newFixedThreadPool(width, threads),
        new Settings(width, outcome -> stops(outcome, tolerant)),
        runner,
        outage);
  }

  /** Whether nothing more is to be started after this. */
  static boolean stops(Outcome outcome, boolean tolerant) {
    boolean reported = outcome instanceof Outcome.Rejected || outcome instanceof Outcome.Ambiguous;
    return outcome instanceof Outcome.Stopping || (reported && !tolerant);
  }

  /** The executor is closed with the lanes. */
  Lanes(
      ExecutorService executor, Settings settings, Function<Work, Outcome> runner, Outage outage) {
    this.executor = executor;
    this.settings = settings;
    this.runner = runner;
    this.outage = outage;
  }

  /** Adds a record at the end of its lane. */
  void add(Work work) {
    locked(
        () -> {
          Lane lane = lanes.computeIfAbsent(work.lane(), key -> new Lane());
          lane.queue.add(work);
          pending++;
          if (!lane.busy && lane.queue.size() == 1) {
            ready.add(lane);
          }
        });
  }

  /** Lets work start. */
  void resume() {
    locked(() -> open = !stopped);
  }

  /** Lets no more work start; what is under way goes on. */
  void suspend() {
    locked(() -> open = false);
  }

  /** Lets no more work start for good. */
  void stop() {
    locked(
        () -> {
          stopped = true;
          open = false;
        });
  }

  /** How many records are neither applied nor given up. */
  int pending() {
    lock.lock();
    try {
      return pending;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the outcomes since the last time, in the order they came. */
  List<Done> drain() {
    lock.lock();
    try {
      List<Done> taken = List.copyOf(done);
      done.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Gives work that stayed undone another turn, after the other lanes. */
  void retry(Work work) {
    locked(
        () -> {
          Lane lane = lanes.get(work.lane());
          lane.busy = false;
          ready.addLast(lane);
          undecided--;
        });
  }

  /** Gives up work that stayed undone. */
  void release(Work work) {
    locked(
        () -> {
          advance(work.lane());
          undecided--;
        });
  }

  /** Takes out the work of these partitions that has not been started. */
  List<Work> drop(Set<TopicPartition> partitions) {
    List<Work> dropped = new ArrayList<>();
    locked(
        () -> {
          for (Lane lane : List.copyOf(lanes.values())) {
            Iterator<Work> queue = lane.queue.iterator();
            if (lane.busy) {
              queue.next();
            }
            while (queue.hasNext()) {
              Work work = queue.next();
              if (partitions.contains(work.position().partition())) {
                dropped.add(work);
                queue.remove();
              }
            }
          }
          pending -= dropped.size();
          lanes.values().removeIf(lane -> lane.queue.isEmpty());
          ready.removeIf(lane -> lane.queue.isEmpty());
        });
    return dropped;
  }

  /** Interrupts work that is under way; its outcome still comes. */
  void interrupt(Predicate<Work> which) {
    locked(
        () ->
            lanes.values().stream()
                .filter(lane -> lane.thread != null && which.test(lane.queue.element()))
                .forEach(lane -> lane.thread.interrupt()));
  }

  /** Waits until few are pending or there is something to decide; false when it took too long. */
  boolean awaitRoom(int atMost, Duration bound) {
    return await(() -> pending <= atMost || undecided > 0 || stopped, bound);
  }

  /** Waits until nothing is under way; false when it took too long. */
  boolean awaitIdle(Duration bound) {
    return await(() -> running == 0, bound);
  }

  private boolean await(BooleanSupplier condition, Duration bound) {
    long left = bound.toNanos();
    lock.lock();
    try {
      while (!condition.getAsBoolean() && left > 0) {
        start();
        long hold = outage.nanosLeft();
        long step = hold > 0 ? Math.min(hold, left) : left;
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
    lock.lock();
    try {
      change.run();
      start();
    } finally {
      lock.unlock();
    }
  }

  /** Starts what may be started now. */
  private void start() {
    while (open
        && !ready.isEmpty()
        && outage.nanosLeft() <= 0
        && running < outage.limit(settings.width())) {
      Lane lane = ready.poll();
      Work work = lane.queue.element();
      long since = outage.holds();
      lane.busy = true;
      running++;
      executor.execute(() -> finish(lane, new Done(work, run(lane, work)), since));
    }
  }

  private Outcome run(Lane lane, Work work) {
    locked(() -> lane.thread = Thread.currentThread());
    try {
      return runner.apply(work);
    } catch (RuntimeException | Error e) {
      return new Outcome.Stopping("an unexpected error: " + e + ".", e);
    }
  }

  private void finish(Lane lane, Done turn, long since) {
    locked(
        () -> {
          Outcome outcome = turn.outcome();
          lane.thread = null;
          running--;
          done.add(turn);
          if (settings.stops().test(outcome)) {
            stopped = true;
            open = false;
          }
          if (outcome instanceof Outcome.Unavailable unavailable) {
            undecided++;
            hold(unavailable, since);
          } else if (outcome instanceof Outcome.Cancelled) {
            undecided++;
          } else {
            outage.answered();
            advance(turn.work().lane());
          }
          changed.signalAll();
        });
  }

  private void hold(Outcome.Unavailable outcome, long since) {
    outage
        .failed(since, outcome.failure().retryAfter())
        .ifPresent(
            wait ->
                LOG.warn(
                    "{}. Attempt {}; the next in {} ms. Records wait, none is dropped.",
                    outcome.failure(),
                    outage.attempts(),
                    wait.toMillis()));
  }

  private void advance(LaneKey key) {
    Lane lane = lanes.get(key);
    lane.queue.remove();
    lane.busy = false;
    pending--;
    if (lane.queue.isEmpty()) {
      lanes.remove(key);
    } else {
      ready.addLast(lane);
    }
  }

  /** Ends everything: what is under way is interrupted, and its outcomes are of no interest. */
  @Override
  public void close() {
    stop();
    executor.shutdownNow();
  }

  /** Waits for the threads to end after {@link #close}. */
  boolean awaitClosed(Duration bound) {
    try {
      return executor.awaitTermination(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
