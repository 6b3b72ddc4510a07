package io.psastream.connectwise.source;

import io.psastream.connectwise.source.PassSource.Then;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Schedule;
import io.psastream.connectwise.source.signal.SignalInbox;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Decides of which pass of a query the next batch is, and when. Passes take turns, one batch at a
 * time, each by its own schedule: a window goes first, but between two of its batches each other
 * pass that is due has one, so that none waits for the end of another. Pure; times are {@code
 * System.nanoTime} values.
 */
final class PassScheduler {

  private final Map<PassKind, PassTimer> timers = new EnumMap<>(PassKind.class);
  private final Predicate<PassKind> ready;

  /** The passes that have begun, and go on when it is their turn. */
  private final Set<PassKind> open = EnumSet.noneOf(PassKind.class);

  /** The passes that had a batch, the one that had the latest at the end. */
  private final Set<PassKind> served = new LinkedHashSet<>();

  private Optional<PassKind> running = Optional.empty();
  private boolean paused;

  /**
   * @param schedules the schedule of each kind of pass that the query makes
   * @param interrupted the passes that a stop has interrupted; they go on at once
   * @param ready whether a pass of a kind can begin now
   * @param clock the wall clock, for schedules with times of the day
   * @param best gives the best time for a window within half a second of one
   */
  PassScheduler(
      Map<PassKind, Schedule> schedules,
      Set<PassKind> interrupted,
      Predicate<PassKind> ready,
      InstantSource clock,
      LongUnaryOperator best,
      long now) {
    schedules.forEach(
        (kind, each) -> {
          LongUnaryOperator bestOfKind =
              kind == PassKind.WINDOW ? best : LongUnaryOperator.identity();
          timers.put(kind, new PassTimer(each, clock, bestOfKind, now));
        });
    this.ready = ready;
    open.addAll(interrupted);
    open.retainAll(timers.keySet());
    open.forEach(kind -> timers.get(kind).runNow(now));
  }

  /** Whether a batch is to be fetched now. */
  boolean due(long now) {
    return running.isEmpty() && next(now).isPresent();
  }

  private Optional<PassKind> next(long now) {
    List<PassKind> turns = new ArrayList<>(served);
    boolean afterWindow = turns.indexOf(PassKind.WINDOW) == turns.size() - 1 && !turns.isEmpty();
    return possible()
        .filter(kind -> timers.get(kind).due(now))
        .min(
            Comparator.comparingInt(
                kind ->
                    kind == PassKind.WINDOW && !afterWindow
                        ? Integer.MIN_VALUE
                        : turns.indexOf(kind)));
  }

  private Stream<PassKind> possible() {
    if (paused) {
      return Stream.empty();
    }
    return timers.keySet().stream().filter(kind -> open.contains(kind) || ready.test(kind));
  }

  /** Nanoseconds until a pass may be due; {@code Long.MAX_VALUE} while a batch is fetched. */
  long untilDue(long now) {
    if (running.isPresent()) {
      return Long.MAX_VALUE;
    }
    return untilDue(possible(), now);
  }

  /** Nanoseconds until a pass may be due that is not the one whose batch is fetched. */
  long untilOtherDue(long now) {
    return untilDue(possible().filter(kind -> running.filter(kind::equals).isEmpty()), now);
  }

  private long untilDue(Stream<PassKind> kinds, long now) {
    return kinds
        .mapToLong(kind -> Math.max(0, timers.get(kind).next() - now))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Begins or continues the pass whose turn it is, for one batch. */
  PassKind start(long now) {
    PassKind kind = next(now).orElseThrow();
    if (open.add(kind)) {
      timers.get(kind).start(now);
    }
    served.remove(kind);
    served.add(kind);
    running = Optional.of(kind);
    return kind;
  }

  /** The batch has come, and the pass goes on at its next turn. */
  void rest(long now) {
    end().runNow(now);
  }

  /** The pass is over; the next one of its kind runs at once, or as scheduled. */
  void finish(long now, Then then) {
    open.remove(running.orElseThrow());
    PassTimer timer = end();
    if (then == Then.AGAIN) {
      timer.runNow(now);
    } else {
      timer.finish(now, then == Then.SCHEDULED);
    }
  }

  /** The batch could not be had, and the pass continues after a delay; others do not wait. */
  void delay(long now, Duration delay) {
    end().delay(now, delay);
  }

  /** The pass is put off until its next scheduled run; a sweep is dropped and then starts anew. */
  void skip(long now) {
    if (!running.orElseThrow().resumable()) {
      open.remove(running.get());
    }
    PassTimer timer = end();
    timer.start(now);
    timer.reschedule(now);
  }

  /** Nothing more begins or goes on, until it is to. */
  void pause(boolean still) {
    paused = still;
  }

  /** What signals ask of the query becomes due. */
  void signalled(SignalInbox inbox, Duration safetyLag, long now) {
    pause(inbox.paused());
    if (!open.contains(PassKind.WINDOW)) {
      PassTimer windows = timers.get(PassKind.WINDOW);
      inbox.wakeAt(windows.secondOver(now, safetyLag)).ifPresent(windows::ask);
    }
    for (PassKind kind : inbox.asked()) {
      if (!open.contains(kind)) {
        PassTimer timer = timers.get(kind);
        timer.ask(Math.max(now, timer.rested()));
        inbox.begun(kind);
      }
    }
    if (inbox.busy() && !open.contains(PassKind.SIGNAL)) {
      timers.get(PassKind.SIGNAL).ask(now);
    }
    timers.get(PassKind.SIGNAL).hold(inbox.pace().readyAt());
  }

  private PassTimer end() {
    PassTimer timer = timers.get(running.orElseThrow());
    running = Optional.empty();
    return timer;
  }
}
