package io.psastream.connectwise.client;

import java.time.Duration;

/**
 * When the next request may go: a rate with a small burst, pauses, and a rate that halves when the
 * server says so and recovers slowly (P1). Pure: it computes waits from the time it is given, in
 * nanoseconds of any monotonic clock. Not safe for use by several threads.
 */
final class RateLimiter {

  /** Where the vendor's own limit is thought to be; slowing down from no limit begins there. */
  private static final double VENDOR_PER_MINUTE = 1_000;

  /** How long several 429 count as one, since requests under way together fail together. */
  private static final long SAME_EVENT_NANOS = Duration.ofSeconds(10).toNanos();

  /** A tenth of the limit is won back in each of these without a 429. */
  private static final long RECOVERY_NANOS = Duration.ofSeconds(30).toNanos();

  private static final double RECOVERY_STEP = 0.1;
  private static final double SLOWEST = 1.0 / 32;

  /** Seconds' worth of requests that may go at once. */
  private static final double BURST_SECONDS = 2;

  private static final double MINUTE_NANOS = 60e9;

  private int limit;

  /** The part of the limit that is in use, from {@link #SLOWEST} to 1. */
  private double share = 1;

  private long slowedAt;

  /** When the next request would go if there were no burst (a virtual schedule, GCRA). */
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

  /** Takes the next place in the schedule and says how many nanoseconds away it is. */
  long reserve(long now) {
    double perMinute = perMinute(now);
    long wait = 0;
    if (perMinute == Double.POSITIVE_INFINITY) {
      due = now;
    } else {
      double interval = MINUTE_NANOS / perMinute;
      double burst = Math.max(0, BURST_SECONDS * perMinute / 60 - 1);
      due = due - now > 0 ? due : now;
      wait = Math.max(0, due - now - Math.round(burst * interval));
      due += Math.round(interval);
    }
    return Math.max(wait, paused(now));
  }

  /** How many nanoseconds are left of a pause. */
  long paused(long now) {
    return Math.max(0, pausedUntil - now);
  }

  /** Lets nothing go for so long; a longer pause that is under way stays. */
  void pause(long now, Duration pause) {
    if (now + pause.toNanos() - pausedUntil > 0) {
      pausedUntil = now + pause.toNanos();
    }
  }

  /** The server says that requests come too fast. */
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
