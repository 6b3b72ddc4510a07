package io.psastream.connectwise.sink.lane;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs tasks when the test says so, on the test's own thread: nothing is left to chance. */
public final class HandExecutor extends AbstractExecutorService {

  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private boolean shutdown;

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** How many tasks were started and have not run. */
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
    return shutdown && tasks.isEmpty();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isTerminated();
  }
}
