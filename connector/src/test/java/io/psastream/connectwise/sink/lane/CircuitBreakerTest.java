package io.psastream.connectwise.sink.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.ClientSettings.Retry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

  private final AtomicLong now = new AtomicLong();
  private final CircuitBreaker breaker =
      new CircuitBreaker(
          new Retry(3, Duration.ofMillis(100), Duration.ofMillis(350)), now::get, () -> 1.0);

  @Test
  void doublesTheWaitUpToItsBound() {
    assertThat(fail()).contains(Duration.ofMillis(100));
    assertThat(fail()).contains(Duration.ofMillis(200));
    assertThat(fail()).contains(Duration.ofMillis(350));
    assertThat(breaker.attempts()).isEqualTo(3);
  }

  @Test
  void waitsAtLeastAsLongAsTheSiteAsks() {
    assertThat(breaker.failed(0, Optional.of(Duration.ofSeconds(30))))
        .contains(Duration.ofMillis(30_100));
  }

  @Test
  void countsCallsThatFailTogetherOnce() {
    long since = breaker.openings();

    assertThat(breaker.failed(since, Optional.empty())).isPresent();
    assertThat(breaker.failed(since, Optional.empty())).isEmpty();
    assertThat(breaker.attempts()).isEqualTo(1);
  }

  @Test
  void holdsUntilTheWaitIsOver() {
    fail();

    assertThat(breaker.nanosLeft()).isPositive();
    now.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(breaker.nanosLeft()).isZero();
  }

  @Test
  void letsOneCallThroughUntilTheSiteAnswers() {
    fail();
    assertThat(breaker.limit(8)).isEqualTo(1);

    breaker.answered();
    assertThat(breaker.limit(8)).isEqualTo(8);
    assertThat(breaker.nanosLeft()).isZero();
    assertThat(fail()).contains(Duration.ofMillis(100));
  }

  @Test
  void survivesAnEndlessOutage() {
    for (int i = 0; i < 200; i++) {
      assertThat(fail().orElseThrow()).isLessThanOrEqualTo(Duration.ofMillis(350));
    }
  }

  private Optional<Duration> fail() {
    return breaker.failed(breaker.openings(), Optional.empty());
  }
}
