package io.psastream.connectwise.client;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.MDC;

/**
 * Makes the threads of a task, each named and a daemon. They log as the thread does that makes the
 * factory, which is the task's own: Connect keeps in its logging context (MDC) of which connector
 * and task a line is.
 */
public final class TaskThreads implements ThreadFactory {

  private final String name;
  private final AtomicInteger number = new AtomicInteger();
  private final Map<String, String> context =
      Optional.ofNullable(MDC.getCopyOfContextMap()).orElseGet(Map::of);

  /**
   * @param name of the threads, which each get a number behind it
   */
  public TaskThreads(String name) {
    this.name = name;
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread =
        new Thread(
            () -> {
              MDC.setContextMap(context);
              task.run();
            },
            name + "-" + number.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
