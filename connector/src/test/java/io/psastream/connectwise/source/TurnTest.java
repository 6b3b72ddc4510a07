package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TurnTest {

  private static final long SECOND = 1_000_000_000L;

  private final Turn turn = new Turn(Duration.ofSeconds(60), 0);

  @Test
  void isDueAtOnceAndNotWhileItRuns() {
    assertThat(turn.due(0)).isTrue();

    turn.start(0);

    assertThat(turn.due(100 * SECOND)).isFalse();
    assertThat(turn.untilDue(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void comesAgainAnIntervalAfterItsStart() {
    turn.start(0);
    turn.finish(10 * SECOND, false);

    assertThat(turn.due(59 * SECOND)).isFalse();
    assertThat(turn.untilDue(59 * SECOND)).isEqualTo(SECOND);
    assertThat(turn.due(60 * SECOND)).isTrue();
  }

  @Test
  void followsAtOnceWhenARunTookLongerThanTheInterval() {
    turn.start(0);
    turn.finish(75 * SECOND, false);

    assertThat(turn.due(75 * SECOND)).isTrue();
  }

  @Test
  void aDelayedRunKeepsTheStartOfItsFirstTry() {
    turn.start(0);
    turn.delay(5 * SECOND, Duration.ofSeconds(30));
    assertThat(turn.due(34 * SECOND)).isFalse();
    assertThat(turn.due(35 * SECOND)).isTrue();

    turn.start(35 * SECOND);
    turn.finish(40 * SECOND, false);

    assertThat(turn.due(60 * SECOND)).isTrue();
  }

  @Test
  void followsAtOnceWhenAskedTo() {
    turn.start(0);
    turn.finish(SECOND, true);

    assertThat(turn.due(SECOND)).isTrue();
  }

  @Test
  void aSkippedRunGoesOnAnIntervalLater() {
    turn.start(0);
    turn.skip(SECOND);

    assertThat(turn.due(60 * SECOND)).isFalse();
    assertThat(turn.due(61 * SECOND)).isTrue();
  }
}
