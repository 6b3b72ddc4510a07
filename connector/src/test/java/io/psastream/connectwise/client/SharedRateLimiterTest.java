package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the clients of one site and user share of their rate. */
class SharedRateLimiterTest {

  private final String site = "https://example.com key" + System.nanoTime();

  /** The rate that the waits show; nothing is waited for. */
  private static void assertRate(SharedRateLimiter limiter, int perMinute) {
    int requests = 1_000;
    Turns.Client client = new Turns.Client();
    List<Turns.Turn> turns = new ArrayList<>();
    for (int i = 0; i < 100 + requests; i++) {
      turns.add(limiter.line(client));
    }
    long first = limiter.left(turns.get(99));
    long span = limiter.left(turns.get(99 + requests)) - first;
    turns.forEach(limiter::leave);

    assertThat(requests * 60e9 / span).isCloseTo(perMinute, within(perMinute / 10.0));
  }

  private static Duration wait(SharedRateLimiter limiter) {
    Turns.Turn turn = limiter.line(new Turns.Client());
    long left = limiter.left(turn);
    limiter.leave(turn);
    return Duration.ofNanos(left);
  }

  @Test
  void theLowestLimitOfTheOpenClientsApplies() {
    SharedRateLimiter fast = SharedRateLimiter.join(site, 1_000);
    SharedRateLimiter unlimited = SharedRateLimiter.join(site, 0);
    SharedRateLimiter slow = SharedRateLimiter.join(site, 100);

    assertRate(fast, 100);
    assertRate(unlimited, 100);
    slow.leave(100);
    assertRate(fast, 1_000);
  }

  @Test
  void slowingDownIsSharedByTheClientsOfOneSiteAndUserOnly() {
    SharedRateLimiter one = SharedRateLimiter.join(site, 1_000);
    SharedRateLimiter other = SharedRateLimiter.join(site, 1_000);
    SharedRateLimiter elsewhere = SharedRateLimiter.join(site + "2", 1_000);

    one.slowDown();

    assertRate(other, 500);
    assertRate(elsewhere, 1_000);
  }

  @Test
  void aPauseIsSharedByTheClientsOfOneSiteAndUserOnly() {
    SharedRateLimiter one = SharedRateLimiter.join(site, 0);
    SharedRateLimiter other = SharedRateLimiter.join(site, 0);
    SharedRateLimiter elsewhere = SharedRateLimiter.join(site + "2", 0);

    one.pause(Duration.ofHours(1));

    assertThat(wait(other)).isGreaterThan(Duration.ofMinutes(50));
    assertThat(wait(elsewhere)).isZero();
  }

  @Test
  void isForgottenWhenItsLastClientLeaves() {
    SharedRateLimiter one = SharedRateLimiter.join(site, 1_000);
    one.slowDown();
    SharedRateLimiter.join(site, 1_000).leave(1_000);
    assertRate(SharedRateLimiter.join(site, 1_000), 500);
    one.leave(1_000);
    one.leave(1_000);

    assertRate(SharedRateLimiter.join(site, 1_000), 1_000);
  }
}
