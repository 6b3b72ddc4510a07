package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.source.config.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class PassTimerTest {

  private static final long SECOND = 1_000_000_000L;
  private static final Instant NOON = Instant.parse("2026-03-07T12:00:00Z");

  private final PassTimer timer = timer(new Schedule.Every(Duration.ofSeconds(60)));

  @Test
  void isDueAtOnce() {
    assertThat(timer.due(0)).isTrue();
  }

  @Test
  void comesAgainAnIntervalAfterItsStart() {
    timer.start(0);
    timer.finish(10 * SECOND, true);

    assertThat(timer.due(59 * SECOND)).isFalse();
    assertThat(timer.next()).isEqualTo(60 * SECOND);
    assertThat(timer.due(60 * SECOND)).isTrue();
  }

  @Test
  void followsAtOnceWhenARunTookLongerThanTheInterval() {
    timer.start(0);
    timer.finish(75 * SECOND, true);

    assertThat(timer.due(75 * SECOND)).isTrue();
  }

  @Test
  void aDelayedRunKeepsTheStartOfItsFirstTry() {
    timer.start(0);
    timer.delay(5 * SECOND, Duration.ofSeconds(30));
    assertThat(timer.due(34 * SECOND)).isFalse();
    assertThat(timer.due(35 * SECOND)).isTrue();

    timer.finish(40 * SECOND, true);

    assertThat(timer.due(60 * SECOND)).isTrue();
  }

  /** By half with each, whatever the two intervals are, and back at once. */
  @Test
  void theIntervalGrowsWhileRunsFindNothing() {
    Random random = new Random(7);
    for (int trial = 0; trial < 200; trial++) {
      long shortest = 1_000L + random.nextInt(10_000);
      long idle = shortest + random.nextInt(600_000);
      PassTimer adaptive =
          timer(new Schedule.Every(Duration.ofMillis(shortest), Duration.ofMillis(idle)));
      double expected = (double) shortest;
      for (int run = 0; run < 200; run++) {
        boolean found = random.nextInt(20) == 0;
        expected = found ? (double) shortest : Math.min((double) idle, expected * 1.5);
        long start = adaptive.next();
        adaptive.start(start);
        adaptive.finish(start, found);

        double waits = (adaptive.next() - start) / 1e6;
        assertThat(waits).isBetween(expected - 1, expected + 1);
      }
    }
  }

  @Test
  void aScheduleAfterTheStartWaitsForItsFirstRunToo() {
    PassTimer later = timer(new Schedule.After(Duration.ofSeconds(60)));

    assertThat(later.due(59 * SECOND)).isFalse();
    assertThat(later.due(60 * SECOND)).isTrue();
  }

  @Test
  void aCronScheduleNamesTimesOfTheDayInItsZone() {
    PassTimer nightly = timer(Schedule.Cron.parse("30 8 * * *", ZoneId.of("America/New_York")));

    assertThat(nightly.next()).as("13:30 UTC").isEqualTo(90 * 60 * SECOND);
  }

  @Test
  void aCronScheduleFollowsDaylightSavingTime() {
    Schedule.Cron nightly = Schedule.Cron.parse("30 8 * * *", ZoneId.of("America/New_York"));
    Instant afterTheRun = Instant.parse("2026-03-07T13:30:00Z");

    assertThat(nightly.untilNext(Duration.ZERO, afterTheRun, 0))
        .as("the clocks go forward on 8 March")
        .isEqualTo(Duration.ofHours(23));
  }

  @Test
  void aCronExpressionWithSixFieldsBeginsWithSeconds() {
    PassTimer often = timer(Schedule.Cron.parse("*/10 * * * * ?", ZoneOffset.UTC));

    assertThat(often.next()).isEqualTo(10 * SECOND);
  }

  /** A change can be read once its second is over; the run that reads it follows at once. */
  @Test
  void aRunEachSecondComesWhenASecondOfTheServerIsOver() {
    Random random = new Random(5);
    for (int i = 0; i < 1_000; i++) {
      Instant server = NOON.plusMillis(random.nextInt(1_000));
      PassTimer each =
          new PassTimer(
              new Schedule.Every(Duration.ofSeconds(1)),
              InstantSource.fixed(NOON),
              time -> PassTimer.atTurnOfSecond(time, server, 0),
              0);
      long before = 0;
      for (int run = 0; run < 5; run++) {
        long start = each.next();
        each.start(start);
        each.finish(start + random.nextInt(400) * 1_000_000L, true);
        before = start;
      }

      assertThat(each.next() - before).isEqualTo(SECOND);
      assertThat(server.plusNanos(each.next()).toEpochMilli() % 1_000).isEqualTo(20);
    }
  }

  /** Also at the very turn of a second: a window that begins too early brings nothing. */
  @Test
  void whatHasChangedByNowCanBeReadWhenItsSecondIsOverAndNoLater() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      Instant server = NOON.plusMillis(i % 2 == 0 ? i % 50 : random.nextInt(1_000));
      Duration lag = Duration.ofMillis(List.of(1_000, 1_300, 2_500).get(random.nextInt(3)));
      PassTimer windows =
          new PassTimer(
              new Schedule.Every(Duration.ofHours(1)),
              InstantSource.fixed(NOON),
              time -> PassTimer.atTurnOfSecond(time, server, 0),
              0);

      Instant readable = server.plusNanos(windows.secondOver(0, lag));

      Instant second = server.truncatedTo(ChronoUnit.SECONDS);
      assertThat(readable.minus(lag)).isBetween(second, second.plusMillis(20));
    }
  }

  /** So that a query which is always late does not wait, nor one that runs more often. */
  @Test
  void aRunThatIsDueWithinHalfASecondIsNotMoved() {
    PassTimer often =
        new PassTimer(
            new Schedule.Every(Duration.ofMillis(100)),
            InstantSource.fixed(NOON),
            time -> PassTimer.atTurnOfSecond(time, NOON.plusMillis(700), 0),
            0);
    often.start(0);
    often.finish(30_000_000, true);

    assertThat(often.next()).isEqualTo(100_000_000);
  }

  private static PassTimer timer(Schedule schedule) {
    return new PassTimer(schedule, InstantSource.fixed(NOON), LongUnaryOperator.identity(), 0);
  }
}
