package io.psastream.connectwise.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SimulatedClockTest {

  private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

  private final SimulatedClock clock = new SimulatedClock();

  private void assertRunsFrom(Instant time) {
    assertThat(clock.instant()).isBetween(time, time.plusSeconds(30));
  }

  @Test
  void followsTheSystemUntilToldOtherwiseAndAfterAReset() {
    assertRunsFrom(Instant.now().minusSeconds(1));
    clock.freezeAt(NOON);
    clock.reset();
    assertRunsFrom(Instant.now().minusSeconds(1));
  }

  @Test
  void standsStillWhileFrozen() {
    clock.freezeAt(NOON);
    assertThat(clock.instant()).isEqualTo(NOON);
    clock.advance(Duration.ofSeconds(90));
    assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(90));
    clock.resume();
    assertRunsFrom(NOON.plusSeconds(90));
  }

  @Test
  void runsOnFromWhereItWasSet() {
    clock.set(NOON);
    assertRunsFrom(NOON);
    clock.freeze();
    assertThat(clock.instant()).isEqualTo(clock.instant());
  }

  @Test
  void runsAtADistanceFromTheSystem() {
    clock.skew(Duration.ofHours(-1));
    assertRunsFrom(Instant.now().minus(Duration.ofHours(1)).minusSeconds(1));
  }
}
