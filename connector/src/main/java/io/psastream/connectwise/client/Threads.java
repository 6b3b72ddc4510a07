package io.psastream.connectwise.client;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Pools of daemon threads whose number is bounded, and that have none while there is no work. */
public final class Threads {

  private static final long IDLE_SECONDS = 10;

  private Threads() {}

  /**
   * A pool; what finds no thread free waits for one. A task must not wait for another one of the
   * same pool.
   *
   * @param most how many threads it has at most
   * @param name the name of each thread, before its number
   */
  public static ThreadPoolExecutor upTo(int most, String name) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new TaskThreads(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
