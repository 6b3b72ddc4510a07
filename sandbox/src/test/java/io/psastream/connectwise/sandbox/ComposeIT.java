package io.psastream.connectwise.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * {@code docker-compose.yml} describes services that fit each other and the build, as far as a
 * parser can tell.
 */
final class ComposeTest {
  private static final Path FILE = Path.of("..", "docker-compose.yml");

  private final JsonNode services;
  private final JsonNode volumes;

  ComposeTest() throws IOException {
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
    assertThat(mounts("simulator")).contains("./simulator/target/app:/app:ro");
    assertThat(volumes.has("plugins")).isTrue();
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
  void connectHasEveryVariableThatTheExamplesReferTo() {
    assertThat(services.path("connect").path("environment").fieldNames())
        .toIterable()
        .contains("CONNECTWISE_USERNAME", "CONNECTWISE_PASSWORD", "CONNECTWISE_CLIENT_ID");
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
