package io.psastream.connectwise.metrics;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * The figures that share some tags, such as those of one query; {@link MetricRegistry#of} gives
 * them. Safe for use by several threads.
 */
@FunctionalInterface
public interface Metrics {

  /** Counts nothing. */
  Metrics NONE = (metric, more) -> {};

  /**
   * Adds to a counter; fewer than 0 where it counts what there is now.
   *
   * @param metric a counter that has these tags
   */
  void add(Metric metric, long more);

  /** What a counter has come to; 0 where nothing counts. */
  default long count(Metric metric) {
    return 0;
  }

  /**
   * Says where the value of a gauge comes from.
   *
   * @param value a number or a text; called by any thread, at any time
   */
  default void gauge(Metric metric, Supplier<?> value) {}

  /** Adds a value to a distribution. */
  default void took(Metric metric, Duration time) {}
}
