package io.psastream.connectwise.source;

import java.time.Duration;

/** When it is a query's turn. Computes only; times are {@code System.nanoTime} values. */
final class Turn {

  private final long interval;
  private long startedAt;
  private long next;
  private boolean running;
  private boolean midway;

  Turn(Duration interval, long now) {
    this.interval = interval.toNanos();
    this.next = now;
  }

  boolean due(long now) {
    return !running && next - now <= 0;
  }

  /** Nanoseconds until it is due; {@code Long.MAX_VALUE} while it runs. */
  long untilDue(long now) {
    return running ? Long.MAX_VALUE : Math.max(0, next - now);
  }

  /** A fetch begins: of a new run, or of the rest of one that was delayed. */
  void start(long now) {
    if (!midway) {
      startedAt = now;
    }
    running = true;
    midway = true;
  }

  /** The run is over; the next one starts an interval after this one did, or at once. */
  void finish(long now, boolean again) {
    running = false;
    midway = false;
    next = again ? now : Math.max(now, startedAt + interval);
  }

  /** The run goes on later. */
  void delay(long now, Duration delay) {
    running = false;
    next = now + delay.toNanos();
  }

  /** The run goes on when the next one would have started. */
  void skip(long now) {
    delay(now, Duration.ofNanos(interval));
  }
}
