package io.psastream.connectwise.sink.lane;

import io.psastream.connectwise.client.ClientSettings.Retry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Opens when the site is found unavailable or busy, and pauses all lanes, because what is away is
 * the site. The pause doubles with each attempt that fails (full jitter); after it a single call
 * probes the site, and an answer closes the breaker. Pure: it says how long to wait and waits for
 * nothing. Not safe for several threads.
 */
public final class CircuitBreaker {

  private static final int DOUBLINGS = 30;

  private final Retry retry;
  private final LongSupplier nanos;
  private final DoubleSupplier random;
  private int attempts;
  private long openings;
  private long until;

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   * @param random numbers in [0, 1)
   */
  public CircuitBreaker(Retry retry, LongSupplier nanos, DoubleSupplier random) {
    this.retry = retry;
    this.nanos = nanos;
    this.random = random;
  }

  /** How often it has opened: a call remembers it from its start to its failure. */
  long openings() {
    return openings;
  }

  /** How often in a row the site was found unavailable. */
  int attempts() {
    return attempts;
  }

  /**
   * Counts a failure; gives the pause when it opens the breaker (again).
   *
   * @param since what {@link #openings} was when the call began: the failure of a call from before
   *     the last opening says nothing new
   * @param atLeast the site's Retry-After
   */
  Optional<Duration> failed(long since, Optional<Duration> atLeast) {
    if (since < openings) {
      return Optional.empty();
    }
    double bound = retry.backoff().toNanos() * Math.pow(2, Math.min(attempts, DOUBLINGS));
    double capped = Math.min(bound, (double) retry.backoffMax().toNanos());
    Duration backoff = Duration.ofNanos((long) (random.getAsDouble() * capped));
    Duration wait = atLeast.map(backoff::plus).orElse(backoff);
    attempts++;
    openings++;
    until = nanos.getAsLong() + wait.toNanos();
    return Optional.of(wait);
  }

  /** 0 while it is closed, 1 while it is open, 2 while the site is being probed. */
  int state() {
    if (attempts == 0) {
      return 0;
    }
    return nanosLeft() > 0 ? 1 : 2;
  }

  /** Closes the breaker: the site has answered. */
  void answered() {
    attempts = 0;
  }

  /** The time of the clock. */
  long now() {
    return nanos.getAsLong();
  }

  /** What is left of the pause, in nanoseconds; zero or less when there is none. */
  long nanosLeft() {
    return attempts == 0 ? 0 : until - nanos.getAsLong();
  }

  /** How many calls may be under way at once: one while the site is being probed. */
  int limit(int width) {
    return attempts == 0 ? width : 1;
  }
}
