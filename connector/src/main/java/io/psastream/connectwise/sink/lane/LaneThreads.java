package io.psastream.connectwise.sink.lane;

import io.psastream.connectwise.client.TaskThreads;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** The threads that apply records, and which of them applies what. */
public final class LaneThreads implements AutoCloseable {

  private final ExecutorService executor;
  private final Function<PendingRecord, Outcome> applier;
  private final Consumer<Thread> interrupter;
  private final Map<PendingRecord, Thread> busy = new HashMap<>();

  /**
   * The executor is closed with them.
   *
   * @param interrupter ends what a thread does
   */
  public LaneThreads(
      ExecutorService executor,
      Function<PendingRecord, Outcome> applier,
      Consumer<Thread> interrupter) {
    this.executor = executor;
    this.applier = applier;
    this.interrupter = interrupter;
  }

  /** Starts so many threads, each named connectwise-sink-N. */
  public static LaneThreads open(
      int width, Function<PendingRecord, Outcome> applier, Consumer<Thread> interrupter) {
    return new LaneThreads(
        Executors.newFixedThreadPool(width, new TaskThreads("connectwise-sink")),
        applier,
        interrupter);
  }

  /** Applies a record and then hands on its outcome, both on one of the threads. */
  void start(PendingRecord record, Consumer<Outcome> finished) {
    executor.execute(() -> finished.accept(run(record)));
  }

  private Outcome run(PendingRecord record) {
    if (record.position().over()) {
      return new Outcome.Delivered(List.of());
    }
    synchronized (busy) {
      busy.put(record, Thread.currentThread());
    }
    try {
      return applier.apply(record);
    } catch (RuntimeException | Error e) {
      return new Outcome.Fatal("an unexpected error: " + e + ".", e);
    } finally {
      synchronized (busy) {
        busy.remove(record);
      }
    }
  }

  /** Ends the applying of records; their outcomes still come. */
  void interrupt(Predicate<PendingRecord> which) {
    synchronized (busy) {
      busy.forEach(
          (record, thread) -> {
            if (which.test(record)) {
              interrupter.accept(thread);
            }
          });
    }
  }

  /** Interrupts all and takes no more. */
  @Override
  public void close() {
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
