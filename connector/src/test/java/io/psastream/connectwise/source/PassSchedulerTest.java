package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PassSchedulerTest {

  private static final long SECOND = 1_000_000_000L;
  private static final Schedule AT_ONCE = new Schedule.Every(Duration.ofSeconds(60));
  private static final Schedule LATER = new Schedule.After(Duration.ofSeconds(60));
  private static final Map<PassKind, Schedule> ALL_AT_ONCE =
      Map.of(PassKind.WINDOW, AT_ONCE, PassKind.REFRESH, AT_ONCE, PassKind.SWEEP, AT_ONCE);

  private final Set<PassKind> ready = EnumSet.allOf(PassKind.class);

  @Test
  void windowsGoBeforeRefreshesAndRefreshesBeforeSweeps() {
    PassScheduler scheduler = scheduler(ALL_AT_ONCE);

    assertThat(scheduler.start(0)).isEqualTo(PassKind.WINDOW);
    scheduler.finish(0, false);
    assertThat(scheduler.start(0)).isEqualTo(PassKind.REFRESH);
    scheduler.finish(0, false);
    assertThat(scheduler.start(0)).isEqualTo(PassKind.SWEEP);
    scheduler.finish(0, false);

    assertThat(scheduler.due(0)).isFalse();
    assertThat(scheduler.due(60 * SECOND)).isTrue();
  }

  @Test
  void onePassRunsAtATime() {
    PassScheduler scheduler = scheduler(ALL_AT_ONCE);
    assertThat(scheduler.idle()).isTrue();

    scheduler.start(0);

    assertThat(scheduler.idle()).isFalse();
    assertThat(scheduler.due(1_000 * SECOND)).isFalse();
    assertThat(scheduler.untilDue(1_000 * SECOND)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aPassThatIsNotReadyIsNeitherDueNorWaitedFor() {
    ready.remove(PassKind.REFRESH);
    ready.remove(PassKind.SWEEP);
    PassScheduler scheduler = scheduler(ALL_AT_ONCE);
    scheduler.start(0);

    scheduler.finish(20 * SECOND, false);

    assertThat(scheduler.due(20 * SECOND)).isFalse();
    assertThat(scheduler.untilDue(20 * SECOND)).isEqualTo(40 * SECOND);
    ready.add(PassKind.SWEEP);
    assertThat(scheduler.untilDue(20 * SECOND)).isZero();
    assertThat(scheduler.start(20 * SECOND)).isEqualTo(PassKind.SWEEP);
  }

  @Test
  void nothingIsWaitedForWhereNothingIsReady() {
    ready.clear();

    assertThat(scheduler(ALL_AT_ONCE).untilDue(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void thePassThatAStopHasInterruptedGoesFirstAndAtOnce() {
    PassScheduler scheduler =
        scheduler(
            Map.of(PassKind.WINDOW, AT_ONCE, PassKind.REFRESH, LATER),
            Optional.of(PassKind.REFRESH));

    assertThat(scheduler.idle()).isFalse();
    assertThat(scheduler.untilDue(0)).isZero();
    assertThat(scheduler.start(0)).isEqualTo(PassKind.REFRESH);
    scheduler.finish(0, false);
    assertThat(scheduler.start(0)).isEqualTo(PassKind.WINDOW);
  }

  @Test
  void anInterruptedPassThatIsConfiguredNoMoreIsForgotten() {
    PassScheduler scheduler =
        scheduler(Map.of(PassKind.WINDOW, LATER), Optional.of(PassKind.REFRESH));

    assertThat(scheduler.idle()).isTrue();
    assertThat(scheduler.due(0)).isFalse();
    assertThat(scheduler.start(60 * SECOND)).isEqualTo(PassKind.WINDOW);
  }

  @Test
  void aDelayedPassContinuesBeforeAnyOtherStarts() {
    PassScheduler scheduler = scheduler(ALL_AT_ONCE);
    scheduler.start(0);

    scheduler.delay(5 * SECOND, Duration.ofSeconds(30));

    assertThat(scheduler.idle()).isFalse();
    assertThat(scheduler.due(34 * SECOND)).as("a refresh is due, but waits").isFalse();
    assertThat(scheduler.untilDue(10 * SECOND)).isEqualTo(25 * SECOND);
    assertThat(scheduler.start(35 * SECOND)).isEqualTo(PassKind.WINDOW);
  }

  @Test
  void aDelayDoesNotShiftTheSchedule() {
    PassScheduler scheduler = scheduler(Map.of(PassKind.WINDOW, AT_ONCE));
    scheduler.start(0);
    scheduler.delay(5 * SECOND, Duration.ofSeconds(30));
    scheduler.start(35 * SECOND);

    scheduler.finish(40 * SECOND, false);

    assertThat(scheduler.untilDue(40 * SECOND)).isEqualTo(20 * SECOND);
  }

  @Test
  void aSkippedWindowContinuesAtItsNextScheduledRunBeforeAnyOther() {
    PassScheduler scheduler = scheduler(ALL_AT_ONCE);
    scheduler.start(0);

    scheduler.skip(10 * SECOND);

    assertThat(scheduler.idle()).isFalse();
    assertThat(scheduler.due(69 * SECOND)).as("a refresh is due, but waits").isFalse();
    assertThat(scheduler.start(70 * SECOND)).isEqualTo(PassKind.WINDOW);
  }

  @Test
  void aSkippedSweepLetsOthersStart() {
    PassScheduler scheduler =
        scheduler(
            Map.of(PassKind.WINDOW, LATER, PassKind.SWEEP, AT_ONCE), Optional.of(PassKind.SWEEP));
    assertThat(scheduler.start(0)).isEqualTo(PassKind.SWEEP);

    scheduler.skip(10 * SECOND);

    assertThat(scheduler.idle()).isTrue();
    assertThat(scheduler.start(60 * SECOND)).isEqualTo(PassKind.WINDOW);
    scheduler.finish(60 * SECOND, false);
    assertThat(scheduler.due(69 * SECOND)).isFalse();
    assertThat(scheduler.start(70 * SECOND)).isEqualTo(PassKind.SWEEP);
  }

  @Test
  void afterACompletedWindowTheNextCanBeDueAtOnce() {
    PassScheduler scheduler = scheduler(Map.of(PassKind.WINDOW, AT_ONCE));
    scheduler.start(0);

    scheduler.finish(SECOND, true);

    assertThat(scheduler.untilDue(SECOND)).isZero();
    assertThat(scheduler.start(SECOND)).isEqualTo(PassKind.WINDOW);
  }

  private PassScheduler scheduler(Map<PassKind, Schedule> schedules) {
    return scheduler(schedules, Optional.empty());
  }

  private PassScheduler scheduler(
      Map<PassKind, Schedule> schedules, Optional<PassKind> interrupted) {
    return new PassScheduler(
        schedules, interrupted, ready::contains, InstantSource.fixed(Instant.EPOCH), 0);
  }
}
