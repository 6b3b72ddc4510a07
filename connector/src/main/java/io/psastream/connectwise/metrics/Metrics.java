package io.psastream.connectwise.metrics;

import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;

/**
 * The counters that share some tags, such as those of one query. To add a counter, add a constant
 * to {@link Metric} and call {@link #add} where it counts.
 */
@FunctionalInterface
public interface Metrics {

  /** Counts nothing, for workers without metrics of plugins. */
  Metrics NONE = (metric, more) -> {};

  /**
   * Adds to a counter.
   *
   * @param metric one that has these tags
   */
  void add(Metric metric, long more);

  /**
   * All counters of a plugin that have these tags, each of them 0 from now on.
   *
   * @param tags the value of each tag by its name
   */
  static Metrics of(PluginMetrics plugin, Map<String, String> tags) {
    return new PluginCounters(plugin, tags);
  }
}
