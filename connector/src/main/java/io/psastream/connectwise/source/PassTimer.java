package io.psastream.connectwise.source;

import io.psastream.connectwise.source.config.Schedule;
import java.time.Duration;
import java.time.InstantSource;

/** When it is a pass's turn. Computes only; times are {@code System.nanoTime} values. */
final class PassTimer {

  private final Schedule schedule;
  private final InstantSource clock;
  private long startedAt;
  private long next;

  /** The wall clock is for schedules that name times of the day. */
  PassTimer(Schedule schedule, InstantSource clock, long now) {
    this.schedule = schedule;
    this.clock = clock;
    this.startedAt = now;
    this.next = now + schedule.untilFirst(clock.instant()).toNanos();
  }

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

  /** It is its turn at once. */
  void hurry(long now) {
    next = now;
  }

  /** The pass is over. */
  void finish(long now) {
    Duration sinceStart = Duration.ofNanos(now - startedAt);
    next = now + schedule.untilNext(sinceStart, clock.instant()).toNanos();
  }

  /** The pass goes on later. */
  void delay(long now, Duration delay) {
    next = now + delay.toNanos();
  }
}
