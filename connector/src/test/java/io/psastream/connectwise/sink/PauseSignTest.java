package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a connector is paused, by the metrics as Kafka's own reporter registers them. */
class PauseSignTest {

  @ParameterizedTest
  @ValueSource(strings = {"tickets", "a-1", "with blank", "a,b=\"c\"*?", "ünï:cöde", "50%"})
  void followsTheStatusOfItsOwnTask(String connector) {
    AtomicReference<String> status = new AtomicReference<>("running");
    String thread = Thread.currentThread().getName();
    try (Metrics metrics = metrics()) {
      metric(metrics, connector, "1", new AtomicReference<>("paused"));
      MetricName own = metric(metrics, connector, "12", status);
      Thread.currentThread().setName("task-thread-" + connector + "-12");
      PauseSign sign = PauseSign.of(connector);

      for (String next : List.of("unassigned", "running", "paused", "running", "failed")) {
        status.set(next);
        assertThat(sign.getAsBoolean()).as(next).isEqualTo(next.equals("paused"));
      }
      status.set("paused");
      assertThat(sign.getAsBoolean()).isTrue();
      metrics.removeMetric(own);
      assertThat(sign.getAsBoolean()).as("the worker forgets the task").isFalse();
    } finally {
      Thread.currentThread().setName(thread);
    }
  }

  @Test
  void saysNothingWhereItCannotTell() {
    assertThat(PauseSign.of("tickets").getAsBoolean()).isFalse();
    assertThat(PauseSign.of("").getAsBoolean()).isFalse();
  }

  private static Metrics metrics() {
    JmxReporter reporter = new JmxReporter();
    reporter.configure(Map.of());
    reporter.contextChange(new KafkaMetricsContext("kafka.connect"));
    return new Metrics(
        new MetricConfig(),
        List.of(reporter),
        Time.SYSTEM,
        new KafkaMetricsContext("kafka.connect"));
  }

  private static MetricName metric(
      Metrics metrics, String connector, String task, AtomicReference<String> status) {
    MetricName name =
        metrics.metricName(
            "status", "connector-task-metrics", Map.of("connector", connector, "task", task));
    metrics.addMetric(name, (Gauge<String>) (config, now) -> status.get());
    return name;
  }
}
