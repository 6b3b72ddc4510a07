package io.psastream.connectwise.sink.lane;

import io.psastream.connectwise.client.ClientSettings.Retry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * How long the lanes hold after the site was found away or busy. Pure: it tells the time to wait
 * and waits for nothing. Not safe for several threads.
 *
 * <p>The hold is one for all lanes, because what is away is the site: the wait doubles with every
 * attempt that finds it so (full jitter), and after it a single call is let through until one is
 * answered.
 */
public final class CircuitBreaker {

  private static final int DOUBLINGS = 30;

  private final Retry retry;
  private final LongSupplier nanos;
  private final DoubleSupplier random;
  private int attempts;
  private long holds;
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

  /** How many holds there have been: a call remembers it from its start to its failure. */
  long holds() {
    return holds;
  }

  /** How often in a row the site was found away. */
  int attempts() {
    return attempts;
  }

  /**
   * Notes a failure; gives the wait when it begins a new hold.
   *
   * @param since what {@link #holds} was when the call began: a call from before the last hold
   *     found nothing new
   * @param atLeast what the site asked for
   */
  Optional<Duration> failed(long since, Optional<Duration> atLeast) {
    if (since < holds) {
      return Optional.empty();
    }
    double bound = retry.backoff().toNanos() * Math.pow(2, Math.min(attempts, DOUBLINGS));
    double capped = Math.min(bound, (double) retry.backoffMax().toNanos());
    Duration backoff = Duration.ofNanos((long) (random.getAsDouble() * capped));
    Duration wait = atLeast.map(backoff::plus).orElse(backoff);
    attempts++;
    holds++;
    until = nanos.getAsLong() + wait.toNanos();
    return Optional.of(wait);
  }

  /** Notes that the site answered. */
  void answered() {
    attempts = 0;
  }

  /** The time of the clock. */
  long now() {
    return nanos.getAsLong();
  }

  /** How much of the hold is left; zero or less when there is none. */
  long nanosLeft() {
    return attempts == 0 ? 0 : until - nanos.getAsLong();
  }

  /** How many calls may be under way at once. */
  int limit(int width) {
    return attempts == 0 ? width : 1;
  }
}
