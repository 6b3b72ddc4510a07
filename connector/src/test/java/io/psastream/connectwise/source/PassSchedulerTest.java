package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.source.PassSource.Then;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    scheduler.finish(0, Then.SCHEDULED);
    assertThat(scheduler.start(0)).isEqualTo(PassKind.REFRESH);
    scheduler.finish(0, Then.SCHEDULED);
    assertThat(scheduler.start(0)).isEqualTo(PassKind.SWEEP);
    scheduler.finish(0, Then.SCHEDULED);

    assertThat(scheduler.due(0)).isFalse();
    assertThat(scheduler.due(60 * SECOND)).isTrue();
  }

  @Test
  void oneBatchIsFetchedAtATime() {
    PassScheduler scheduler = scheduler(ALL_AT_ONCE);
    scheduler.start(0);

    assertThat(scheduler.due(1_000 * SECOND)).isFalse();
    assertThat(scheduler.untilDue(1_000 * SECOND)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whoReadsOnKnowsWhenAnotherPassIsDue() {
    PassScheduler scheduler =
        scheduler(Map.of(PassKind.WINDOW, AT_ONCE, PassKind.REFRESH, LATER, PassKind.SWEEP, LATER));
    scheduler.start(0);

    assertThat(scheduler.untilOtherDue(10 * SECOND)).isEqualTo(50 * SECOND);
    assertThat(scheduler.untilOtherDue(70 * SECOND)).isZero();
    ready.clear();
    assertThat(scheduler.untilOtherDue(70 * SECOND)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aPassThatIsNotReadyIsNeitherDueNorWaitedFor() {
    ready.remove(PassKind.REFRESH);
    ready.remove(PassKind.SWEEP);
    PassScheduler scheduler = scheduler(ALL_AT_ONCE);
    scheduler.start(0);

    scheduler.finish(20 * SECOND, Then.SCHEDULED);

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
  void thePassesThatAStopHasInterruptedGoOnAtOnceAndTheWindowFirst() {
    ready.clear();
    PassScheduler scheduler =
        scheduler(
            Map.of(PassKind.WINDOW, LATER, PassKind.REFRESH, LATER),
            Set.of(PassKind.REFRESH, PassKind.WINDOW));

    assertThat(scheduler.untilDue(0)).isZero();
    assertThat(scheduler.start(0)).isEqualTo(PassKind.WINDOW);
    scheduler.rest(0);
    assertThat(scheduler.start(0)).isEqualTo(PassKind.REFRESH);
  }

  @Test
  void anInterruptedPassThatIsConfiguredNoMoreIsForgotten() {
    PassScheduler scheduler = scheduler(Map.of(PassKind.WINDOW, LATER), Set.of(PassKind.REFRESH));

    assertThat(scheduler.due(0)).isFalse();
    assertThat(scheduler.start(60 * SECOND)).isEqualTo(PassKind.WINDOW);
  }

  @Test
  void nothingWaitsForADelayedPass() {
    PassScheduler scheduler = scheduler(ALL_AT_ONCE);
    scheduler.start(0);

    scheduler.delay(5 * SECOND, Duration.ofSeconds(30));

    assertThat(scheduler.start(5 * SECOND)).isEqualTo(PassKind.REFRESH);
    scheduler.finish(5 * SECOND, Then.SCHEDULED);
    assertThat(scheduler.start(5 * SECOND)).isEqualTo(PassKind.SWEEP);
    scheduler.finish(5 * SECOND, Then.SCHEDULED);
    assertThat(scheduler.untilDue(10 * SECOND)).isEqualTo(25 * SECOND);
    assertThat(scheduler.start(35 * SECOND)).isEqualTo(PassKind.WINDOW);
  }

  /**
   * However long passes take, whatever fails: a due window waits for one batch, others for two
   * each.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void noPassStarvesAnother(long seed) {
    Random random = new Random(seed);
    PassScheduler scheduler = scheduler(ALL_AT_ONCE);
    Map<PassKind, Integer> waited = new EnumMap<>(PassKind.class);
    long now = 0;
    for (int batch = 0; batch < 2_000; batch++) {
      PassKind kind = scheduler.start(now);
      ALL_AT_ONCE.keySet().forEach(each -> waited.merge(each, 1, Integer::sum));
      int longest = kind == PassKind.WINDOW ? 2 : 4;
      assertThat(waited.put(kind, 0))
          .as("%s in batch %s", kind, batch)
          .isLessThanOrEqualTo(longest);
      // Every batch takes longer than all intervals, so that every pass is always due.
      now += 61 * SECOND;
      switch (random.nextInt(3)) {
        case 0 -> scheduler.finish(now, random.nextBoolean() ? Then.AGAIN : Then.SCHEDULED);
        case 1 -> scheduler.delay(now, Duration.ZERO);
        default -> scheduler.rest(now);
      }
    }
  }

  @Test
  void aDelayDoesNotShiftTheSchedule() {
    PassScheduler scheduler = scheduler(Map.of(PassKind.WINDOW, AT_ONCE));
    scheduler.start(0);
    scheduler.delay(5 * SECOND, Duration.ofSeconds(30));
    scheduler.start(35 * SECOND);

    scheduler.finish(40 * SECOND, Then.SCHEDULED);

    assertThat(scheduler.untilDue(40 * SECOND)).isEqualTo(20 * SECOND);
  }

  @Test
  void aSkippedPassComesAgainAtItsNextScheduledRunAndOthersDoNotWait() {
    PassScheduler scheduler = scheduler(Map.of(PassKind.WINDOW, AT_ONCE, PassKind.SWEEP, LATER));
    scheduler.start(0);

    scheduler.skip(10 * SECOND);

    assertThat(scheduler.due(59 * SECOND)).isFalse();
    assertThat(scheduler.start(60 * SECOND)).isEqualTo(PassKind.SWEEP);
    scheduler.skip(60 * SECOND);
    assertThat(scheduler.start(70 * SECOND)).isEqualTo(PassKind.WINDOW);
  }

  @Test
  void afterACompletedWindowTheNextCanBeDueAtOnce() {
    PassScheduler scheduler = scheduler(Map.of(PassKind.WINDOW, AT_ONCE));
    scheduler.start(0);

    scheduler.finish(SECOND, Then.AGAIN);

    assertThat(scheduler.untilDue(SECOND)).isZero();
    assertThat(scheduler.start(SECOND)).isEqualTo(PassKind.WINDOW);
  }

  private PassScheduler scheduler(Map<PassKind, Schedule> schedules) {
    return scheduler(schedules, Set.of());
  }

  private PassScheduler scheduler(Map<PassKind, Schedule> schedules, Set<PassKind> interrupted) {
    return new PassScheduler(
        schedules,
        interrupted,
        ready::contains,
        InstantSource.fixed(Instant.EPOCH),
        LongUnaryOperator.identity(),
        0);
  }
}
