package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's time on a clock that the test moves. */
class ServerClockTest {

  private static final Instant DATE = Instant.parse("2025-01-01T00:00:00Z");

  private static final long MS = 1_000_000;

  private final ServerClock clock = new ServerClock();

  @Test
  void isUnknownBeforeTheFirstAnswer() {
    assertThat(clock.at(5)).isEmpty();
  }

  @Test
  void goesOnFromTheBestDateSinceEachIsCutToSeconds() {
    clock.observe(DATE, 100 * MS);
    clock.observe(DATE, 700 * MS);
    clock.observe(DATE.plusSeconds(1), 1_050 * MS);

    assertThat(clock.at(1_050 * MS)).contains(DATE.plusSeconds(1));
    assertThat(clock.at(2_550 * MS)).contains(DATE.plusMillis(2_500));
    clock.observe(DATE.plusSeconds(3), 3_900 * MS);
    assertThat(clock.at(3_900 * MS)).as("a late answer").contains(DATE.plusMillis(3_850));
  }

  @ParameterizedTest
  @ValueSource(longs = {-300, 300, 2_500_000_000L})
  void doesNotBelieveOneThatIsFarFromTheOthers(long seconds) {
    for (long second = 0; second < 5; second++) {
      clock.observe(DATE.plusSeconds(second), second * 1_000L * MS);
    }
    clock.observe(DATE.plusSeconds(5 + seconds), 5_000 * MS);

    assertThat(clock.at(5_000 * MS)).contains(DATE.plusSeconds(5));
  }

  @Test
  void followsAClockThatIsSetBackForGood() {
    clock.observe(DATE, 0);
    for (long second = 1; second < 10; second++) {
      clock.observe(DATE.plusSeconds(second - 300L), second * 1_000L * MS);
    }

    assertThat(clock.at(9_000 * MS)).contains(DATE.plusSeconds(9 - 300));
  }

  @Test
  void neverGoesBackForAReadingThatWasTakenBefore() {
    clock.observe(DATE, 2_000);

    assertThat(clock.at(1_000)).contains(DATE);
  }
}
