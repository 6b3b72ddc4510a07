package io.psastream.connectwise.client;

import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.metrics.Metric.MetricScope;
import io.psastream.connectwise.metrics.MetricRegistry;
import io.psastream.connectwise.metrics.Metrics;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Counts the requests of a client: for the site, for each operation, and for whoever they are made
 * for.
 *
 * @param owner counts what is read for one query
 */
record RequestMeter(MetricRegistry registry, Metrics site, Metrics owner) {

  /**
   * @param pace the requests a minute that may be sent now
   * @param connections how many are open
   */
  static RequestMeter of(
      MetricRegistry registry, Supplier<Double> pace, Supplier<Integer> connections) {
    Metrics site = registry.of(MetricScope.SITE);
    site.gauge(Metric.PACE, pace);
    site.gauge(Metric.CONNECTIONS, connections);
    return new RequestMeter(registry, site, Metrics.NONE);
  }

  RequestMeter of(Metrics query) {
    return new RequestMeter(registry, site, query);
  }

  /** A request waited so long, in nanoseconds, for its turn. */
  void waited(long nanos) {
    site.add(Metric.THROTTLE_WAIT, nanos / 1_000_000);
  }

  void answered(Call call, long nanos) {
    ended(call, "success", nanos);
  }

  void failed(Call call, Kind kind, long nanos) {
    if (kind == Kind.THROTTLED) {
      site.add(Metric.THROTTLED, 1);
    }
    ended(call, kind.name().toLowerCase(Locale.ROOT), nanos);
  }

  private void ended(Call call, String outcome, long nanos) {
    registry.of(MetricScope.CALLS, call.operation().id(), outcome).add(Metric.REQUESTS, 1);
    site.took(Metric.REQUEST_LATENCY, Duration.ofNanos(nanos));
    owner.add(Metric.QUERY_REQUESTS, 1);
  }

  /** A failed request is sent again. */
  void retried() {
    site.add(Metric.REQUEST_RETRIES, 1);
  }

  void readAhead() {
    owner.add(Metric.READ_AHEAD, 1);
  }
}
