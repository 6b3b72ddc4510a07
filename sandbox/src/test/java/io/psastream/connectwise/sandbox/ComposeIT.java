package io.psastream.connectwise.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.psastream.connectwise.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * {@code docker-compose.yml} describes services that fit each other and the build, as far as a
 * parser can tell.
 */
final class ComposeIT {
  private static final Path FILE = Path.of("..", "docker-compose.yml");
  private static final Pattern URL = Pattern.compile("http://\\S+");

  private final JsonNode services;
  private final JsonNode volumes;

  ComposeIT() throws IOException {
    JsonNode compose = new ObjectMapper(new YAMLFactory()).readTree(FILE.toFile());
    this.services = compose.path("services");
    this.volumes = compose.path("volumes");
  }

  @Test
  void startsKafkaConnectSchemaRegistryAndTheSimulator() {
    assertThat(services.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("kafka", "schema-registry", "plugin", "connect", "simulator");
  }

  @Test
  void pinsEveryImageToAVersion() {
    assertThat(services)
        .allSatisfy(
            service ->
                assertThat(service.path("image").asText())
                    .matches("[\\w./-]+:\\d+\\.\\d+\\.\\d+[\\w.-]*"));
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
                    .isEqualTo(!service.getKey().equals("plugin")));
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
    int port = Ports.free();
    List<String> command = new ArrayList<>();
    texts(simulator.path("command"))
        .forEach(word -> command.add(word.replace("/app/", "target/simulator/")));
    Collections.replaceAll(command, "0.0.0.0", "127.0.0.1");
    Collections.replaceAll(command, "8080", String.valueOf(port));
    command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Matcher check = URL.matcher(simulator.path("healthcheck").path("test").path(1).asText());
    assertThat(check.find()).isTrue();
    URI url = URI.create(check.group().replace("localhost:8080", "127.0.0.1:" + port));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Path.of("target", "simulator.out").toFile())
            .start();
    try {
      Await.until("The simulator's answer", Duration.ofSeconds(60), () -> answers(url));
    } finally {
      process.destroyForcibly();
    }
  }

  private static boolean answers(URI url) {
    try {
      return HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void examplesReachTheSimulatorWithTheCredentialsThatItAccepts() {
    JsonNode environment = services.path("connect").path("environment");
    SimulatorSettings accepted = SimulatorSettings.defaults();

    assertThat(environment.path("CONNECTWISE_USERNAME").asText())
        .endsWith(":-" + accepted.company() + "+" + accepted.publicKey() + "}");
    assertThat(environment.path("CONNECTWISE_PASSWORD").asText())
        .endsWith(":-" + accepted.privateKey() + "}");
    assertThat(environment.path("CONNECTWISE_CLIENT_ID").asText())
        .endsWith(":-" + accepted.clientId() + "}");
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
  void dockerComposeItselfAcceptsTheFileWhereItIsInstalled() throws Exception {
    assumeTrue(exitCode("version") == 0, "docker compose is not installed");

    assertThat(exitCode("-f", FILE.toString(), "config", "--quiet")).isZero();
  }

  private static int exitCode(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("docker", "compose"));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(30, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } catch (IOException e) {
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
