package io.psastream.connectwise.client;

import java.time.Instant;
import java.util.Optional;

/**
 * The server's time: the newest {@code Date} header and the monotonic time since it came. The local
 * wall clock, which may be wrong, has no part in it.
 */
final class ServerClock {

  private record Observation(Instant date, long nanos) {}

  private volatile Observation newest;

  /** Takes the date of an answer that came at this reading of the monotonic clock. */
  void observe(Instant date, long nanos) {
    newest = new Observation(date, nanos);
  }

  /** The server's time at this reading of the monotonic clock; empty before the first answer. */
  Optional<Instant> at(long nanos) {
    Observation last = newest;
    return last == null
        ? Optional.empty()
        : Optional.of(last.date().plusNanos(Math.max(0, nanos - last.nanos())));
  }
}
