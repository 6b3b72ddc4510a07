package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.data.SchemaNames;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.offset.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.connect.data.Struct;

/**
 * What a query does and how far it has come, for those who look at its metrics. Told by the task's
 * thread and by readers, asked by any.
 */
final class QueryMeter {

  /** So long without a poll, and Connect has paused the task or waits for Kafka. */
  private static final Duration PAUSED = Duration.ofSeconds(10);

  private final Metrics metrics;
  private final LongSupplier nanos;
  private final InstantSource clock;
  private final AtomicLong snapshotItems = new AtomicLong();
  private volatile Phase phase = Phase.IDLE;
  private volatile long polled;
  private volatile long succeeded;
  private volatile double windowMillis = Double.NaN;
  private volatile Optional<OptionalLong> expected = Optional.empty();
  private volatile Optional<Instant> complete = Optional.empty();
  private volatile boolean snapshot;
  private Opened opened = new Opened(0, Instant.EPOCH, 0);

  /** What a query does. */
  enum Phase {
    IDLE(0),
    SNAPSHOT(1),
    WINDOW(2),
    REFRESH(3),
    SWEEP(4),
    CHILD(5),
    DELAYED(6),
    REFUSED(7),
    PAUSED(8),
    SIGNAL(9);

    private final int code;

    Phase(int code) {
      this.code = code;
    }
  }

  /**
   * The beginning of a window.
   *
   * @param requests how many the query had made until then
   */
  private record Opened(long nanos, Instant time, long requests) {}

  /** How many items the present snapshot has brought, or the last one. */
  long snapshotItems() {
    return snapshotItems.get();
  }

  /**
   * How many items the snapshot is to have; asked for once, and empty where nobody knows.
   *
   * @param counted asks the API
   */
  OptionalLong expected(Supplier<OptionalLong> counted) {
    if (expected.isEmpty()) {
      expected = Optional.of(counted.get());
    }
    return expected.get();
  }

  /** What a snapshot took. */
  record Snapshot(long items, long requests, Duration duration) {}

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   */
  QueryMeter(Metrics metrics, LongSupplier nanos, InstantSource clock) {
    this.metrics = metrics;
    this.nanos = nanos;
    this.clock = clock;
    this.polled = nanos.getAsLong();
    this.succeeded = polled;
    metrics.gauge(Metric.LAG, this::lag);
    metrics.gauge(Metric.SUCCESS_AGE, () -> seconds(nanos.getAsLong() - succeeded));
    metrics.gauge(Metric.PHASE, () -> phase().name().toLowerCase(Locale.ROOT));
    metrics.gauge(Metric.PHASE_CODE, () -> phase().code);
    metrics.gauge(Metric.SNAPSHOT_ITEMS, snapshotItems::get);
    metrics.gauge(
        Metric.SNAPSHOT_ITEMS_EXPECTED,
        () -> {
          OptionalLong items = expected.orElseGet(OptionalLong::empty);
          return items.isPresent() ? items.getAsLong() : Double.NaN;
        });
    metrics.gauge(Metric.WINDOW_DURATION, () -> windowMillis);
  }

  /** Says of the metrics of a child query, which has no schedule of its own, what it is. */
  static void ofChild(Metrics metrics) {
    metrics.gauge(Metric.PHASE, () -> Phase.CHILD.name().toLowerCase(Locale.ROOT));
    metrics.gauge(Metric.PHASE_CODE, () -> Phase.CHILD.code);
  }

  private double lag() {
    return complete
        .map(at -> Math.max(0, Duration.between(at, clock.instant()).toMillis() / 1e3))
        .orElse(Double.NaN);
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }

  private Phase phase() {
    return nanos.getAsLong() - polled > PAUSED.toNanos() ? Phase.PAUSED : phase;
  }

  /** Connect polls. */
  void polled() {
    polled = nanos.getAsLong();
  }

  /** A batch of a pass is being read. */
  void reads(PassKind kind) {
    phase =
        switch (kind) {
          case WINDOW -> snapshot ? Phase.SNAPSHOT : Phase.WINDOW;
          case REFRESH -> Phase.REFRESH;
          case SWEEP -> Phase.SWEEP;
          case SIGNAL -> Phase.SIGNAL;
        };
  }

  /** A batch has been read. */
  void succeeded() {
    succeeded = nanos.getAsLong();
    phase = Phase.IDLE;
  }

  /** It has failed, and is waited for. */
  void waits(Phase how) {
    phase = how;
  }

  /** The task continues in this window, or after it. */
  void resumes(Window window) {
    complete = window.first() ? Optional.empty() : window.from();
  }

  void opens(Window window) {
    opened = new Opened(nanos.getAsLong(), clock.instant(), requests());
    snapshot = window.first();
    if (snapshot) {
      snapshotItems.set(0);
      phase = Phase.SNAPSHOT;
    }
  }

  private long requests() {
    return metrics.count(Metric.QUERY_REQUESTS);
  }

  /** The window is complete; tells what it took if it was a snapshot. */
  Optional<Snapshot> completes(Window window) {
    Duration duration = Duration.ofNanos(nanos.getAsLong() - opened.nanos());
    windowMillis = duration.toNanos() / 1e6;
    complete = Optional.of(window.to().isBefore(Instant.MAX) ? window.to() : opened.time());
    metrics.add(Metric.WINDOWS, 1);
    boolean ended = snapshot;
    snapshot = false;
    if (ended && expected.isPresent()) {
      expected = Optional.of(OptionalLong.of(snapshotItems.get()));
    }
    return ended
        ? Optional.of(new Snapshot(snapshotItems.get(), requests() - opened.requests(), duration))
        : Optional.empty();
  }

  /** Counts what is sent of a pass. */
  void sent(List<Accepted> items) {
    sent(metrics, items.stream().map(Accepted::item).toList());
    if (snapshot) {
      snapshotItems.addAndGet(items.stream().filter(each -> !each.refreshed()).count());
    }
  }

  /** Counts what is sent of a query, which may be a child query. */
  static void sent(Metrics query, List<Item> items) {
    query.add(Metric.ITEMS, items.size());
    query.add(
        Metric.UNKNOWN_FIELDS,
        items.stream().mapToLong(each -> extra(each.content()).map(Map::size).orElse(0)).sum());
  }

  /** The fields of an item that the catalogue does not know, where they are collected by name. */
  static Optional<Map<?, ?>> extra(Object content) {
    return content instanceof Struct item
            && item.schema().field(SchemaNames.EXTRA) != null
            && item.get(SchemaNames.EXTRA) instanceof Map<?, ?> extra
        ? Optional.of(extra)
        : Optional.empty();
  }
}
