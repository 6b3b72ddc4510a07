package io.psastream.connectwise.source;

import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Schedule;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides which pass of a query runs next, and when: windows before full refreshes before sweeps,
 * one at a time, each by its own schedule. Pure; times are {@code System.nanoTime} values.
 */
final class PassScheduler {

  private final Map<PassKind, PassTimer> timers = new EnumMap<>(PassKind.class);
  private final Predicate<PassKind> ready;

  /** The pass that runs, or that is delayed or skipped and continues later. */
  private Optional<PassKind> current;

  private boolean running;

  /**
   * @param schedules the schedule of each kind of pass that the query makes
   * @param interrupted the pass that a stop has interrupted; it runs first and at once
   * @param ready whether a pass of a kind can start now
   * @param clock the wall clock, for schedules with times of the day
   */
  PassScheduler(
      Map<PassKind, Schedule> schedules,
      Optional<PassKind> interrupted,
      Predicate<PassKind> ready,
      InstantSource clock,
      long now) {
    schedules.forEach((kind, each) -> timers.put(kind, new PassTimer(each, clock, now)));
    this.ready = ready;
    this.current = interrupted.filter(timers::containsKey);
    current.ifPresent(kind -> timers.get(kind).runNow(now));
  }

  /** Whether a pass is to start or to continue now. */
  boolean due(long now) {
    return !running && next(now).isPresent();
  }

  private Optional<PassKind> next(long now) {
    if (current.isPresent()) {
      return current.filter(kind -> timers.get(kind).due(now));
    }
    return timers.keySet().stream()
        .filter(kind -> timers.get(kind).due(now) && ready.test(kind))
        .findFirst();
  }

  /** Nanoseconds until a pass may be due; {@code Long.MAX_VALUE} while one runs. */
  long untilDue(long now) {
    if (running) {
      return Long.MAX_VALUE;
    }
    return timers.entrySet().stream()
        .filter(
            timer -> current.map(kind -> kind == timer.getKey()).orElse(ready.test(timer.getKey())))
        .mapToLong(timer -> Math.max(0, timer.getValue().next() - now))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Starts or continues the pass that is due. */
  PassKind start(long now) {
    PassKind kind = next(now).orElseThrow();
    if (current.isEmpty()) {
      timers.get(kind).start(now);
    }
    current = Optional.of(kind);
    running = true;
    return kind;
  }

  /** The pass is over; the next one of its kind runs at once, or as scheduled. */
  void finish(long now, boolean again) {
    PassTimer timer = timers.get(current.orElseThrow());
    if (again) {
      timer.runNow(now);
    } else {
      timer.finish(now);
    }
    current = Optional.empty();
    running = false;
  }

  /** The pass failed and continues after a delay. */
  void delay(long now, Duration delay) {
    timers.get(current.orElseThrow()).delay(now, delay);
    running = false;
  }

  /** The pass is put off until its next scheduled run; a sweep is dropped and then starts anew. */
  void skip(long now) {
    PassTimer timer = timers.get(current.orElseThrow());
    timer.start(now);
    timer.finish(now);
    if (current.get() == PassKind.SWEEP) {
      current = Optional.empty();
    }
    running = false;
  }

  /** Whether no pass is running or waits to continue. */
  boolean idle() {
    return current.isEmpty();
  }
}
