package io.psastream.connectwise.source;

import io.psastream.connectwise.source.QueryRun.Kind;
import io.psastream.connectwise.source.config.Query;
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
final class Agenda {

  private final Map<Kind, Turn> turns = new EnumMap<>(Kind.class);
  private final Predicate<Kind> ready;
  private Optional<Kind> current;
  private boolean running;

  /**
   * @param run says what a stop has interrupted, which goes first and at once, and what can be
   *     opened
   * @param clock the wall clock, for schedules that name times of the day
   */
  Agenda(QueryRun run, InstantSource clock, long now) {
    Query query = run.query();
    this.ready = run::ready;
    turns.put(Kind.WINDOW, new Turn(query.schedule(), clock, now));
    query.refresh().ifPresent(it -> turns.put(Kind.REFRESH, new Turn(it.schedule(), clock, now)));
    query.deletes().ifPresent(it -> turns.put(Kind.SWEEP, new Turn(it.schedule(), clock, now)));
    this.current = run.interrupted().filter(turns::containsKey);
    current.ifPresent(kind -> turns.get(kind).hurry(now));
  }

  /** Whether a pass is to start or go on. */
  boolean due(long now) {
    return !running && next(now).isPresent();
  }

  private Optional<Kind> next(long now) {
    if (current.isPresent()) {
      return current.filter(kind -> turns.get(kind).due(now));
    }
    return turns.keySet().stream()
        .filter(kind -> turns.get(kind).due(now) && ready.test(kind))
        .findFirst();
  }

  /** Nanoseconds until something may be due; {@code Long.MAX_VALUE} while a pass runs. */
  long untilDue(long now) {
    if (running) {
      return Long.MAX_VALUE;
    }
    return turns.entrySet().stream()
        .filter(
            turn -> current.map(kind -> kind == turn.getKey()).orElse(ready.test(turn.getKey())))
        .mapToLong(turn -> Math.max(0, turn.getValue().next() - now))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Starts what is due, or goes on with it. */
  Kind start(long now) {
    Kind kind = next(now).orElseThrow();
    if (current.isEmpty()) {
      turns.get(kind).start(now);
    }
    current = Optional.of(kind);
    running = true;
    return kind;
  }

  /** The pass is over; its next one is wanted at once, or by schedule. */
  void finish(long now, boolean again) {
    Turn turn = turns.get(current.orElseThrow());
    if (again) {
      turn.hurry(now);
    } else {
      turn.finish(now);
    }
    current = Optional.empty();
    running = false;
  }

  /** The pass goes on later. */
  void delay(long now, Duration delay) {
    turns.get(current.orElseThrow()).delay(now, delay);
    running = false;
  }

  /** The pass was refused; it goes on, or begins anew, when its next one would have started. */
  void skip(long now) {
    Turn turn = turns.get(current.orElseThrow());
    turn.start(now);
    turn.finish(now);
    if (current.get() == Kind.SWEEP) {
      current = Optional.empty();
    }
    running = false;
  }

  /** Whether no pass is under way or waits to go on. */
  boolean idle() {
    return current.isEmpty();
  }
}
