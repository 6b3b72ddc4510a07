package io.psastream.connectwise.source;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The readers of a source on the test's own thread: some tasks run at once, the others when the
 * test says so.
 */
final class ReadersInHand extends AbstractExecutorService {

  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<Duration> awaited = new ArrayList<>();
  private int atOnce;
  private boolean shutdown;
  private boolean stuck;

  /** The next tasks run as soon as they are given. */
  ReadersInHand atOnce(int count) {
    atOnce = count;
    return this;
  }

  static ReadersInHand alwaysAtOnce() {
    return new ReadersInHand().atOnce(Integer.MAX_VALUE);
  }

  /** They will not end when they are told to. */
  void stick() {
    stuck = true;
  }

  /** How many tasks wait to be run. */
  int waiting() {
    return tasks.size();
  }

  void runOne() {
    tasks.remove().run();
  }

  /** How long the ends of the threads were waited for. */
  List<Duration> awaited() {
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
