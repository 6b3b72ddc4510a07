package io.psastream.connectwise.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A client's gate to its site: how many of its requests are under way, and the pace that it shares
 * with every other client of this worker that calls the same site as the same user. The one place
 * that waits; {@link #close} ends all waits at once.
 *
 * <p>Concurrency is bounded for each client, since one connector's long scan must not starve
 * another's writes. The pace is bounded for the site: of several limits the lowest holds for as
 * long as its client is open, and a {@code Retry-After} that one client meets pauses all (P1).
 */
final class Throttle implements AutoCloseable {

  /**
   * The paces in use, by site and user. This is the only static state: Kafka Connect gives tasks of
   * one worker nothing else in common, and the site counts their requests together. An entry lives
   * from its first client's opening to its last one's closing.
   */
  private static final Map<String, Shared> SHARED = new HashMap<>();

  /** Thrown by everything that waits once the gate is closed, or its thread is interrupted. */
  static final class ClosedException extends Exception {

    private static final long serialVersionUID = 1L;

    ClosedException() {
      super("The client was closed");
    }
  }

  private static final class Shared {
    private final RateLimiter limiter = new RateLimiter(System.nanoTime());
    private final List<Integer> limits = new ArrayList<>();

    private synchronized void join(int limit) {
      limits.add(limit);
      choose();
    }

    /** Whether nobody is left. */
    private synchronized boolean leave(int limit) {
      limits.remove((Integer) limit);
      choose();
      return limits.isEmpty();
    }

    private void choose() {
      limiter.limit(limits.stream().mapToInt(it -> it).filter(it -> it > 0).min().orElse(0));
    }

    private synchronized long book() {
      return limiter.book(System.nanoTime());
    }

    private synchronized long paused() {
      return limiter.paused(System.nanoTime());
    }

    private synchronized void pause(Duration pause) {
      limiter.pause(System.nanoTime(), pause);
    }

    private synchronized void slowDown() {
      limiter.slowDown(System.nanoTime());
    }

    private synchronized double perMinute() {
      return limiter.perMinute(System.nanoTime());
    }
  }

  private final String key;
  private final int limit;
  private final Shared shared;
  private final Semaphore slots;
  private final CountDownLatch closed = new CountDownLatch(1);

  private Throttle(String key, int limit, Shared shared, int maxInFlight) {
    this.key = key;
    this.limit = limit;
    this.shared = shared;
    this.slots = new Semaphore(maxInFlight, true);
  }

  /**
   * Joins the pace of a site and user.
   *
   * @param perMinute the site's limit as this client knows it; 0 for none
   */
  static Throttle join(String siteAndUser, int perMinute, int maxInFlight) {
    synchronized (SHARED) {
      Shared shared = SHARED.computeIfAbsent(siteAndUser, it -> new Shared());
      shared.join(perMinute);
      return new Throttle(siteAndUser, perMinute, shared, maxInFlight);
    }
  }

  /** Waits until one more request may go. Each is followed by one {@link #exit}. */
  void enter() throws ClosedException {
    try {
      slots.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedException();
    }
    try {
      // A pause may begin while we wait for our place, so it is looked at again afterwards.
      for (long wait = shared.book(); wait > 0; wait = shared.paused()) {
        sleep(Duration.ofNanos(wait));
      }
      sleep(Duration.ZERO);
    } catch (ClosedException e) {
      slots.release();
      throw e;
    }
  }

  void exit() {
    slots.release();
  }

  /** Waits so long. */
  void sleep(Duration time) throws ClosedException {
    try {
      if (closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new ClosedException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedException();
    }
  }

  /** Nobody calls the site for so long. */
  void pause(Duration time) {
    shared.pause(time);
  }

  /** Everybody calls the site at half the pace, for now. */
  void slowDown() {
    shared.slowDown();
  }

  double perMinute() {
    return shared.perMinute();
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Whoever waits for a slot gets it from the calls that end now, and finds the gate closed. */
  @Override
  public void close() {
    synchronized (SHARED) {
      if (isClosed()) {
        return;
      }
      closed.countDown();
      if (shared.leave(limit)) {
        SHARED.remove(key);
      }
    }
  }
}
