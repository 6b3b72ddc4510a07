package io.psastream.connectwise.sink;

import java.util.concurrent.TimeUnit;

/** How many records are done in two seconds, at the pace of the last two. Times are nanoseconds. */
final class WorkPace {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private long began;
  private int before;
  private int since;

  WorkPace(long now) {
    began = now;
  }

  /** So many records are done. */
  void done(int records, long now) {
    turn(now);
    since += records;
  }

  /** How many two seconds take. */
  int inTwoSeconds(long now) {
    turn(now);
    return (int) (2L * (before + since) * SECOND / (SECOND + now - began));
  }

  private void turn(long now) {
    long seconds = (now - began) / SECOND;
    if (seconds > 0) {
      before = seconds == 1 ? since : 0;
      since = 0;
      began += seconds * SECOND;
    }
  }
}
