package io.psastream.connectwise;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs tasks when the test says so, on the test's own thread: nothing is left to chance. */
public final class HandExecutor extends AbstractExecutorService {

  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<Duration> awaited = new ArrayList<>();
  private int atOnce;
  private boolean shutdown;
  private boolean stuck;

  /** The next tasks run as soon as they are given. */
  public HandExecutor atOnce(int count) {
    atOnce = count;
    return this;
  }

  public static HandExecutor alwaysAtOnce() {
    return new HandExecutor().atOnce(Integer.MAX_VALUE);
  }

  /** They will not end when they are told to. */
  public void stick() {
    stuck = true;
  }

  /** How many tasks wait to be run. */
  public int waiting() {
    return tasks.size();
  }

  public void runOne() {
    tasks.remove().run();
  }

  /** Runs what is there, and what follows from it. */
  public void runAll() {
    while (!tasks.isEmpty()) {
      runOne();
    }
  }

  /** How long the ends of the threads were waited for. */
  public List<Duration> awaited() {
    return awaited;
  }

  @Override
  public void execute(Runnable task) {
    if (atOnce > 0) {
      atOnce--;
      task.run();
    } else {
      tasks.add(task);
    }
  }

  @Override
  public void shutdown() {
    shutdown = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown = true;
    List<Runnable> left = List.copyOf(tasks);
    tasks.clear();
    return left;
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown && !stuck;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    awaited.add(Duration.of(timeout, unit.toChronoUnit()));
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return isTerminated();
  }
}
