package io.psastream.connectwise.source;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of the clock behind {@code lastUpdated}, which need not be that of the {@code Date}
 * headers: an item that was last updated at a time proves that the clock had come to it when the
 * item was read, and so how far it must have come since. Pure.
 */
final class DataClock {

  private static final long NANOS_PER_MS = 1_000_000;

  /** How far it is at least ahead of the monotonic clock, in milliseconds. */
  private Optional<Long> ahead = Optional.empty();

  /** An item with this {@code lastUpdated} was read at this monotonic time. */
  void observe(Instant lastUpdated, long nanos) {
    long seen = lastUpdated.toEpochMilli() - nanos / NANOS_PER_MS;
    if (ahead.isEmpty() || seen > ahead.get()) {
      ahead = Optional.of(seen);
    }
  }

  /** The time that it showed at least at a monotonic time; empty while nothing is known. */
  Optional<Instant> at(long nanos) {
    return ahead.map(it -> Instant.ofEpochMilli(it + nanos / NANOS_PER_MS));
  }
}
