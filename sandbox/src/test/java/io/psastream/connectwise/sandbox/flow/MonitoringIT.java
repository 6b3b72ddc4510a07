package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.Monitoring;
import io.psastream.connectwise.sandbox.Monitoring.Asked;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.connect.ForkedWorker.Jvm;
import io.psastream.connectwise.sandbox.connect.MetricsAgent;
import io.psastream.connectwise.sandbox.machine.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What Prometheus is told of a worker on which a source and a sink run, by the exporter with the
 * rules that users are given.
 */
@ExtendWith(SandboxExtension.class)
final class MonitoringIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SIGNALS = "watched-signals";
  private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

  private final Sandbox sandbox;

  MonitoringIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Test
  void everyMetricIsShownAndAlertsAndDashboardAskForNoOther() throws IOException {
    Map<String, Set<String>> shown = ofASourceAndASink();

    assertThat(shown.keySet()).containsAll(Monitoring.documented());
    List<Asked> expressions = Monitoring.expressions();
    assertThat(expressions)
        .hasSizeGreaterThan(40)
        .allSatisfy(asked -> assertAnswered(asked, shown));
  }

  private static void assertAnswered(Asked asked, Map<String, Set<String>> shown) {
    PromQuery query = PromQuery.parse(asked.expression());
    assertThat(query.metrics()).isNotEmpty();
    query
        .metrics()
        .forEach(
            (name, matched) -> {
              assertThat(shown).containsKey(name);
              assertThat(shown.get(name)).containsAll(matched).containsAll(query.labels());
            });
    assertThat(LEGEND.matcher(asked.legend()).results().map(label -> label.group(1)))
        .isSubsetOf(query.labels());
  }

  private Map<String, Set<String>> ofASourceAndASink() throws IOException {
    MetricsAgent agent =
        MetricsAgent.of(
            Path.of(System.getProperty("exporter")), Monitoring.FOLDER.resolve("jmx-exporter.yml"));
    try (Tenant source = Tenant.start("watched-source", 200);
        Tenant sink = Tenant.start("watched-sink", 1);
        TopicReader arrivals = reader(source)) {
      sandbox.topics().create(SIGNALS, 1);
      sandbox.topics().create(sink.topic(), 1);
      sandbox.topics().send(sink.topic(), "1", Optional.of("{\"summary\": \"from Kafka\"}"));
      sandbox.forkWorker("watched", agent.on(Jvm.small()));
      sandbox.connect().start(source.name(), source.source().with(signals()).config(), 1);
      sandbox.connect().start(sink.name(), sink.sink().config(), 1);
      arrivals.awaitCount(200, PATIENCE);
      Await.until(
          "The change",
          PATIENCE,
          () -> sink.tickets().get(1).orElseThrow().json().contains("from Kafka"));
      Map<String, Set<String>> shown = agent.scrape();
      sandbox.killWorker();
      return shown;
    }
  }

  private TopicReader reader(Tenant tenant) {
    sandbox.topics().create(tenant.topic(), 1);
    return sandbox.topics().reader(tenant.topic());
  }

  /** Whose figures only those have who take signals. */
  private Map<String, String> signals() {
    return Map.of(
        "signal.topic",
        SIGNALS,
        "signal.bootstrap.servers",
        sandbox.bootstrapServers(),
        "heartbeat.topic",
        SIGNALS + ".heartbeats");
  }
}
