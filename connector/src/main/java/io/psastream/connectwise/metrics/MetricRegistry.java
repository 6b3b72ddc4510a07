package io.psastream.connectwise.metrics;

import io.psastream.connectwise.metrics.Metric.MetricScope;
import io.psastream.connectwise.metrics.MetricValues.Shown;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All metrics of one task. They are shown by the worker where it has metrics of plugins, else as
 * JMX beans of the same names, and leave with the task. Safe for use by several threads.
 */
public final class MetricRegistry implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MetricRegistry.class);

  /** What Connect calls the thread of a task, before the names of connector and task. */
  private static final String TASK_THREAD = "task-thread-";

  private record MetricTags(MetricScope scope, List<String> tags) {}

  private final Exporter exporter;
  private final LongSupplier nanos;
  private final Map<MetricTags, Metrics> known = new ConcurrentHashMap<>();
  private boolean closed;

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   */
  MetricRegistry(Exporter exporter, LongSupplier nanos) {
    this.exporter = exporter;
    this.nanos = nanos;
  }

  /** A registry whose metrics are shown nowhere. */
  public static MetricRegistry hidden() {
    return new MetricRegistry(Exporter.NOWHERE, System::nanoTime);
  }

  /**
   * The registry of the task whose thread this is.
   *
   * @param plugin gives the {@code PluginMetrics} of the task's context; a lambda of which no type
   *     needs that class, since workers before Kafka 4.1 have neither it nor the method
   * @param connector the name of the connector
   */
  public static MetricRegistry open(Supplier<Object> plugin, String connector) {
    return new MetricRegistry(exporter(plugin, connector), System::nanoTime);
  }

  private static Exporter exporter(Supplier<Object> plugin, String connector) {
    try {
      return new PluginExporter((PluginMetrics) plugin.get());
    } catch (NoSuchMethodError | NoClassDefFoundError | UnsupportedOperationException e) {
      return new JmxExporter(connector, taskNumber(Thread.currentThread().getName(), connector));
    }
  }

  /** The number of the task, which its context does not tell, from the name of its thread. */
  static String taskNumber(String thread, String connector) {
    String before = TASK_THREAD + connector + "-";
    return thread.startsWith(before) ? thread.substring(before.length()) : "0";
  }

  /**
   * The metrics with these tags. Each of them is shown from now on.
   *
   * @param tags a value for each tag of the scope, in order
   */
  public Metrics of(MetricScope scope, String... tags) {
    MetricTags tagged = new MetricTags(scope, List.of(tags));
    Metrics shown = known.get(tagged); // takes no lock, as computeIfAbsent may
    return shown != null ? shown : known.computeIfAbsent(tagged, this::show);
  }

  private synchronized Metrics show(MetricTags tagged) {
    MetricValues values = new MetricValues(tagged.scope(), nanos);
    Map<String, String> tags = new LinkedHashMap<>();
    for (int i = 0; i < tagged.tags().size(); i++) {
      tags.put(tagged.scope().tags().get(i), tagged.tags().get(i));
    }
    if (!closed) {
      show(tags, values);
    }
    return values;
  }

  /** A task must not fail for what is only looked at. */
  private void show(Map<String, String> tags, MetricValues values) {
    try {
      for (Shown shown : values.shown()) {
        exporter.show(tags, shown);
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      LOG.warn(
          "Metrics with the tags {} are not shown: {}. A former task of this number may not have"
              + " ended yet; restart this one once it has.",
          tags,
          e.getMessage());
    }
  }

  /** Shows none of them any more; what is counted later is lost. */
  @Override
  public synchronized void close() {
    closed = true;
    exporter.close();
  }
}
