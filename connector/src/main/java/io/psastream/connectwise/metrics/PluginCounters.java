package io.psastream.connectwise.metrics;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.CumulativeSum;

/** Counters as metrics of a connector or task, which workers offer since Kafka 4.1 (KIP-877). */
final class PluginCounters implements Metrics {

  private final Map<Metric, Sensor> sensors = new EnumMap<>(Metric.class);

  PluginCounters(PluginMetrics plugin, Map<String, String> tags) {
    Arrays.stream(Metric.values())
        .filter(metric -> metric.tags().equals(tags.keySet()))
        .forEach(metric -> sensors.put(metric, sensor(plugin, metric, tags)));
  }

  private static Sensor sensor(PluginMetrics plugin, Metric metric, Map<String, String> tags) {
    // A sensor's name is unique in the plugin.
    Sensor sensor = plugin.addSensor(String.join("-", tags.values()) + "-" + metric.title());
    sensor.add(
        plugin.metricName(metric.title(), metric.description(), new LinkedHashMap<>(tags)),
        new CumulativeSum());
    return sensor;
  }

  @Override
  public void add(Metric metric, long more) {
    Optional.ofNullable(sensors.get(metric))
        .orElseThrow(() -> new IllegalArgumentException(metric + " has other tags"))
        .record((double) more);
  }
}
