package io.psastream.connectwise.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's time by the {@code Date} headers of its answers and the monotonic time since. Each
 * header is a lower bound, since it is cut to seconds and on its way for a while: the highest of
 * the last minutes is the best of them. One that is far from most others (a proxy, or a server of
 * another tier) is not believed. The local wall clock is not used, since it may be wrong.
 */
final class ServerClock {

  private static final Logger LOG = LoggerFactory.getLogger(ServerClock.class);
  private static final Duration KEPT = Duration.ofMinutes(5);
  private static final int MOST = 128;

  /** More than a second and a slow answer can make. */
  private static final long TOLERANCE_MS = 3_000;

  private static final long NANOS_PER_MS = 1_000_000;

  private final Deque<Observation> observations = new ArrayDeque<>();
  private boolean warned;

  /**
   * A header.
   *
   * @param ahead how far it is ahead of the monotonic clock, in milliseconds
   */
  private record Observation(long ahead, long nanos) {}

  /** Takes the date of an answer, and the monotonic time at which it was received. */
  synchronized void observe(Instant date, long nanos) {
    if (observations.size() == MOST) {
      observations.removeFirst();
    }
    observations.addLast(new Observation(date.toEpochMilli() - nanos / NANOS_PER_MS, nanos));
  }

  /** The server's time at a monotonic time, at least; empty before the first answer. */
  synchronized Optional<Instant> at(long nanos) {
    while (observations.size() > 1 && nanos - observations.getFirst().nanos() > KEPT.toNanos()) {
      observations.removeFirst();
    }
    if (observations.isEmpty()) {
      return Optional.empty();
    }
    long[] sorted = observations.stream().mapToLong(Observation::ahead).sorted().toArray();
    long usual = sorted[(sorted.length - 1) / 2];
    long best = usual;
    for (long ahead : sorted) {
      best = ahead - usual <= TOLERANCE_MS ? Math.max(best, ahead) : best;
    }
    if (!warned && sorted[sorted.length - 1] - sorted[0] > 2 * TOLERANCE_MS) {
      warned = true;
      LOG.warn(
          "The Date headers of the site differ by {} s. The time of most answers counts; no change"
              + " is lost by that.",
          (sorted[sorted.length - 1] - sorted[0]) / 1_000);
    }
    long last = observations.getLast().nanos();
    return Optional.of(Instant.ofEpochMilli(best + Math.max(last, nanos) / NANOS_PER_MS));
  }
}
