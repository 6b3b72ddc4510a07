package io.psastream.connectwise.sink.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.ClientSettings.Retry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutageTest {

  private final AtomicLong now = new AtomicLong();
  private final Outage outage =
      new Outage(new Retry(3, Duration.ofMillis(100), Duration.ofMillis(350)), now::get, () -> 1.0);

  @Test
  void doublesTheWaitUpToItsBound() {
    assertThat(fail()).contains(Duration.ofMillis(100));
    assertThat(fail()).contains(Duration.ofMillis(200));
    assertThat(fail()).contains(Duration.ofMillis(350));
    assertThat(outage.attempts()).isEqualTo(3);
  }

  @Test
  void waitsAtLeastAsLongAsTheSiteAsks() {
    assertThat(outage.failed(0, Optional.of(Duration.ofSeconds(30))))
        .contains(Duration.ofMillis(30_100));
  }

  @Test
  void countsCallsThatFailTogetherOnce() {
    long since = outage.holds();

    assertThat(outage.failed(since, Optional.empty())).isPresent();
    assertThat(outage.failed(since, Optional.empty())).isEmpty();
    assertThat(outage.attempts()).isEqualTo(1);
  }

  @Test
  void holdsUntilTheWaitIsOver() {
    fail();

    assertThat(outage.nanosLeft()).isPositive();
    now.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(outage.nanosLeft()).isZero();
  }

  @Test
  void letsOneCallThroughUntilTheSiteAnswers() {
    fail();
    assertThat(outage.limit(8)).isEqualTo(1);

    outage.answered();
    assertThat(outage.limit(8)).isEqualTo(8);
    assertThat(outage.nanosLeft()).isZero();
    assertThat(fail()).contains(Duration.ofMillis(100));
  }

  @Test
  void survivesAnEndlessOutage() {
    for (int i = 0; i < 200; i++) {
      assertThat(fail().orElseThrow()).isLessThanOrEqualTo(Duration.ofMillis(350));
    }
  }

  private Optional<Duration> fail() {
    return outage.failed(outage.holds(), Optional.empty());
  }
}
