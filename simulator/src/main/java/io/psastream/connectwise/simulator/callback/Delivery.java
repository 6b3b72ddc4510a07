package io.psastream.connectwise.simulator.callback;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * How callbacks arrive; the chances are percents, and the same in every run.
 *
 * @param lost how many never do
 * @param doubled how many come twice
 * @param late how many come later, and so in another order
 * @param lateBy how much later
 * @param repeatAfter the wait before the first repetition; before the second it is twice as long
 */
public record Delivery(int lost, int doubled, int late, Duration lateBy, Duration repeatAfter) {

  /** Each once and at once; repeated after 2 s and 4 s (P30). */
  public static final Delivery USUAL =
      new Delivery(0, 0, 0, Duration.ofSeconds(3), Duration.ofSeconds(2));

  /**
   * How callbacks arrive.
   *
   * @throws IllegalArgumentException when a chance is no percentage, or a wait is negative
   */
  public Delivery {
    if (Stream.of(lost, doubled, late).anyMatch(chance -> chance < 0 || chance > 100)) {
      throw new IllegalArgumentException("lost, doubled and late are percents, from 0 to 100.");
    }
    if (lateBy.isNegative() || repeatAfter.isNegative()) {
      throw new IllegalArgumentException("Callbacks do not come before their time.");
    }
  }
}
