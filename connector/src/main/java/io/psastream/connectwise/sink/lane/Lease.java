package io.psastream.connectwise.sink.lane;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of a task to write: every call of Connect renews it, and without one it runs out. A
 * task that is not called, because its process was stopped, its machine slept or its thread hangs,
 * may have lost its partitions, and would write behind the back of their new owner.
 *
 * <p>It is measured on two clocks, since a monotonic one may stand still while a machine sleeps and
 * a wall clock may be set back. A lease that has run out is held again once Connect has called for
 * as long as it lasts, so that the group has had time to say that the partitions are gone; or at
 * once, when Connect gives partitions.
 *
 * <p>It is withheld while the connector is paused. Renewed by the task's own thread, asked by any.
 */
public final class Lease {

  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  private final Duration length;
  private final LongSupplier nanos;
  private final LongSupplier millis;
  private volatile Term term;

  /**
   * A time without a gap.
   *
   * @param number counts the terms
   * @param nanos when it was renewed, on the monotonic clock
   * @param millis the same, on the wall clock
   * @param from since when the lease is held, on the monotonic clock; may be in the future
   * @param withheld whether it is not held whatever the time
   */
  private record Term(long number, long nanos, long millis, long from, boolean withheld) {}

  /**
   * A lease that is held from now on.
   *
   * @param length how long it lasts without being renewed
   * @param nanos a clock such as {@link System#nanoTime}
   * @param millis a clock such as {@link System#currentTimeMillis}
   */
  public Lease(Duration length, LongSupplier nanos, LongSupplier millis) {
    this.length = length;
    this.nanos = nanos;
    this.millis = millis;
    long now = nanos.getAsLong();
    this.term = new Term(0, now, millis.getAsLong(), now, false);
  }

  /** Connect calls the task, which may write. */
  public void renew() {
    renew(false);
  }

  /**
   * Connect calls the task.
   *
   * @param withheld whether it must not write although it has its partitions; what was read before
   *     is not built upon afterwards
   */
  public void renew(boolean withheld) {
    boolean late = ranOut(term);
    boolean gap = late || (withheld && !term.withheld());
    renew(gap, late ? nanos.getAsLong() + length.toNanos() : term.from(), withheld);
    if (late) {
      LOG.warn(
          "Connect did not call this task for more than {} s, so it may have lost its partitions."
              + " Nothing is written for as long again, or until it is given partitions.",
          length.toSeconds());
    }
  }

  /** Connect gives the task partitions: it is a member of its group. */
  public void grant() {
    renew(ranOut(term), nanos.getAsLong(), term.withheld());
  }

  private void renew(boolean newTerm, long from, boolean withheld) {
    long number = newTerm ? term.number() + 1 : term.number();
    term = new Term(number, nanos.getAsLong(), millis.getAsLong(), from, withheld);
  }

  /** Whether the task may write now. */
  public boolean held() {
    return held(term);
  }

  /**
   * Whether the lease is held and was without a gap since now: what was read under it may be built
   * upon.
   */
  public BooleanSupplier heldSinceNow() {
    long number = term.number();
    return () -> {
      Term current = term;
      return current.number() == number && held(current);
    };
  }

  private boolean held(Term current) {
    return !current.withheld() && !ranOut(current) && nanos.getAsLong() - current.from() >= 0;
  }

  private boolean ranOut(Term current) {
    return nanos.getAsLong() - current.nanos() > length.toNanos()
        || millis.getAsLong() - current.millis() > length.toMillis();
  }
}
