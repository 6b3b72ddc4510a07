package io.psastream.connectwise.sandbox.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Examples;
import io.psastream.connectwise.sandbox.Monitoring;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.sandbox.machine.Ports;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docker-compose.yml} describes services that fit each other and the build, as far as a
 * parser can tell.
 */
final class ComposeIT {
  private static final Path FILE = Path.of("..", "docker-compose.yml");

  /** Services that do something once and end. */
  private static final Set<String> ONCE = Set.of("plugin", "topics");

  private final JsonNode services;
  private final JsonNode volumes;

  ComposeIT() throws IOException {
    JsonNode compose = new ObjectMapper(new YAMLFactory()).readTree(FILE.toFile());
    this.services = compose.path("services");
    this.volumes = compose.path("volumes");
  }

  @Test
  void startsKafkaConnectSchemaRegistryTheSimulatorAndWhatWatchesThem() {
    assertThat(services.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "kafka",
            "topics",
            "schema-registry",
            "plugin",
            "connect",
            "simulator",
            "prometheus",
            "grafana");
  }

  @Test
  void pinsEveryImageToAVersion() {
    assertThat(services)
        .allSatisfy(
            service ->
                assertThat(service.path("image").asText())
                    .matches("[\\w./-]+:v?\\d+\\.\\d+\\.\\d+[\\w.-]*"));
  }

  @Test
  void publishesPortsOnLoopbackOnly() {
    assertThat(services)
        .flatExtracting(service -> texts(service.path("ports")))
        .isNotEmpty()
        .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
  }

  @Test
  void checksTheHealthOfEveryServiceThatStays() {
    services
        .properties()
        .forEach(
            service ->
                assertThat(service.getValue().has("healthcheck"))
                    .as(service.getKey())
                    .isEqualTo(!ONCE.contains(service.getKey())));
  }

  @Test
  void dependsOnlyOnServicesThatExistAndCanBeWaitedFor() {
    assertThat(services)
        .allSatisfy(
            service ->
                service
                    .path("depends_on")
                    .properties()
                    .forEach(
                        other -> {
                          String condition = other.getValue().path("condition").asText();
                          JsonNode needed = services.path(other.getKey());
                          assertThat(needed.isMissingNode()).isFalse();
                          assertThat(condition)
                              .isEqualTo(
                                  needed.has("healthcheck")
                                      ? "service_healthy"
                                      : "service_completed_successfully");
                        }));
  }

  @Test
  void mountsWhatTheBuildMakes() {
    assertThat(mounts("plugin")).contains("./connector/target:/archive:ro", "plugins:/plugins");
    assertThat(mounts("simulator")).contains("./sandbox/target/simulator:/app:ro");
    assertThat(volumes.has("plugins")).isTrue();
  }

  @Test
  void simulatorStartsFromTheMountedFolderAndPassesItsHealthCheck() throws Exception {
    JsonNode simulator = services.path("simulator");
    String port = String.valueOf(Ports.free());
    List<String> start = here(texts(simulator.path("command")), port);
    start.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    List<String> check = here(texts(simulator.at("/healthcheck/test")), port);
    assertThat(check.remove(0)).isEqualTo("CMD");

    Process process = silent(start);
    try {
      Await.until("Health of the simulator", Duration.ofSeconds(60), () -> exitCode(check) == 0);
    } finally {
      process.destroyForcibly();
    }
    Await.until("The end of it", Duration.ofSeconds(60), () -> exitCode(check) != 0);
  }

  /** The words of a command as they are here instead of in the container. */
  private static List<String> here(List<String> words, String port) {
    return new ArrayList<>(
        words.stream()
            .map(word -> word.replace("/app/", "target/simulator/").replace("0.0.0.0", "127.0.0.1"))
            .map(word -> word.replace("8080", port).replace("$$", "$"))
            .toList());
  }

  @Test
  void examplesReachTheSimulatorWithTheCredentialsThatItAccepts() {
    JsonNode environment = services.path("connect").path("environment");
    SimulatorSettings accepted = SimulatorSettings.defaults();

    assertThat(environment.path("CONNECTWISE_SITE_URL").asText())
        .endsWith(":-http://simulator:8080}");
    assertThat(environment.path("CONNECTWISE_USERNAME").asText())
        .endsWith(":-" + accepted.company() + "+" + accepted.publicKey() + "}");
    assertThat(environment.path("CONNECTWISE_PASSWORD").asText())
        .endsWith(":-" + accepted.privateKey() + "}");
    assertThat(environment.path("CONNECTWISE_CLIENT_ID").asText())
        .endsWith(":-" + accepted.clientId() + "}");
  }

  /** What an example names is a host and a port in here, and what it needs exists. */
  @Test
  void examplesFindTheirBrokersTopicsAndConverters() throws IOException {
    String created = services.path("topics").path("command").path(2).asText();
    List<String> listeners =
        List.of(services.at("/kafka/environment/KAFKA_ADVERTISED_LISTENERS").asText().split(","));
    assertThat(texts(services.at("/kafka/networks/default/aliases"))).containsExactly("broker");
    assertThat(services.at("/kafka/environment/KAFKA_AUTO_CREATE_TOPICS_ENABLE").asText())
        .isEqualTo("false");
    assertThat(listeners)
        .contains(
            "INTERNAL://"
                + services.at("/connect/environment/CONNECTWISE_BOOTSTRAP_SERVERS").asText());
    for (Path file : Examples.files()) {
      Map<String, String> config = Example.read(file).config();
      Stream.of("topics", "reporter.result.topic", "reporter.error.topic", "ledger.topic")
          .flatMap(key -> Stream.of(config.getOrDefault(key, "").split(",\\s*")))
          .filter(topic -> !topic.isEmpty())
          .forEach(
              topic -> assertThat(created.split("[\\s;]+")).as(file.toString()).contains(topic));
      config.forEach(
          (key, value) -> {
            if (key.endsWith("bootstrap.servers")) {
              assertThat(value).isEqualTo("${env:CONNECTWISE_BOOTSTRAP_SERVERS}");
            } else if (key.endsWith("schema.registry.url")) {
              assertThat(value).isEqualTo("http://schema-registry:8081");
            }
          });
    }
  }

  /** What the examples ask for, by what the simulator is told to make of each kind. */
  @Test
  void theSimulatorHasTheDataThatTheExamplesAskFor() {
    assertThat(texts(services.at("/simulator/command")))
        .contains("--tickets", "--notes", "--documents", "--companies", "--contacts")
        .contains("--configurations", "--time-entries");
    try (Simulator simulator = Simulator.start()) {
      simulator.seed().tickets(50);
      assertThat(simulator.store().collection("/service/tickets").items())
          .anyMatch(
              ticket ->
                  ticket.json().contains("\"Help Desk\"")
                      && ticket.json().contains("\"closedFlag\":false"));
    }
  }

  @Test
  void connectLoadsThePluginFromTheUnpackedArchive() {
    assertThat(mounts("connect")).contains("plugins:/plugins:ro");
    JsonNode environment = services.path("connect").path("environment");
    assertThat(environment.path("CONNECT_PLUGIN_PATH").asText().split(",")).contains("/plugins");
    assertThat(services.path("plugin").path("command").path(2).asText())
        .contains("/archive/psastream-kafka-connect-connectwise-*.zip")
        .contains("-d /plugins");
  }

  @Test
  void dockerComposeItselfAcceptsTheFileWhereItIsInstalled() {
    assumeTrue(exitCode(List.of("docker", "compose", "version")) == 0, "no docker compose");

    assertThat(exitCode(List.of("docker", "compose", "-f", FILE.toString(), "config", "--quiet")))
        .isZero();
  }

  /** What one service names exists where another has it, or here, where that is mounted. */
  @Test
  void prometheusAsksTheExporterOfConnectAndGrafanaAsksPrometheus() throws IOException {
    assertThat(services.at("/connect/environment/KAFKA_OPTS").asText())
        .isEqualTo(
            "-javaagent:/exporter/jmx_prometheus_javaagent.jar=9404:/monitoring/jmx-exporter.yml");
    assertThat(mounts("connect"))
        .contains("./monitoring:/monitoring:ro", "./sandbox/target/exporter:/exporter:ro");
    assertThat(Path.of(System.getProperty("exporter"), "jmx_prometheus_javaagent.jar")).exists();
    assertThat(Monitoring.FOLDER.resolve("jmx-exporter.yml")).exists();
    assertThat(
            texts(
                Monitoring.yaml("prometheus.yml").at("/scrape_configs/0/static_configs/0/targets")))
        .containsExactly("connect:9404");
    assertThat(mounts("prometheus")).containsExactly("./monitoring:/etc/prometheus:ro");

    String dashboards =
        Monitoring.yaml("grafana/provisioning/dashboards/connectwise.yml")
            .at("/providers/0/options/path")
            .asText();
    assertThat(
            Monitoring.yaml("grafana/provisioning/datasources/prometheus.yml")
                .at("/datasources/0/url")
                .asText())
        .isEqualTo("http://prometheus:9090");
    assertThat(mounts("grafana"))
        .containsExactly(
            "./monitoring/grafana/provisioning:/etc/grafana/provisioning:ro",
            "./monitoring/grafana/dashboards:" + dashboards + ":ro");
    assertThat(
            services.at("/grafana/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH").asText())
        .isEqualTo(dashboards + "/connectwise.json");
    assertThat(Monitoring.FOLDER.resolve("grafana/dashboards/connectwise.json")).exists();
  }

  private static Process silent(List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** The command's exit code; -1 when there is no such command or it does not end. */
  private static int exitCode(List<String> command) {
    try {
      Process process = silent(command);
      return process.waitFor(30, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  private List<String> mounts(String service) {
    return texts(services.path(service).path("volumes"));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
