package io.psastream.connectwise.client;

import java.time.Duration;

/**
 * Schedules requests: a rate limit with a small burst (GCRA), pauses, and a rate that halves when
 * the server throttles and recovers slowly (P1). Pure: it computes waits from the time it is given,
 * in nanoseconds of any monotonic clock. Not safe for use by several threads.
 */
final class RateLimiter {

  /** The presumed limit of the vendor, from which an unlimited rate is slowed down. */
  private static final double VENDOR_PER_MINUTE = 1_000;

  /** For so long several 429 count as one, since concurrent requests fail together. */
  private static final long SAME_EVENT_NANOS = Duration.ofSeconds(10).toNanos();

  /** The rate recovers by a tenth of the limit in each of these periods. */
  private static final long RECOVERY_NANOS = Duration.ofSeconds(30).toNanos();

  private static final double RECOVERY_STEP = 0.1;
  private static final double SLOWEST = 1.0 / 32;

  /** The burst: as many requests as the rate permits in this time may be sent at once. */
  private static final double BURST_NANOS = 2e9;

  private static final double MINUTE_NANOS = 60e9;

  private int limit;

  /** The fraction of the limit that may be used, from {@link #SLOWEST} to 1. */
  private double share = 1;

  private long slowedAt;

  /** When the next request would be due without a burst: the theoretical arrival time of GCRA. */
  private long due;

  private long pausedUntil;

  RateLimiter(long now) {
    due = now;
    pausedUntil = now;
  }

  /** Sets the requests per minute; 0 for no limit. */
  void limit(int perMinute) {
    limit = perMinute;
  }

  /** How many nanoseconds away the next request's time is. */
  long left(long now) {
    double interval = interval(now);
    double burst = interval == 0 ? 0 : Math.max(0, BURST_NANOS / interval - 1);
    long wait = interval == 0 ? 0 : due - now - Math.round(burst * interval);
    return Math.max(wait, paused(now));
  }

  /** A request goes. */
  void take(long now) {
    due = (due - now > 0 ? due : now) + Math.round(interval(now));
  }

  /** The nanoseconds from one request to the next; 0 for no limit. */
  double interval(long now) {
    double perMinute = perMinute(now);
    return perMinute == Double.POSITIVE_INFINITY ? 0 : MINUTE_NANOS / perMinute;
  }

  /** How many nanoseconds of a pause are left. */
  long paused(long now) {
    return Math.max(0, pausedUntil - now);
  }

  /** Lets no request go for so long; a pause that ends later stays. */
  void pause(long now, Duration pause) {
    if (now + pause.toNanos() - pausedUntil > 0) {
      pausedUntil = now + pause.toNanos();
    }
  }

  /** Halves the rate, since the server throttles. */
  void slowDown(long now) {
    double current = share(now);
    if (current < 1 && now - slowedAt < SAME_EVENT_NANOS) {
      return;
    }
    share = Math.max(SLOWEST, current / 2);
    slowedAt = now;
  }

  /** The requests per minute now; infinite for no limit. */
  double perMinute(long now) {
    double current = share(now);
    if (limit == 0) {
      return current < 1 ? VENDOR_PER_MINUTE * current : Double.POSITIVE_INFINITY;
    }
    return limit * current;
  }

  private double share(long now) {
    long steps = (now - slowedAt) / RECOVERY_NANOS;
    return share == 1 ? 1 : Math.min(1, share + steps * RECOVERY_STEP);
  }
}
