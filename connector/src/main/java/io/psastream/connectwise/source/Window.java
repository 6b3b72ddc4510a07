package io.psastream.connectwise.source;

import java.time.Instant;
import java.util.Optional;

/**
 * A stretch of {@code lastUpdated}, after {@code from} and up to {@code to}, in whole seconds of
 * the server's clock, frozen before its first page. Without {@code from} it is the snapshot, which
 * also holds what was never updated.
 */
record Window(Optional<Instant> from, Instant to) {

  /** Everything there is, whenever it was updated. */
  static final Window EVERYTHING = new Window(Optional.empty(), Instant.MAX);

  /** The window after this one. */
  Window next(Instant nextTo) {
    return new Window(Optional.of(to), nextTo);
  }
}
