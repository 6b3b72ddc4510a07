package io.psastream.connectwise.metrics;

import io.psastream.connectwise.metrics.MetricValues.Shown;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;

/**
 * Shows metrics through the worker, which since Kafka 4.1 offers that to plugins (KIP-877) and adds
 * the names of connector and task. The values are ours, so that nothing is registered that another
 * connector could share, as it could a sensor.
 */
final class PluginExporter implements Exporter {

  private final PluginMetrics plugin;
  private final Queue<MetricName> names = new ConcurrentLinkedQueue<>();

  PluginExporter(PluginMetrics plugin) {
    this.plugin = plugin;
  }

  @Override
  public void show(Map<String, String> tags, Shown shown) {
    MetricName name =
        plugin.metricName(shown.name(), shown.description(), new LinkedHashMap<>(tags));
    plugin.addMetric(name, (Gauge<Object>) (config, now) -> shown.value().get());
    names.add(name);
  }

  @Override
  public void close() {
    try {
      names.forEach(plugin::removeMetric);
    } catch (IllegalStateException e) {
      // The worker has closed the task's metrics, and removed them.
    }
    names.clear();
  }
}
