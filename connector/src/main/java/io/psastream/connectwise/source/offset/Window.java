package io.psastream.connectwise.source.offset;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A range of {@code lastUpdated} in whole seconds of the server's clock, fixed before its first
 * page is read. The first window of a query begins where the query is to start; without a start it
 * is the snapshot, which also includes items that were never updated.
 *
 * @param from the lower bound, exclusive
 * @param to the upper bound, inclusive
 * @param first whether it is the first window of its query, which has no overlap before it
 */
public record Window(Optional<Instant> from, Instant to, boolean first) {

  /** All items, whenever they were updated. */
  public static final Window EVERYTHING = new Window(Optional.empty(), Instant.MAX, true);

  /** Before everything that was ever updated. */
  private static final Instant ANCIENT = Instant.parse("1900-01-01T00:00:00Z");

  /** The first window of a query; the snapshot where there is no start. */
  public static Window first(Optional<Instant> start, Instant to) {
    return new Window(start, to, true);
  }

  /** A window that is not the first; it ends where it begins at the earliest. */
  public static Window between(Instant from, Instant to) {
    return new Window(Optional.of(from), to.isBefore(from) ? from : to, false);
  }

  /** The window after a first one in which nothing was dated: all that is, once more. */
  public Window again(Instant nextTo) {
    return between(from.orElse(ANCIENT), nextTo);
  }

  /** Where reading begins: the overlap before the window, for changes that became visible late. */
  public Optional<Instant> readFrom(Duration overlap) {
    return first ? from : from.map(start -> start.minus(overlap));
  }
}
