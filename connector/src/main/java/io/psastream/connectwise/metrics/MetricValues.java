package io.psastream.connectwise.metrics;

import io.psastream.connectwise.metrics.Metric.MetricScope;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The values of the metrics of one scope with one set of tags. */
final class MetricValues implements Metrics {

  private final Map<Metric, LongAdder> counters = new EnumMap<>(Metric.class);
  private final Map<Metric, Distribution> distributions = new EnumMap<>(Metric.class);
  private final Map<Metric, Supplier<?>> gauges = new ConcurrentHashMap<>();

  /** One value that is shown: its name, its meaning and where it comes from. */
  record Shown(String name, String description, Supplier<?> value) {}

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   */
  MetricValues(MetricScope scope, LongSupplier nanos) {
    Metric.of(scope)
        .forEach(
            metric -> {
              switch (metric.kind()) {
                case COUNTER -> counters.put(metric, new LongAdder());
                case GAUGE -> gauges.put(metric, () -> Double.NaN);
                case DISTRIBUTION -> distributions.put(metric, new Distribution(nanos));
              }
            });
  }

  /** What there is to show: each counter and gauge, and several values of each distribution. */
  Iterable<Shown> shown() {
    Map<String, Shown> all = new LinkedHashMap<>();
    counters.forEach((metric, value) -> show(all, metric, "", () -> (double) value.sum()));
    gauges.forEach((metric, value) -> show(all, metric, "", () -> gauges.get(metric).get()));
    distributions.forEach(
        (metric, value) ->
            Distribution.SHOWN.forEach(
                (suffix, quantile) -> show(all, metric, suffix, () -> value.quantile(quantile))));
    return all.values();
  }

  private static void show(
      Map<String, Shown> all, Metric metric, String suffix, Supplier<?> value) {
    String name = metric.title() + suffix;
    all.put(name, new Shown(name, metric.description(), value));
  }

  @Override
  public void add(Metric metric, long more) {
    own(counters, metric).add(more);
  }

  @Override
  public long count(Metric metric) {
    return own(counters, metric).sum();
  }

  @Override
  public void gauge(Metric metric, Supplier<?> value) {
    own(gauges, metric);
    gauges.put(metric, value);
  }

  @Override
  public void took(Metric metric, Duration time) {
    own(distributions, metric).add(time);
  }

  private static <T> T own(Map<Metric, T> values, Metric metric) {
    T own = values.get(metric);
    if (own == null) {
      throw new IllegalArgumentException(
          metric + " is no such metric: " + metric.scope() + " " + metric.kind());
    }
    return own;
  }
}
