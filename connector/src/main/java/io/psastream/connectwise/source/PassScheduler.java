package io.psastream.connectwise.source;

import io.psastream.connectwise.source.config.Passes.PassKind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which pass of a query is next, and when: one at a time, each by its own schedule, in the order of
 * {@link PassKind} where several are due. Computes only; times are {@code System.nanoTime} values.
 */
final class PassScheduler {

  private final Map<PassKind, PassTimer> timers = new EnumMap<>(PassKind.class);
  private final Predicate<PassKind> ready;
  private Optional<PassKind> current;
  private boolean running;

  /**
   * @param run says what a stop has interrupted, which goes first and at once, and what can be
   *     opened
   * @param clock the wall clock, for schedules that name times of the day
   */
  PassScheduler(QueryRun run, InstantSource clock, long now) {
    this.ready = run::ready;
    run.query()
        .passes()
        .schedules()
        .forEach((kind, schedule) -> timers.put(kind, new PassTimer(schedule, clock, now)));
    this.current = run.interrupted().filter(timers::containsKey);
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
    if (!current.get().resumable()) {
      current = Optional.empty();
    }
    running = false;
  }

  /** Whether no pass is under way or waits to go on. */
  boolean idle() {
    return current.isEmpty();
  }
}
