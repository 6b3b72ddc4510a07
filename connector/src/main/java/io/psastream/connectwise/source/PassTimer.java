package io.psastream.connectwise.source;

import io.psastream.connectwise.source.config.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongUnaryOperator;

/** When the next pass of one kind is due. Pure; times are {@code System.nanoTime} values. */
final class PassTimer {

  /** What the server's time may be late, since it is known by answers that were on their way. */
  private static final long MARGIN_MS = 20;

  /** How many times as long as it took is waited after a pass before it can be asked for. */
  private static final int REST = 9;

  private static final long HALF_SECOND = 500_000_000;

  private final Schedule schedule;
  private final InstantSource clock;
  private final LongUnaryOperator best;
  private long startedAt;
  private long endedAt;
  private long next;
  private int emptyRuns;

  /**
   * @param clock the wall clock, for schedules with times of the day
   * @param best gives the best time within half a second of one
   */
  PassTimer(Schedule schedule, InstantSource clock, LongUnaryOperator best, long now) {
    this.schedule = schedule;
    this.clock = clock;
    this.best = best;
    this.startedAt = now;
    this.endedAt = now;
    this.next = now + schedule.untilFirst(clock.instant()).toNanos();
  }

  /** When the next pass is due. */
  long next() {
    return next;
  }

  boolean due(long now) {
    return next - now <= 0;
  }

  /** A pass starts. */
  void start(long now) {
    startedAt = now;
  }

  /** The next pass is due at once. */
  void runNow(long now) {
    next = now;
  }

  /**
   * The pass is over; the next one is due as scheduled.
   *
   * @param found whether it had anything to send
   */
  void finish(long now, boolean found) {
    endedAt = now;
    emptyRuns = found ? 0 : emptyRuns + 1;
    reschedule(now);
  }

  /** The next pass is due as scheduled, and nothing is known of this one. */
  void reschedule(long now) {
    Duration sinceStart = Duration.ofNanos(now - startedAt);
    long wait = schedule.untilNext(sinceStart, clock.instant(), emptyRuns).toNanos();
    next = wait < HALF_SECOND ? now + wait : best.applyAsLong(now + wait);
  }

  /**
   * The time next to another, half a second away at most, at which a whole second of the server has
   * just passed: what changed in that second can be read from then on, and waits no longer.
   *
   * @param server the server's time at {@code now}
   */
  static long atTurnOfSecond(long time, Instant server, long now) {
    long millis = server.plusNanos(time - now).toEpochMilli() - MARGIN_MS;
    return time - (Math.floorMod(millis + 500, 1_000) - 500) * 1_000_000L;
  }

  /** The next pass is due at a time at the latest. */
  void ask(long at) {
    next = next - at > 0 ? at : next;
  }

  /** The next batch is not due before a time. */
  void hold(long until) {
    next = next - until < 0 ? until : next;
  }

  /** When a pass may be asked for, so that those that are take a tenth of the time at most. */
  long rested() {
    return endedAt + REST * (endedAt - startedAt);
  }

  /** When what has changed by now can be read: the lag after its second has begun. */
  long secondOver(long now, Duration safetyLag) {
    long margin = Duration.ofMillis(MARGIN_MS).toNanos();
    return best.applyAsLong(now + margin - HALF_SECOND) + safetyLag.toNanos();
  }

  /** The pass continues after a delay. */
  void delay(long now, Duration delay) {
    next = now + delay.toNanos();
  }
}
