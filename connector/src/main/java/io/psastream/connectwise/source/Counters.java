package io.psastream.connectwise.source;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.CumulativeSum;
import org.apache.kafka.connect.source.SourceTaskContext;

/**
 * What a query counts, as metrics of the task where the worker offers them, which is so since Kafka
 * 4.1 (KIP-877); elsewhere nothing is counted.
 */
final class Counters {

  /** Adds to one count. */
  @FunctionalInterface
  interface Counter {
    void add(long more);
  }

  private static final Counter NONE = more -> {};

  private final Counter skipped;
  private final Counter forgotten;

  private Counters(Counter skipped, Counter forgotten) {
    this.skipped = skipped;
    this.forgotten = forgotten;
  }

  static Counters none() {
    return new Counters(NONE, NONE);
  }

  /** The counters of one query of a task. */
  static Counters of(SourceTaskContext context, String query) {
    try {
      PluginMetrics metrics = context.pluginMetrics();
      return new Counters(
          counter(
              metrics,
              query,
              "updates-skipped-total",
              "Items left out because one of skip.updated.by was the last to change them"),
          counter(
              metrics,
              query,
              "versions-forgotten-total",
              "Versions that no offset had room for, which a restart may send again"));
    } catch (NoSuchMethodError | NoClassDefFoundError | UnsupportedOperationException e) {
      return none();
    }
  }

  private static Counter counter(
      PluginMetrics metrics, String query, String name, String description) {
    MetricName metric =
        metrics.metricName(name, description, new LinkedHashMap<>(Map.of("query", query)));
    Sensor sensor = metrics.addSensor(query + "-" + name);
    sensor.add(metric, new CumulativeSum());
    return sensor::record;
  }

  /** Items left out by {@code skip.updated.by}. */
  Counter skipped() {
    return skipped;
  }

  /** Versions that the bound of an offset has left out. */
  Counter forgotten() {
    return forgotten;
  }
}
