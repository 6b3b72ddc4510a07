package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The server's time on a clock that the test moves. */
class ServerClockTest {

  private static final Instant DATE = Instant.parse("2025-01-01T00:00:00Z");

  private final ServerClock clock = new ServerClock();

  @Test
  void isUnknownBeforeTheFirstAnswer() {
    assertThat(clock.at(5)).isEmpty();
  }

  @Test
  void goesOnFromTheNewestDate() {
    clock.observe(DATE.minusSeconds(100), 1_000);
    clock.observe(DATE, 2_000);

    assertThat(clock.at(2_000)).contains(DATE);
    assertThat(clock.at(2_000 + 1_500_000_000L)).contains(DATE.plusMillis(1_500));
  }

  @Test
  void neverGoesBackForAReadingThatWasTakenBefore() {
    clock.observe(DATE, 2_000);

    assertThat(clock.at(1_000)).contains(DATE);
  }
}
