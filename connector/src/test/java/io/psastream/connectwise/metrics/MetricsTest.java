package io.psastream.connectwise.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.psastream.connectwise.metrics.Metric.MetricScope;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.JMException;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The same figures under the same names, through a worker that has metrics of plugins or not. */
class MetricsTest {

  private final org.apache.kafka.common.metrics.Metrics worker =
      new org.apache.kafka.common.metrics.Metrics(
          new MetricConfig(),
          List.of(new JmxReporter()),
          Time.SYSTEM,
          new KafkaMetricsContext("kafka.connect"));

  @AfterEach
  void closeWorker() {
    worker.close();
  }

  @Test
  void everyMetricOfAScopeIsShownBeforeItCounts() throws JMException {
    try (MetricRegistry registry = later("tickets", "0")) {
      registry.of(MetricScope.ROUTE, "notes");

      assertThat(Beans.of("connector=tickets,task=0,route=notes").keySet())
          .isEqualTo(names(MetricScope.ROUTE));
    }
  }

  @Test
  void anEarlierWorkerShowsWhatALaterOneShows() throws JMException {
    Map<String, Map<String, Object>> later;
    Map<String, Map<String, Object>> earlier;
    try (MetricRegistry registry = later("of=all, \"kinds\"", "3")) {
      later = use(registry);
    }
    try (MetricRegistry registry = earlier("of=all, \"kinds\"", "3")) {
      earlier = use(registry);
    }

    assertThat(earlier).isEqualTo(later).hasSize(4);
    assertThat(later.toString()).contains("updates-skipped-total=3.0", "requests-total=7.0");
  }

  private Map<String, Map<String, Object>> use(MetricRegistry registry) throws JMException {
    registry.of(MetricScope.QUERY, "tickets").add(Metric.UPDATES_SKIPPED, 1);
    registry.of(MetricScope.QUERY, "tickets").add(Metric.UPDATES_SKIPPED, 2);
    registry.of(MetricScope.QUERY, "companies").gauge(Metric.PHASE, () -> "idle");
    registry.of(MetricScope.CALLS, "GET /x?a=b,c", "success").add(Metric.REQUESTS, 7);
    registry.of(MetricScope.SITE);
    registry.of(MetricScope.SINK).gauge(Metric.BREAKER, () -> 2);
    return Beans.all();
  }

  @Test
  void connectorsAndTasksWithQueriesOfOneNameCountEachForItself() throws JMException {
    MetricRegistry one = later("one", "0");
    try (MetricRegistry other = later("one", "1");
        MetricRegistry third = later("two", "0")) {
      one.of(MetricScope.QUERY, "tickets").add(Metric.ITEMS, 1);
      other.of(MetricScope.QUERY, "tickets").add(Metric.ITEMS, 10);
      third.of(MetricScope.QUERY, "tickets").add(Metric.ITEMS, 100);
      one.close();

      assertThat(Beans.all()).hasSize(2);
      assertThat(Beans.of("connector=one,task=1,query=tickets")).containsEntry("items-total", 10.0);
      assertThat(Beans.of("connector=two,task=0,query=tickets"))
          .containsEntry("items-total", 100.0);
    }
    assertThat(Beans.all()).isEmpty();
  }

  @Test
  void beansOfAnEarlierWorkerLeaveWithTheirTaskAlone() throws JMException {
    MetricRegistry one = earlier("one", "0");
    try (MetricRegistry other = earlier("one", "1")) {
      one.of(MetricScope.QUERY, "tickets");
      other.of(MetricScope.QUERY, "tickets");
      one.close();

      assertThat(Beans.all().keySet()).containsExactly("connector=one,query=tickets,task=1");
      one.of(MetricScope.QUERY, "late").add(Metric.ITEMS, 1);
      assertThat(Beans.all()).hasSize(1);
    }
    assertThat(Beans.all()).isEmpty();
  }

  @Test
  void whatIsShownAlreadyDoesNotFailATask() throws JMException {
    try (MetricRegistry former = earlier("one", "0");
        MetricRegistry next = earlier("one", "0")) {
      former.of(MetricScope.QUERY, "tickets");
      next.of(MetricScope.QUERY, "tickets").add(Metric.ITEMS, 1);

      assertThat(Beans.of("connector=one,task=0,query=tickets")).containsEntry("items-total", 0.0);
    }
  }

  @Test
  void aWorkerThatClosesTheMetricsFirstIsNoTrouble() throws IOException, JMException {
    PluginMetricsImpl plugin = new PluginMetricsImpl(worker, Map.of("connector", "c"));
    MetricRegistry registry = new MetricRegistry(new PluginExporter(plugin), System::nanoTime);
    registry.of(MetricScope.QUERY, "tickets");

    plugin.close();
    registry.of(MetricScope.QUERY, "companies").add(Metric.ITEMS, 1);
    registry.close();

    assertThat(Beans.all()).isEmpty();
  }

  @Test
  void aWorkerBeforeKafka41HasNotEvenTheMethod() throws JMException {
    try (MetricRegistry registry =
        MetricRegistry.open(
            () -> {
              throw new NoSuchMethodError("pluginMetrics");
            },
            "tickets")) {
      registry.of(MetricScope.SITE);

      assertThat(Beans.all().keySet()).containsExactly("connector=tickets,task=0");
    }
    assertThat(MetricRegistry.taskNumber("task-thread-my-7-connector-12", "my-7-connector"))
        .isEqualTo("12");
  }

  @Test
  void aMetricOfAnotherScopeIsAMistake() {
    Metrics site = MetricRegistry.hidden().of(MetricScope.SITE);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> site.add(Metric.UPDATES_SKIPPED, 1))
        .withMessage("UPDATES_SKIPPED is no such metric: QUERY COUNTER");
  }

  private MetricRegistry later(String connector, String task) {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("connector", connector);
    tags.put("task", task);
    return new MetricRegistry(
        new PluginExporter(new PluginMetricsImpl(worker, tags)), System::nanoTime);
  }

  private static MetricRegistry earlier(String connector, String task) {
    return new MetricRegistry(new JmxExporter(connector, task), System::nanoTime);
  }

  private static Set<String> names(MetricScope scope) {
    Set<String> names = new HashSet<>();
    new MetricValues(scope, System::nanoTime).shown().forEach(shown -> names.add(shown.name()));
    return names;
  }
}
