package io.psastream.connectwise.compat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.connect.ConnectRest;
import io.psastream.connectwise.sandbox.connect.ForkedWorker.Jvm;
import io.psastream.connectwise.sandbox.connect.MetricsAgent;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.store.ItemCollection;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The built archive on workers as Kafka ships them, of each version that is supported, with the JDK
 * of the build and with the newest that is found: snapshot, change, update, deletion, dead letter,
 * typed and json values, offsets reset, metrics as Prometheus is told them. The broker is this
 * project's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StockWorkersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path WORKERS = Path.of(System.getProperty("workers"));
  private static final Path EXAMPLES = Path.of("..", "config-examples");
  private static final Path RULES = Path.of("..", "monitoring", "jmx-exporter.yml");
  private static final int TICKETS = 200;

  private final Map<String, Map<Integer, String>> table = new TreeMap<>();

  /** The metrics of the first worker, which the others have as well. */
  private final Map<String, Set<String>> expected = new TreeMap<>();

  private Sandbox sandbox;

  @BeforeAll
  void startBroker() throws IOException {
    Path archive = Path.of(System.getProperty("connectwise.archive"));
    sandbox = Sandbox.start(archive, Files.createTempDirectory(Path.of("target"), "workers-"));
  }

  static Stream<Arguments> workers() throws IOException {
    try (Stream<Path> folders = Files.list(WORKERS)) {
      List<Path> versions =
          folders.filter(each -> Files.isDirectory(each.resolve("target/libs"))).sorted().toList();
      return versions.stream()
          .flatMap(
              version ->
                  Jdk.oldAndNewest().stream()
                      .map(jdk -> Arguments.of(kafka(version), jdk.feature(), version, jdk)));
    }
  }

  @ParameterizedTest(name = "Kafka {0} on Java {1}")
  @MethodSource("workers")
  void smokeStory(String kafka, int java, Path worker, Jdk jdk) throws IOException {
    table.computeIfAbsent(kafka, each -> new TreeMap<>()).put(java, "failed");
    String run = "kafka-" + kafka + "-java-" + java;
    MetricsAgent agent = MetricsAgent.of(Path.of(System.getProperty("exporter")), RULES);
    sandbox.forkWorker(run, agent.on(Jvm.small(jdk.home(), classPath(worker))));
    Map<String, Set<String>> metrics = new TreeMap<>();
    try (Simulator simulator = Simulator.start()) {
      simulator.seed().tickets(TICKETS);
      new Run(sandbox, simulator, run, agent, metrics).tell();
    } finally {
      sandbox.stopWorker();
    }
    metrics.keySet().removeIf(name -> !name.matches("(connectwise|kafka_connect)_.*"));
    assertThat(metrics)
        .containsKeys("connectwise_lag_seconds", "connectwise_records_applied_total");
    if (expected.isEmpty()) {
      expected.putAll(metrics);
    }
    assertThat(metrics).isEqualTo(expected);
    table.get(kafka).put(java, "passed");
  }

  @AfterAll
  void close() throws IOException {
    sandbox.close();
    StringBuilder lines = new StringBuilder("| Kafka Connect |");
    List<Integer> jdks = Jdk.oldAndNewest().stream().map(Jdk::feature).toList();
    jdks.forEach(jdk -> lines.append(" Java ").append(jdk).append(" |"));
    lines.append("\n|---|").append("---|".repeat(jdks.size())).append('\n');
    table.forEach(
        (kafka, results) -> {
          lines.append("| ").append(kafka).append(" |");
          jdks.forEach(jdk -> lines.append(' ').append(results.get(jdk)).append(" |"));
          lines.append('\n');
        });
    Files.writeString(Path.of(System.getProperty("table")), lines);
    System.out.println(lines);
  }

  /** The version that the worker's own jar names. */
  private static String kafka(Path worker) {
    try (Stream<Path> jars = Files.list(worker.resolve("target/libs"))) {
      return jars.map(jar -> jar.getFileName().toString())
          .filter(name -> name.startsWith("connect-runtime-"))
          .map(name -> name.replaceAll("connect-runtime-|\\.jar", ""))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kafka's jars, and the main class that ends with this JVM; nothing else of this project. */
  private static String classPath(Path worker) {
    Path main =
        Path.of(Sandbox.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    return worker.resolve("target/libs/*") + File.pathSeparator + main;
  }

  /**
   * The story on one worker.
   *
   * @param metrics those that were shown of its connectors, and their labels
   */
  private record Run(
      Sandbox sandbox,
      Simulator simulator,
      String name,
      MetricsAgent agent,
      Map<String, Set<String>> metrics) {

    void tell() throws IOException {
      snapshotChangeAndReset("json", "none");
      snapshotChangeAndReset("typed", "typed");
      updateDeleteAndDeadLetter();
    }

    private void snapshotChangeAndReset(String values, String mode) throws IOException {
      String source = name + "-" + values;
      Map<String, String> config = example("tickets-source.json");
      config.putAll(Map.of("topic", source, "schema.mode", mode, "schedule.interval.ms", "500"));
      sandbox.topics().create(source, 1);
      connect().start(source, config, 1);
      try (TopicReader arrivals = sandbox.topics().reader(source)) {
        arrivals.awaitCount(TICKETS, PATIENCE);
        String change = "changed before " + values;
        tickets().update(7, ticket -> ticket.put("summary", change));
        arrivals.awaitCount(TICKETS + 1, PATIENCE);
        JsonNode changed = arrivals.records().get(TICKETS).value().orElseThrow();
        assertThat(changed.path("id").asLong()).isEqualTo(7);
        assertThat(changed.path("summary").asText()).isEqualTo(change);

        connect().stop(source);
        connect().resetOffsets(source);
        connect().resume(source);
        arrivals.awaitCount(2 * TICKETS + 1, PATIENCE);
      }
      end(source);
    }

    private void updateDeleteAndDeadLetter() throws IOException {
      String sink = name + "-sink";
      String dead = sink + "-dead";
      Map<String, String> config = example("ticket-updates-sink.json");
      config.putAll(
          Map.of("topics", sink, "tasks.max", "1", "errors.deadletterqueue.topic.name", dead));
      sandbox.topics().create(sink, 1);
      sandbox.topics().create(dead, 1);
      connect().start(sink, config, 1);
      sandbox.topics().send(sink, "9", Optional.of("{\"summary\": \"from Kafka\"}"));
      sandbox.topics().send(sink, "4711", Optional.of("{\"summary\": \"of none\"}"));
      sandbox.topics().send(sink, "8", Optional.empty());

      Await.until(
          "Update and deletion",
          PATIENCE,
          () -> summary(9).equals(Optional.of("from Kafka")) && tickets().get(8).isEmpty());
      try (TopicReader letters = sandbox.topics().reader(dead)) {
        assertThat(letters.awaitCount(1, PATIENCE).get(0).headers())
            .containsKey("__connect.errors.exception.message");
      }
      end(sink);
    }

    private void end(String connector) {
      connect().requireHealthy(connector);
      metrics.putAll(agent.scrape());
      connect().delete(connector);
    }

    private Optional<String> summary(long id) {
      return tickets().get(id).map(ticket -> ticket.tree().path("summary").asText());
    }

    private Map<String, String> example(String file) throws IOException {
      Map<String, String> config = new HashMap<>(Example.read(EXAMPLES.resolve(file)).config());
      config.put("connectwise.site.url", simulator.url());
      config.put("connectwise.username", simulator.username());
      config.put("connectwise.password", simulator.password());
      config.put("connectwise.client.id", simulator.clientId());
      return config;
    }

    private ItemCollection tickets() {
      return simulator.store().collection("/service/tickets");
    }

    private ConnectRest connect() {
      return sandbox.connect();
    }
  }
}
