package io.psastream.connectwise.client;

import java.time.Instant;
import java.util.Optional;

/**
 * The server's time: the newest {@code Date} header plus the monotonic time since it was received.
 * The local wall clock is not used, since it may be wrong.
 */
final class ServerClock {

  private record Observation(Instant date, long nanos) {}

  private volatile Observation newest;

  /** Takes the date of an answer, and the monotonic time at which it was received. */
  void observe(Instant date, long nanos) {
    newest = new Observation(date, nanos);
  }

  /** The server's time at a monotonic time; empty before the first answer. */
  Optional<Instant> at(long nanos) {
    Observation last = newest;
    return last == null
        ? Optional.empty()
        : Optional.of(last.date().plusNanos(Math.max(0, nanos - last.nanos())));
  }
}
