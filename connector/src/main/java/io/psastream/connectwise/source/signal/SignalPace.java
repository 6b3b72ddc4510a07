package io.psastream.connectwise.source.signal;

/**
 * The requests that signals may cause besides windows: a steady rate, of which a few may come at
 * once. Pure; times are {@code System.nanoTime} values. Used by several threads.
 */
public final class SignalPace {

  /** The site's own limit less some room, where the connector has none. */
  private static final int USUAL = 900;

  /** So many requests may come at once. */
  private static final int BURST = 5;

  private static final double MINUTE = 60e9;

  private final long nanosEach;
  private long paidUntil;

  /**
   * A tenth of the rate limit.
   *
   * @param requestsPerMinute the rate limit of the connector; 0 for none
   * @param share the part of it that is this task's
   */
  public SignalPace(int requestsPerMinute, double share, long now) {
    int limit = requestsPerMinute == 0 ? USUAL : requestsPerMinute;
    this.nanosEach = (long) (MINUTE / (limit / 10.0 * share));
    this.paidUntil = now - BURST * nanosEach;
  }

  /** When the next request may be sent. */
  public synchronized long readyAt() {
    return paidUntil + nanosEach;
  }

  /** Whether a request may be sent now; counts it if so. */
  public synchronized boolean take(long now) {
    if (readyAt() - now > 0) {
      return false;
    }
    spend(now);
    return true;
  }

  /** A request is sent whatever it costs; later ones wait for it. */
  public synchronized void spend(long now) {
    long earliest = now - BURST * nanosEach;
    paidUntil = (paidUntil - earliest < 0 ? earliest : paidUntil) + nanosEach;
  }
}
