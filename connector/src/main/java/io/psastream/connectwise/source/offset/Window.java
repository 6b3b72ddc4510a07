package io.psastream.connectwise.source.offset;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A stretch of {@code lastUpdated}, after {@code from} and up to {@code to}, in whole seconds of
 * the server's clock, frozen before its first page. The first one of a query reaches back to where
 * the query is to start, or is the snapshot: without {@code from} it also holds what was never
 * updated.
 *
 * @param first whether nothing came before it, so that nothing before it can have come late
 */
public record Window(Optional<Instant> from, Instant to, boolean first) {

  /** Everything there is, whenever it was updated. */
  public static final Window EVERYTHING = new Window(Optional.empty(), Instant.MAX, true);

  /** The first window of a query; without a start it is the snapshot. */
  public static Window first(Optional<Instant> start, Instant to) {
    return new Window(start, to, true);
  }

  static Window between(Instant from, Instant to) {
    return new Window(Optional.of(from), to, false);
  }

  /** The window after this one. */
  public Window next(Instant nextTo) {
    return between(to, nextTo);
  }

  /** Where reading begins: so much before the window, for changes that became visible late. */
  public Optional<Instant> readFrom(Duration overlap) {
    return first ? from : from.map(start -> start.minus(overlap));
  }
}
