package io.psastream.connectwise.source;

import io.psastream.connectwise.source.config.Schedule;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which pass of a query is next, and when: windows before full refreshes before sweeps, one at a
 * time, each by its own schedule. Computes only; times are {@code System.nanoTime} values.
 */
final class PassScheduler {

  private final Map<PassKind, PassTimer> timers = new EnumMap<>(PassKind.class);
  private final Predicate<PassKind> ready;
  private Optional<PassKind> current;
  private boolean running;

  /**
   * @param schedules when each kind of pass runs, of those that the query makes
   * @param interrupted what a stop has interrupted, which goes first and at once
   * @param ready whether a pass of a kind can be opened now
   * @param clock the wall clock, for schedules that name times of the day
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
    current.ifPresent(kind -> timers.get(kind).hurry(now));
  }

  /** Whether a pass is to start or go on. */
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

  /** Nanoseconds until something may be due; {@code Long.MAX_VALUE} while a pass runs. */
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

  /** Starts what is due, or goes on with it. */
  PassKind start(long now) {
    PassKind kind = next(now).orElseThrow();
    if (current.isEmpty()) {
      timers.get(kind).start(now);
    }
    current = Optional.of(kind);
    running = true;
    return kind;
  }

  /** The pass is over; its next one is wanted at once, or by schedule. */
  void finish(long now, boolean again) {
    PassTimer timer = timers.get(current.orElseThrow());
    if (again) {
      timer.hurry(now);
    } else {
      timer.finish(now);
    }
    current = Optional.empty();
    running = false;
  }

  /** The pass goes on later. */
  void delay(long now, Duration delay) {
    timers.get(current.orElseThrow()).delay(now, delay);
    running = false;
  }

  /** The pass was refused; it goes on, or begins anew, when its next one would have started. */
  void skip(long now) {
    PassTimer timer = timers.get(current.orElseThrow());
    timer.start(now);
    timer.finish(now);
    if (current.get() == PassKind.SWEEP) {
      current = Optional.empty();
    }
    running = false;
  }

  /** Whether no pass is under way or waits to go on. */
  boolean idle() {
    return current.isEmpty();
  }
}
