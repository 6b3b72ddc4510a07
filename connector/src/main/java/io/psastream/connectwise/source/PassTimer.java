package io.psastream.connectwise.source;

import io.psastream.connectwise.source.config.Schedule;
import java.time.Duration;
import java.time.InstantSource;

/** When the next pass of one kind is due. Pure; times are {@code System.nanoTime} values. */
final class PassTimer {

  private final Schedule schedule;
  private final InstantSource clock;
  private long startedAt;
  private long next;

  /**
   * @param clock the wall clock, for schedules with times of the day
   */
  PassTimer(Schedule schedule, InstantSource clock, long now) {
    this.schedule = schedule;
    this.clock = clock;
    this.startedAt = now;
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

  /** The pass is over; the next one is due as scheduled. */
  void finish(long now) {
    Duration sinceStart = Duration.ofNanos(now - startedAt);
    next = now + schedule.untilNext(sinceStart, clock.instant()).toNanos();
  }

  /** The pass continues after a delay. */
  void delay(long now, Duration delay) {
    next = now + delay.toNanos();
  }
}
