package io.psastream.connectwise.client;

import io.psastream.connectwise.client.Turns.Client;
import io.psastream.connectwise.client.Turns.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@link RateLimiter} of one site and user, which all clients of this worker that call the site
 * as that user share. The lowest limit of the clients that are open applies, and a pause or a
 * slow-down that one client reports applies to all (P1); they take {@link Turns}. Safe for use by
 * several threads.
 */
final class SharedRateLimiter {

  /**
   * The limiters in use, by site and user. This is the only static state: Kafka Connect gives the
   * tasks of one worker nothing else in common, and the site counts their requests together. An
   * entry exists from the first {@link #join} to the last {@link #leave}.
   */
  private static final Map<String, SharedRateLimiter> IN_USE = new HashMap<>();

  private final String siteAndUser;
  private final RateLimiter limiter = new RateLimiter(System.nanoTime());
  private final Turns turns = new Turns(limiter);
  private final List<Integer> limits = new ArrayList<>();

  private SharedRateLimiter(String siteAndUser) {
    this.siteAndUser = siteAndUser;
  }

  /**
   * The limiter of a site and user, for one more client. Each call is followed by one {@link
   * #leave} with the same limit.
   *
   * @param perMinute the limit that this client is configured with; 0 for none
   */
  static SharedRateLimiter join(String siteAndUser, int perMinute) {
    synchronized (IN_USE) {
      SharedRateLimiter shared = IN_USE.computeIfAbsent(siteAndUser, SharedRateLimiter::new);
      shared.add(perMinute);
      return shared;
    }
  }

  /** Removes a client; the last one's leaving forgets the limiter. */
  void leave(int perMinute) {
    synchronized (IN_USE) {
      if (remove(perMinute)) {
        IN_USE.remove(siteAndUser);
      }
    }
  }

  private synchronized void add(int perMinute) {
    limits.add(perMinute);
    applyLowest();
  }

  /** Whether none is left. */
  private synchronized boolean remove(int perMinute) {
    limits.remove((Integer) perMinute);
    applyLowest();
    return limits.isEmpty();
  }

  private void applyLowest() {
    limiter.limit(limits.stream().mapToInt(it -> it).filter(it -> it > 0).min().orElse(0));
  }

  /** Lets one more request of a client wait. */
  synchronized Turn line(Client client) {
    return turns.join(client);
  }

  /** Takes back a request that waits no longer. */
  synchronized void leave(Turn turn) {
    turns.leave(turn);
  }

  /** How many nanoseconds a request waits before it is to ask again; 0 when it may go. */
  synchronized long left(Turn turn) {
    return turns.left(turn, System.nanoTime());
  }

  /** Lets no request go for so long. */
  synchronized void pause(Duration time) {
    limiter.pause(System.nanoTime(), time);
  }

  /** The requests per minute now; infinite for no limit. */
  synchronized double perMinute() {
    return limiter.perMinute(System.nanoTime());
  }

  /** Halves the rate for now. */
  synchronized void slowDown() {
    limiter.slowDown(System.nanoTime());
  }
}
