package io.psastream.connectwise.source;

import io.psastream.connectwise.source.WindowScan.Opening;
import io.psastream.connectwise.source.offset.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Where the window after one begins: at the newest {@code lastUpdated} that was read, but not after
 * the end of the window, and not after what the clock behind the data is known to have shown when
 * the window was opened. A wrong {@code Date} header costs requests that way and no change.
 */
final class Anchor {

  /**
   * A second so far before the end of the window is over, whatever the clocks say. Younger ones are
   * over when {@link DataClock} proves it.
   */
  private static final Duration SURELY_OVER = Duration.ofDays(1);

  private final Window window;
  private final Opening opening;
  private final DataClock clock;

  /** What is remembered reaches back from here, so that no later window may begin before it. */
  private final Optional<Instant> floor;

  private Optional<Instant> seen;

  private Anchor(
      Window window,
      Opening opening,
      DataClock clock,
      Optional<Instant> floor,
      Optional<Instant> seen) {
    this.window = window;
    this.opening = opening;
    this.clock = clock;
    this.floor = floor;
    this.seen = seen;
  }

  /**
   * Of a window that goes on.
   *
   * @param seen the newest {@code lastUpdated} before that a window may begin at
   */
  static Anchor of(Window window, Opening opening, Optional<Instant> seen) {
    return new Anchor(window, opening, new DataClock(), seen.or(window::from), seen);
  }

  /** That of the next window. */
  Anchor of(Window next, Opening now) {
    return new Anchor(next, now, clock, next.from(), seen);
  }

  /** The next window. */
  Window next(Instant to) {
    return seen.isEmpty() && window.first()
        ? window.again(to)
        : Window.between(time().orElseThrow(), to);
  }

  /** The local time at which the window was opened. */
  Instant opened() {
    return opening.time();
  }

  /** The time where the next window begins; empty while there is none to begin at. */
  Optional<Instant> time() {
    return seen.isEmpty() ? window.from() : ofSeen();
  }

  /** The same; empty while nothing was seen. */
  Optional<Instant> ofSeen() {
    return seen.map(
        newest -> {
          Instant at = earlier(newest, window.to());
          Instant second =
              clock
                  .at(opening.nanos())
                  .map(least -> earlier(at, least))
                  .orElse(at)
                  .truncatedTo(ChronoUnit.SECONDS);
          return floor.filter(second::isBefore).orElse(second);
        });
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  /**
   * An item with this {@code lastUpdated} was read. What lies ahead of the server's clock says
   * nothing of it.
   *
   * @param safetyLag how far the window's end is behind that clock
   */
  void observe(Instant at, Duration safetyLag, long nanos) {
    if (!at.isAfter(window.to().plus(safetyLag).plusSeconds(1))) {
      clock.observe(at, nanos);
    }
    if (!at.isAfter(window.to()) && seen.filter(newest -> !at.isAfter(newest)).isEmpty()) {
      seen = Optional.of(at);
    }
  }

  /** Whether no more can be written with this timestamp. */
  boolean over(Instant second, long nanos) {
    return second.isBefore(window.to().minus(SURELY_OVER))
        || clock.at(nanos).filter(at -> !at.isBefore(second.plusSeconds(1))).isPresent();
  }
}
