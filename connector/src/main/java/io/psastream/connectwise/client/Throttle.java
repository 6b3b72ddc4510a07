package io.psastream.connectwise.client;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A client's gate to its site. It bounds how many requests of this client are in flight, and lets
 * each of them wait for the site's {@link SharedRateLimiter}. The one place that waits; {@link
 * #close} ends all waits at once.
 *
 * <p>Concurrency is bounded for each client, since one connector's long scan must not starve
 * another's writes. The rate is bounded for the site, which counts the requests of all clients.
 */
final class Throttle implements AutoCloseable {

  /** Thrown by everything that waits once the gate is closed, or its thread is interrupted. */
  static final class ClosedException extends Exception {

    private static final long serialVersionUID = 1L;

    ClosedException() {
      super("The client was closed");
    }
  }

  /** A turn may come sooner than it was to be, when the rate recovers or others leave. */
  private static final long LONGEST_SLEEP = Duration.ofSeconds(1).toNanos();

  private final SharedRateLimiter limiter;
  private final Turns.Client self = new Turns.Client();
  private final int perMinute;
  private final Semaphore slots;
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * @param siteAndUser clients that give the same share a rate limiter
   * @param perMinute the limit that this client is configured with; 0 for none
   */
  Throttle(String siteAndUser, int perMinute, int maxInFlight) {
    this.limiter = SharedRateLimiter.join(siteAndUser, perMinute);
    this.perMinute = perMinute;
    this.slots = new Semaphore(maxInFlight, true);
  }

  /** Waits until one more request may go. Each is followed by one {@link #exit}. */
  void enter() throws ClosedException {
    try {
      slots.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedException();
    }
    Turns.Turn turn = limiter.line(self);
    try {
      for (long wait = limiter.left(turn); wait > 0; wait = limiter.left(turn)) {
        sleep(Duration.ofNanos(Math.min(wait, LONGEST_SLEEP)));
      }
      sleep(Duration.ZERO);
    } catch (ClosedException e) {
      limiter.leave(turn);
      slots.release();
      throw e;
    }
  }

  /** The client writes, so that it takes turns with those that only read. */
  void writes() {
    self.writes();
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

  /** Lets no client of the site and user send a request for so long. */
  void pause(Duration time) {
    limiter.pause(time);
  }

  /** The requests per minute that all clients of the site and user may send now. */
  double perMinute() {
    return limiter.perMinute();
  }

  /** Halves the request rate of all clients of the site and user for now. */
  void slowDown() {
    limiter.slowDown();
  }

  /**
   * Requests that wait for a slot get one from the calls that end now, and find the gate closed.
   */
  @Override
  public synchronized void close() {
    if (closed.getCount() > 0) {
      closed.countDown();
      limiter.leave(perMinute);
    }
  }
}
