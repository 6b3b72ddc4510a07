package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the clients of one site and user share of their rate. */
class SharedRateLimiterTest {

  private final String site = "https://example.com key" + System.nanoTime();

  /** The rate that the reserved times show; no reservation is waited for. */
  private static void assertRate(SharedRateLimiter limiter, int perMinute) {
    int requests = 1_000;
    for (int burst = 0; burst < 100; burst++) {
      limiter.reserve();
    }
    long first = limiter.reserve();
    for (int i = 1; i < requests; i++) {
      limiter.reserve();
    }
    long span = limiter.reserve() - first;

    assertThat(requests * 60e9 / span).isCloseTo(perMinute, within(perMinute / 10.0));
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

    assertThat(Duration.ofNanos(other.reserve())).isGreaterThan(Duration.ofMinutes(50));
    assertThat(elsewhere.reserve()).isZero();
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
