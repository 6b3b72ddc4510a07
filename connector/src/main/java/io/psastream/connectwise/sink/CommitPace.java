package io.psastream.connectwise.sink;

import java.util.concurrent.TimeUnit;

/**
 * When to ask Connect for a commit, so that a crash repeats the creates of about a second and not
 * of a minute. A commit waits for what is in flight, so it is asked for less often where that takes
 * long: a tenth of the time at most is spent on it. Pure; times are nanoseconds of one clock.
 */
final class CommitPace {

  private static final long SHORTEST = TimeUnit.SECONDS.toNanos(1);

  private long last;
  private long pause = SHORTEST;
  private boolean created;

  CommitPace(long now) {
    last = now;
  }

  /** A record may be committed; whether it created something. */
  void settled(boolean creates) {
    created |= creates;
  }

  /** A commit took so long. */
  void took(long nanos) {
    pause = Math.max(SHORTEST, 10 * nanos);
  }

  /** Whether to ask for a commit now; says so once. */
  boolean due(long now) {
    if (!created || now - last < pause) {
      return false;
    }
    created = false;
    last = now;
    return true;
  }
}
