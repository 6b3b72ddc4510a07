package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.metrics.Beans;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.offset.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import javax.management.JMException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the metrics of a source say while it reads, waits and fails. */
@ExtendWith(SimulatorExtension.class)
class SourceMetricsTest {

  private static final String TASK = "connector=metered,task=0";
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final Map<Metric, Supplier<?>> gauges = new EnumMap<>(Metric.class);
  private Simulator simulator;
  private SourceHarness source;
  private Instant now = NOON;

  @BeforeEach
  void seed(Simulator started) {
    simulator = started;
    simulator.seed().tickets(30);
    source =
        new SourceHarness(simulator)
            .set("name", "metered")
            .set("queries", "tickets,notes")
            .set("query.tickets.operation.id", "getServiceTickets")
            .set("query.tickets.topic", "tickets")
            .set("query.notes.operation.id", "getServiceTicketsByParentIdNotes")
            .set("query.notes.parent", "tickets")
            .set("query.notes.options", "{\"parentId\":\"${parent.id}\"}")
            .set("query.notes.topic", "notes");
    source.properties().remove("operation.id");
  }

  @AfterEach
  void tearDown() {
    source.close();
  }

  private Map<String, Object> tickets() {
    return bean(TASK + ",query=tickets");
  }

  private static Map<String, Object> bean(String tags) {
    try {
      return Beans.of(tags);
    } catch (JMException e) {
      throw new AssertionError(tags, e);
    }
  }

  @Test
  void aQueryCountsWhatItReadsAndItsTaskWhatItSends() throws Exception {
    simulator.faults().add(Fault.of("rateLimit").with("retryAfter", "none").times(2));
    source.set("query.tickets.overlap.ms", "1000").start(); // read again after a sixteenth of it
    assertThat(tickets()).containsEntry("lag-seconds", Double.NaN);
    source.pollUntil(() -> (double) tickets().get("duplicates-dropped-total") > 0);
    source.pollUntil(() -> (double) tickets().get("windows-total") >= 2);

    assertThat(tickets())
        .containsEntry("items-total", 30.0)
        .containsEntry("snapshot-items", 30L)
        .containsEntry("snapshot-items-expected", 30.0)
        .hasEntrySatisfying("duplicates-dropped-total", it -> assertThat((double) it).isPositive())
        .hasEntrySatisfying("window-duration-ms", it -> assertThat((double) it).isPositive())
        .hasEntrySatisfying("lag-seconds", it -> assertThat((double) it).isBetween(0.0, 60.0));
    assertThat(bean(TASK + ",query=notes"))
        .containsEntry("phase", "child")
        .containsEntry("query-requests-total", 30.0);
    assertThat(bean(TASK))
        .containsEntry("throttled-total", 2.0)
        .containsEntry("request-retries-total", 2.0)
        .hasEntrySatisfying("pace-per-minute", it -> assertThat((double) it).isBetween(1.0, 999.0))
        .hasEntrySatisfying("request-latency-ms-p99", it -> assertThat((double) it).isPositive());
    assertThat(bean(TASK + ",operation=getServiceTickets,outcome=throttled"))
        .containsEntry("requests-total", 2.0);
    assertThat(
            (double) tickets().get("query-requests-total")
                + (double) bean(TASK + ",query=notes").get("query-requests-total"))
        .as("every request is one of a query")
        .isEqualTo(
            Beans.all().values().stream()
                .filter(each -> each.containsKey("requests-total"))
                .mapToDouble(each -> (double) each.get("requests-total"))
                .sum());

    source.close();
    assertThat(Beans.all()).isEmpty();
  }

  @Test
  void aTaskThatCannotStartLeavesNoMetricsBehind() throws Exception {
    source.start().pollUntil(30);
    source.offsets().replaceAll((partition, offset) -> Map.of("window", "from nowhere"));

    assertThatThrownBy(source::restart).hasMessageContaining("cannot be read");

    assertThat(Beans.all()).isEmpty();
  }

  /** The API is asked once; what it says of a list that changes is not exact. */
  @Test
  void aSnapshotIsExpectedToHaveWhatTheApiCounts() {
    QueryMeter meter = meter();
    Window snapshot = Window.first(Optional.empty(), NOON);
    meter.opens(snapshot);
    assertThat(value(Metric.SNAPSHOT_ITEMS_EXPECTED)).isEqualTo(Double.NaN);

    assertThat(meter.expected(() -> OptionalLong.of(7))).hasValue(7);
    assertThat(meter.expected(() -> OptionalLong.of(8))).hasValue(7);
    assertThat(value(Metric.SNAPSHOT_ITEMS_EXPECTED)).isEqualTo(7.0);

    meter.completes(snapshot);
    assertThat(value(Metric.SNAPSHOT_ITEMS_EXPECTED)).isEqualTo(0.0);
  }

  @Test
  void thePhaseIsWhatTheQueryDoes() {
    QueryMeter meter = meter();
    assertThat(value(Metric.PHASE)).isEqualTo("idle");

    meter.reads(PassKind.WINDOW);
    meter.opens(Window.first(Optional.empty(), NOON));
    assertThat(value(Metric.PHASE)).isEqualTo("snapshot");
    meter.succeeded();
    meter.reads(PassKind.WINDOW);
    assertThat(value(Metric.PHASE)).isEqualTo("snapshot");
    meter.completes(Window.first(Optional.empty(), NOON));
    meter.reads(PassKind.WINDOW);
    assertThat(value(Metric.PHASE)).isEqualTo("window");
    meter.reads(PassKind.REFRESH);
    assertThat(value(Metric.PHASE)).isEqualTo("refresh");
    meter.reads(PassKind.SWEEP);
    assertThat(value(Metric.PHASE_CODE)).isEqualTo(4);
    meter.waits(QueryMeter.Phase.DELAYED);
    assertThat(value(Metric.PHASE)).isEqualTo("delayed");
    meter.waits(QueryMeter.Phase.REFUSED);
    assertThat(value(Metric.PHASE_CODE)).isEqualTo(7);

    now = now.plusSeconds(11);
    assertThat(value(Metric.PHASE)).as("Connect has not polled").isEqualTo("paused");
    meter.polled();
    assertThat(value(Metric.PHASE)).isEqualTo("refused");
  }

  @Test
  void theLagGrowsFromTheEndOfTheLastCompleteWindow() {
    QueryMeter meter = meter();
    Window first = Window.first(Optional.empty(), NOON.minusSeconds(5));
    meter.opens(first);
    now = now.plusSeconds(60);
    assertThat(value(Metric.LAG)).isEqualTo(Double.NaN);

    meter.completes(first);
    meter.succeeded();
    assertThat(value(Metric.LAG)).isEqualTo(65.0);
    assertThat(value(Metric.WINDOW_DURATION)).isEqualTo(60_000.0);
    now = now.plusSeconds(3_600);
    assertThat(value(Metric.LAG)).isEqualTo(3_665.0);
    assertThat(value(Metric.SUCCESS_AGE)).isEqualTo(3_600.0);

    meter.opens(Window.EVERYTHING);
    now = now.plusSeconds(10);
    meter.completes(Window.EVERYTHING);
    assertThat(value(Metric.LAG)).as("since a whole reading began").isEqualTo(10.0);
  }

  @Test
  void aTaskThatContinuesKnowsItsLagBeforeItsFirstWindow() {
    meter().resumes(Window.between(NOON.minusSeconds(600), NOON));

    assertThat(value(Metric.LAG)).isEqualTo(600.0);
  }

  private QueryMeter meter() {
    Metrics metrics =
        new Metrics() {
          @Override
          public void add(Metric metric, long more) {}

          @Override
          public void gauge(Metric metric, Supplier<?> value) {
            gauges.put(metric, value);
          }
        };
    return new QueryMeter(metrics, () -> Duration.between(NOON, now).toNanos(), () -> now);
  }

  private Object value(Metric metric) {
    return gauges.get(metric).get();
  }
}
