package io.psastream.connectwise.client;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the threads of a task, each named and a daemon. They log as the thread does that makes the
 * factory, which is the task's own ({@link LogContext}).
 */
public final class TaskThreads implements ThreadFactory {

  private final String name;
  private final AtomicInteger number = new AtomicInteger();
  private final LogContext context = LogContext.here();

  /**
   * @param name of the threads, which each get a number behind it
   */
  public TaskThreads(String name) {
    this.name = name;
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(() -> context.run(task), name + "-" + number.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
