package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pace of requests, on a clock that the test moves. */
class RateLimiterTest {

  private static final long SECOND = 1_000_000_000L;

  /** A monotonic clock may read anything, also near its wrap-around. */
  private long now = Long.MAX_VALUE - 5 * SECOND;

  private final RateLimiter limiter = new RateLimiter(now);

  private void pass(Duration time) {
    now += time.toNanos();
  }

  /** How many of so many requests may go within a time, each sent when it may. */
  private int sent(Duration within, int most) {
    int sent = 0;
    long end = now + within.toNanos();
    while (sent < most) {
      long wait = limiter.left(now);
      if (now + wait - end > 0) {
        break;
      }
      now += wait;
      limiter.take(now);
      sent++;
    }
    now = end;
    return sent;
  }

  @Test
  void withoutALimitNothingWaits() {
    limiter.limit(0);

    assertThat(sent(Duration.ofMillis(1), 10_000)).isEqualTo(10_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 600, 1_000})
  void keepsTheLimitOfAMinuteAfterASmallBurst(int limit) {
    limiter.limit(limit);

    int burst = sent(Duration.ZERO, 10_000);
    int minute = sent(Duration.ofMinutes(1), 10_000);

    assertThat(burst).isEqualTo(limit / 30);
    assertThat(minute).isCloseTo(limit, within(1));
  }

  @Test
  void aLimitBelowTheBurstStillLetsOneGoAtOnce() {
    limiter.limit(6);

    assertThat(limiter.left(now)).isZero();
    limiter.take(now);
    assertThat(Duration.ofNanos(limiter.left(now))).isEqualTo(Duration.ofSeconds(10));
    pass(Duration.ofSeconds(10));
    limiter.take(now);
    assertThat(Duration.ofNanos(limiter.left(now))).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void idleTimeIsNotSavedUp() {
    limiter.limit(600);
    pass(Duration.ofHours(1));

    assertThat(sent(Duration.ZERO, 10_000)).isEqualTo(20);
  }

  @Test
  void aPauseHoldsEverythingAndTheLongestCounts() {
    limiter.pause(now, Duration.ofSeconds(30));
    limiter.pause(now, Duration.ofSeconds(5));

    assertThat(Duration.ofNanos(limiter.left(now))).isEqualTo(Duration.ofSeconds(30));
    pass(Duration.ofSeconds(29));
    assertThat(Duration.ofNanos(limiter.paused(now))).isEqualTo(Duration.ofSeconds(1));
    pass(Duration.ofSeconds(2));
    assertThat(limiter.left(now)).isZero();
  }

  @Test
  void halvesOnceForRequestsThatWereUnderWayTogether() {
    limiter.limit(800);
    limiter.slowDown(now);
    pass(Duration.ofSeconds(1));
    limiter.slowDown(now);

    assertThat(limiter.perMinute(now)).isEqualTo(400);
    pass(Duration.ofSeconds(20));
    limiter.slowDown(now);
    assertThat(limiter.perMinute(now)).isEqualTo(200);
  }

  @Test
  void recoversATenthOfTheLimitEachHalfMinute() {
    limiter.limit(1_000);
    limiter.slowDown(now);

    pass(Duration.ofSeconds(29));
    assertThat(limiter.perMinute(now)).isEqualTo(500);
    pass(Duration.ofSeconds(2));
    assertThat(limiter.perMinute(now)).isCloseTo(600, within(1e-6));
    pass(Duration.ofMinutes(5));
    assertThat(limiter.perMinute(now)).isEqualTo(1_000);
  }

  @Test
  void neverSlowsToAStandstill() {
    limiter.limit(640);
    for (int i = 0; i < 20; i++) {
      limiter.slowDown(now);
      pass(Duration.ofSeconds(11));
    }

    assertThat(limiter.perMinute(now)).isEqualTo(20);
  }

  @Test
  void withoutALimitItSlowsFromTheVendorsAndThenForgets() {
    limiter.limit(0);
    limiter.slowDown(now);

    assertThat(limiter.perMinute(now)).isEqualTo(500);
    pass(Duration.ofMinutes(3));
    assertThat(limiter.perMinute(now)).isInfinite();
  }
}
