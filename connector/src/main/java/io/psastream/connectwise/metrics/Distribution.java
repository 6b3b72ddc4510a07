package io.psastream.connectwise.metrics;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How times are distributed, over the last one to two minutes. Times are kept in classes, each a
 * fifth longer than the one before, so that a quantile is too high by a fifth at the most; the
 * highest is exact. Safe for use by several threads.
 */
final class Distribution {

  /** The quantiles that are shown, by the ends of their names. */
  static final Map<String, Double> SHOWN = shown();

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final int CLASSES_PER_DOUBLING = 4;

  /** From a millisecond to 17 minutes. */
  private static final int CLASSES = 20 * CLASSES_PER_DOUBLING + 1;

  private final LongSupplier nanos;
  private Minute current = new Minute();
  private Minute last = new Minute();
  private long begin;

  private static final class Minute {
    private final long[] counts = new long[CLASSES];
    private long all;
    private double highest;
  }

  Distribution(LongSupplier nanos) {
    this.nanos = nanos;
    this.begin = nanos.getAsLong();
  }

  private static Map<String, Double> shown() {
    Map<String, Double> shown = new LinkedHashMap<>();
    shown.put("-p50", 0.5);
    shown.put("-p95", 0.95);
    shown.put("-p99", 0.99);
    shown.put("-max", 1.0);
    return shown;
  }

  synchronized void add(Duration time) {
    turn();
    double millis = time.toNanos() / 1e6;
    double doublings = Math.log(Math.max(1, millis)) / Math.log(2);
    int index = (int) Math.ceil(doublings * CLASSES_PER_DOUBLING);
    current.counts[Math.min(index, CLASSES - 1)]++;
    current.all++;
    current.highest = Math.max(current.highest, millis);
  }

  /**
   * The time in milliseconds below which this share of the times lies.
   *
   * @param share from 0 to 1; 1 for the highest
   * @return not a number when there was none
   */
  synchronized double quantile(double share) {
    turn();
    long all = current.all + last.all;
    if (all == 0) {
      return Double.NaN;
    }
    double highest = Math.max(current.highest, last.highest);
    long wanted = (long) Math.ceil(share * all);
    long passed = 0;
    for (int i = 0; i < CLASSES - 1; i++) {
      passed += current.counts[i] + last.counts[i];
      if (passed >= wanted) {
        return Math.min(highest, Math.pow(2, (double) i / CLASSES_PER_DOUBLING));
      }
    }
    return highest;
  }

  /** Begins another minute where one is over. */
  private void turn() {
    long over = nanos.getAsLong() - begin;
    if (over >= MINUTE) {
      last = over < 2 * MINUTE ? current : new Minute();
      current = new Minute();
      begin += over - over % MINUTE;
    }
  }
}
