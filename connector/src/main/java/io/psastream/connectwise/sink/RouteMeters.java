package io.psastream.connectwise.sink;

import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.metrics.Metric.MetricScope;
import io.psastream.connectwise.metrics.MetricRegistry;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.lane.Offsets.Position;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Counts for each route what becomes of its records. Told by the task's thread and by lanes, asked
 * by any.
 */
final class RouteMeters {

  /** The name of a route without a name whose records name their operations. */
  private static final String FROM_RECORDS = "records";

  /** Stands for a route where none takes the topic. */
  private static final String NO_ROUTE = "none";

  private final MetricRegistry registry;
  private final List<Route> routes;
  private final LongSupplier nanos;
  private final Map<String, RouteMeter> meters = new ConcurrentHashMap<>();
  private final Map<Position, RouteMeter> underWay = new ConcurrentHashMap<>();

  /** One route, and when each of its records that are not settled was taken, in that order. */
  private final class RouteMeter {
    private final Metrics metrics;
    private final Map<Position, Long> unsettled = new LinkedHashMap<>();

    private RouteMeter(Metrics metrics) {
      this.metrics = metrics;
      metrics.gauge(Metric.UNSETTLED, this::count);
      metrics.gauge(Metric.OLDEST_UNSETTLED, () -> oldest().toNanos() / 1e9);
    }

    private synchronized int count() {
      return unsettled.size();
    }

    private synchronized Duration oldest() {
      Iterator<Long> since = unsettled.values().iterator();
      return since.hasNext() ? since(since.next()) : Duration.ZERO;
    }

    private synchronized void take(Position position) {
      unsettled.put(position, nanos.getAsLong());
    }

    private synchronized Duration end(Position position) {
      return since(unsettled.remove(position));
    }

    private Duration since(long time) {
      return Duration.ofNanos(nanos.getAsLong() - time);
    }
  }

  /**
   * The metrics of routes, which are shown before their first record.
   *
   * @param nanos a clock such as {@link System#nanoTime}
   */
  RouteMeters(MetricRegistry registry, List<Route> routes, LongSupplier nanos) {
    this.registry = registry;
    this.routes = routes;
    this.nanos = nanos;
    routes.forEach(route -> meter(name(route)));
  }

  private RouteMeter meter(String name) {
    return meters.computeIfAbsent(
        name, route -> new RouteMeter(registry.of(MetricScope.ROUTE, route)));
  }

  /** Its alias, or where there is none its first operation. */
  private static String name(Route route) {
    return route.alias().isEmpty()
        ? route.mutate().or(route::delete).map(Operation::id).orElse(FROM_RECORDS)
        : route.alias();
  }

  /** A record is taken on. */
  void taken(PendingRecord record) {
    taken(record.position(), meter(name(record.route())));
  }

  private void taken(Position position, RouteMeter meter) {
    underWay.put(position, meter);
    meter.take(position);
  }

  /** A record is taken on of which no call can be made, and rejected. */
  void unmapped(SinkRecord record, Position position) {
    RouteMeter meter =
        meter(
            routes.stream()
                .filter(route -> route.topics().match(record.topic()))
                .findFirst()
                .map(RouteMeters::name)
                .orElse(NO_ROUTE));
    taken(position, meter);
    meter.metrics.add(Metric.REJECTED, 1);
  }

  /** A record is settled. */
  void settled(Position position) {
    RouteMeter meter = underWay.remove(position);
    if (meter != null) {
      meter.metrics.took(Metric.RECORD_LATENCY, meter.end(position));
    }
  }

  /** Records are no longer this task's. */
  void forgotten(Predicate<Position> which) {
    underWay
        .entrySet()
        .removeIf(
            each -> {
              boolean gone = which.test(each.getKey());
              if (gone) {
                each.getValue().end(each.getKey());
              }
              return gone;
            });
  }

  /** The same applier, counted. */
  Function<PendingRecord, Outcome> counting(Function<PendingRecord, Outcome> applier) {
    return record -> {
      Metrics metrics = meter(name(record.route())).metrics;
      metrics.add(Metric.LANES_BUSY, 1);
      try {
        Outcome outcome = applier.apply(record);
        count(metrics, record, outcome);
        return outcome;
      } finally {
        metrics.add(Metric.LANES_BUSY, -1);
      }
    };
  }

  private static void count(Metrics metrics, PendingRecord record, Outcome outcome) {
    int parts = record.parts().size();
    metrics.add(Metric.LOOKUPS, record.takeLookUps());
    if (outcome instanceof Outcome.Delivered) {
      metrics.add(Metric.APPLIED, parts);
      metrics.add(Metric.COALESCED, parts - 1);
    } else if (outcome instanceof Outcome.Rejected && parts == 1) {
      metrics.add(Metric.REJECTED, 1);
    } else if (outcome instanceof Outcome.Ambiguous) {
      metrics.add(Metric.AMBIGUOUS, parts);
    } else if (!(outcome instanceof Outcome.Cancelled || outcome instanceof Outcome.Fatal)) {
      metrics.add(Metric.RECORD_RETRIES, 1);
    }
  }
}
