package io.psastream.connectwise.metrics;

import io.psastream.connectwise.metrics.MetricValues.Shown;
import java.util.Map;

/** Where the metrics of a task are shown. */
interface Exporter extends AutoCloseable {

  /** Nowhere. */
  Exporter NOWHERE = (tags, shown) -> {};

  /**
   * Shows a value from now on.
   *
   * @param tags the tags of the value, in order, without those of the task
   * @throws IllegalArgumentException when there is one of this name and these tags already
   */
  void show(Map<String, String> tags, Shown shown);

  /** Shows none any more. */
  @Override
  default void close() {}
}
