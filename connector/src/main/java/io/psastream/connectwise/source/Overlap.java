package io.psastream.connectwise.source;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far before a window reading begins, for changes that became visible after their own
 * timestamp. What was read is read again a few times, at growing distances, and the last time when
 * nothing can come late any more: a bulk change costs a few times its pages, however short the
 * interval is. Not changed, and pure; times in nanoseconds are those of the monotonic clock.
 */
final class Overlap {

  /** What is read again after how much of the overlap, as divisors of it. */
  private static final List<Integer> STEPS = List.of(16, 4, 1);

  private static final int LAST = STEPS.size() - 1;

  private final Duration length;

  /** So many items are read again at the first distance, too: no more than a page. */
  private final int few;

  /** One for each distance; the last one is reached when nothing can come late any more. */
  private final List<Step> steps;

  /**
   * A window that is complete.
   *
   * @param after it has read what was updated after this time
   * @param begin what was updated up to here had been read before
   * @param upTo what was updated up to here has been read, and the clock behind the data had come
   *     to it at {@code nanos}
   * @param nanos when it was opened, or later
   * @param to its end by the server's clock
   * @param items how many it has sent
   */
  record ReadWindow(
      Instant after, Instant begin, Instant upTo, long nanos, Instant to, long items) {}

  /**
   * What waits to be read again.
   *
   * @param upTo the end of what was read when it began to wait
   * @param items how many were sent since
   */
  private record Waiting(Instant upTo, long nanos, Instant to, long items) {

    private static Waiting of(ReadWindow window) {
      return new Waiting(window.upTo(), window.nanos(), window.to(), window.items());
    }

    private Waiting and(ReadWindow window) {
      return new Waiting(upTo, nanos, to, items + window.items());
    }

    private Waiting lookedAt(Instant windowEnd) {
      return new Waiting(upTo, nanos, windowEnd, items);
    }

    private boolean aged(Duration distance, long now) {
      return now - nanos >= distance.toNanos();
    }

    /**
     * Also by the server's clock, which goes on while this machine sleeps, and needs some more
     * because it may be wrong.
     */
    private boolean due(Duration distance, long now, Instant windowEnd) {
      return aged(distance, now)
          || Duration.between(to, windowEnd).compareTo(distance.multipliedBy(5).dividedBy(4)) >= 0;
    }
  }

  /**
   * @param done what was updated up to here is not read again at this distance
   */
  private record Step(Instant done, Optional<Waiting> waiting) {}

  private Overlap(Duration length, int few, List<Step> steps) {
    this.length = length;
    this.few = few;
    this.steps = List.copyOf(steps);
  }

  /**
   * Of a query that begins or goes on.
   *
   * @param length {@code overlap.ms}
   * @param few the items of a page
   * @param closed what was updated up to here is never read again
   */
  static Overlap of(Duration length, int few, Instant closed) {
    Step step = new Step(closed, Optional.empty());
    return new Overlap(length, few, STEPS.stream().map(each -> step).toList());
  }

  Duration length() {
    return length;
  }

  /** What was updated up to here is never read again. */
  Instant closed() {
    return steps.get(LAST).done();
  }

  /**
   * Where a window begins to read.
   *
   * @param begin what was updated up to here was read before
   * @param to its end
   */
  Instant after(Instant begin, long nanos, Instant to) {
    int due = due(nanos, to);
    return due >= 0 && steps.get(due).done().isBefore(begin) ? steps.get(due).done() : begin;
  }

  /** The last step that is due; -1 if none is. */
  private int due(long nanos, Instant to) {
    for (int i = LAST; i >= 0; i--) {
      Optional<Waiting> waiting = steps.get(i).waiting();
      Duration distance = length.dividedBy(STEPS.get(i));
      if (waiting.filter(it -> it.due(distance, nanos, to)).isPresent()
          && (i > 0 || waiting.get().items() <= few)) {
        return i;
      }
    }
    return -1;
  }

  /** What there is to read again after a window. */
  Overlap with(ReadWindow window) {
    int due = due(window.nanos(), window.to());
    Step last = last(window, due == LAST);
    List<Step> next = new ArrayList<>();
    for (int i = 0; i < LAST; i++) {
      Step step = steps.get(i);
      next.add(
          i <= due
              ? step(later(window.begin(), last.done()), Optional.empty(), window)
              : step(later(step.done(), last.done()), step.waiting(), window));
    }
    next.add(last);
    return new Overlap(length, few, next);
  }

  /**
   * Nothing comes late any more up to where the clock behind the data was this long ago, when a
   * window was opened that read everything since the last time.
   */
  private Step last(ReadWindow window, boolean looked) {
    Instant closed = closed();
    Optional<Waiting> waiting = steps.get(LAST).waiting();
    if (!window.after().isAfter(closed)) {
      Optional<Waiting> old = waiting.filter(it -> it.aged(length, window.nanos()));
      closed =
          later(later(closed, window.upTo().minus(length)), old.map(Waiting::upTo).orElse(closed));
      waiting = old.isPresent() ? Optional.empty() : waiting;
    }
    return step(closed, waiting.map(it -> looked ? it.lookedAt(window.to()) : it), window);
  }

  private static Step step(Instant done, Optional<Waiting> waiting, ReadWindow window) {
    return new Step(
        done,
        waiting
            .filter(it -> it.upTo().isAfter(done))
            .map(it -> it.and(window))
            .or(() -> Optional.of(Waiting.of(window)).filter(it -> it.upTo().isAfter(done))));
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
