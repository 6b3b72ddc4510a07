package io.psastream.connectwise.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.junit.jupiter.api.Test;

class MetricsTest {

  private final org.apache.kafka.common.metrics.Metrics worker =
      new org.apache.kafka.common.metrics.Metrics();
  private final PluginMetricsImpl plugin = new PluginMetricsImpl(worker, Map.of("task", "0"));

  @Test
  void everyCounterOfAQueryIsThereBeforeItCounts() {
    Metrics.of(plugin, Map.of("query", "tickets"));

    assertThat(counts("tickets")).isEqualTo(counts(0.0, 0.0));
  }

  @Test
  void queriesCountEachForItself() {
    Metrics tickets = Metrics.of(plugin, Map.of("query", "tickets"));
    Metrics companies = Metrics.of(plugin, Map.of("query", "companies"));

    tickets.add(Metric.UPDATES_SKIPPED, 1);
    tickets.add(Metric.UPDATES_SKIPPED, 2);
    companies.add(Metric.VERSIONS_FORGOTTEN, 5);

    assertThat(counts("tickets")).isEqualTo(counts(3.0, 0.0));
    assertThat(counts("companies")).isEqualTo(counts(0.0, 5.0));
  }

  @Test
  void aCounterHasADescriptionAndTheTagsOfThePluginToo() {
    Metrics.of(plugin, Map.of("query", "tickets"));

    MetricName name =
        worker.metrics().keySet().stream()
            .filter(each -> each.name().equals("updates-skipped-total"))
            .findAny()
            .orElseThrow();

    assertThat(name.description()).startsWith("Items left out because one of skip.updated.by");
    assertThat(name.tags()).isEqualTo(Map.of("task", "0", "query", "tickets"));
  }

  @Test
  void aCounterWithOtherTagsIsAMistake() {
    Metrics none = Metrics.of(plugin, Map.of());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> none.add(Metric.UPDATES_SKIPPED, 1))
        .withMessage("UPDATES_SKIPPED has other tags");
  }

  @Test
  void withoutAWorkerThatHasMetricsNothingIsCounted() {
    Metrics.NONE.add(Metric.UPDATES_SKIPPED, 1);

    assertThat(counts("tickets")).isEmpty();
  }

  private static Map<String, Double> counts(double skipped, double forgotten) {
    return Map.of(
        "updates-skipped-total",
        skipped,
        "children-skipped-total",
        0.0,
        "versions-forgotten-total",
        forgotten);
  }

  private Map<String, Double> counts(String query) {
    Map<String, Double> counts = new HashMap<>();
    for (KafkaMetric each : worker.metrics().values()) {
      if (query.equals(each.metricName().tags().get("query"))) {
        counts.put(each.metricName().name(), (Double) each.metricValue());
      }
    }
    return counts;
  }
}
