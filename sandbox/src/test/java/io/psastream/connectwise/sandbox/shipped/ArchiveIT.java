package io.psastream.connectwise.sandbox.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.sandbox.BuiltArchive;
import io.psastream.connectwise.sandbox.Examples;
import io.psastream.connectwise.sandbox.connect.PluginArchive;
import io.psastream.connectwise.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The archive that ships is what the Confluent Hub's component archive specification and the house
 * ask for.
 */
final class ArchiveIT {
  private static final long LIMIT = 12L * 1024 * 1024;
  private static final Pattern JAR = Pattern.compile("(?<artifact>.+?)-\\d[\\w.-]*\\.jar");

  /**
   * What the worker brings; a second copy of any of them breaks connectors in ways that are hard to
   * find.
   */
  private static final List<String> FORBIDDEN =
      List.of(
          "connect-",
          "kafka-clients",
          "kafka_",
          "slf4j",
          "log4j",
          "logback",
          "reload4j",
          "zstd",
          "lz4",
          "snappy",
          "jakarta.ws",
          "jersey",
          "jetty");

  private final HubArchive archive = HubArchive.open(BuiltArchive.path());

  @Test
  void hasOneTopFolderOfItsOwnName() {
    assertThat(archive.name()).startsWith("psastream-kafka-connect-connectwise-");
    assertThat(archive.files().keySet()).allMatch(path -> path.startsWith(archive.name() + "/"));
  }

  @Test
  void staysBelowTheSizeLimit() throws IOException {
    assertThat(Files.size(archive.file())).isLessThan(LIMIT);
  }

  @Test
  void manifestNamesTheComponentItsVersionAndItsDate() throws IOException {
    JsonNode manifest = archive.json("manifest.json");

    String folder = manifest.at("/owner/username").asText() + "-" + manifest.path("name").asText();
    assertThat(folder + "-" + manifest.path("version").asText()).isEqualTo(archive.name());
    assertThat(manifest.path("release_date").asText()).matches("\\d{4}-\\d{2}-\\d{2}");
    assertThat(archive.text("manifest.json")).doesNotContain("${");
  }

  @Test
  void manifestHasWhatTheHubAsksFor() throws IOException {
    JsonNode manifest = archive.json("manifest.json");

    assertThat(manifest.path("owner").path("username").asText()).matches("[a-z0-9_]{2,255}");
    assertThat(manifest.path("owner").path("type").asText()).isEqualTo("organization");
    assertThat(texts(manifest.path("component_types"))).containsExactly("source", "sink");
    assertThat(texts(manifest.at("/features/supported_encodings"))).containsExactly("any");
    assertThat(manifest.at("/features/kafka_connect_api").asBoolean()).isTrue();
    assertThat(manifest.at("/license/0/name").asText()).contains("Apache");
    assertThat(
            List.of(
                "title",
                "description",
                "documentation_url",
                "source_url",
                "support",
                "tags",
                "requirements"))
        .allMatch(manifest::hasNonNull);
    assertThat(archive.files()).containsKey(archive.name() + "/" + manifest.path("logo").asText());
  }

  @Test
  void libHasTheConnectorAndNothingThatTheWorkerBrings() {
    assertThat(archive.in("lib").keySet())
        .anyMatch(jar -> jar.startsWith("kafka-connect-connectwise-"))
        .anyMatch(jar -> jar.startsWith("connectwise-catalog-"))
        .allMatch(jar -> JAR.matcher(jar).matches())
        .noneMatch(jar -> FORBIDDEN.stream().anyMatch(jar::startsWith))
        .noneMatch(jar -> jar.startsWith("connectwise-simulator"));
  }

  @ParameterizedTest
  @CsvSource({
    "org.apache.kafka.connect.source.SourceConnector,"
        + " io.psastream.connectwise.source.ConnectWiseSourceConnector",
    "org.apache.kafka.connect.sink.SinkConnector,"
        + " io.psastream.connectwise.sink.ConnectWiseSinkConnector"
  })
  void connectorIsFoundByServiceLoading(String service, String connector) throws IOException {
    String jar =
        archive.in("lib").keySet().stream()
            .filter(name -> artifact(name).equals("kafka-connect-connectwise"))
            .findFirst()
            .orElseThrow();

    assertThat(archive.inJar(jar, "META-INF/services/" + service).orElseThrow().strip())
        .isEqualTo(connector);
  }

  @Test
  void docHasReadmeLicenceAndChanges() {
    assertThat(archive.text("doc/LICENSE")).contains("Apache License");
    assertThat(archive.in("doc")).containsKeys("README.md", "CHANGELOG.md");
  }

  @Test
  void binHasACommandLineThatRunsThroughALinkWithNothingButWhatIsInTheArchive(@TempDir Path folder)
      throws Exception {
    PluginArchive.unpack(archive.file(), folder);
    Path moved = Files.createDirectory(folder.resolve("moved to"));
    Files.move(folder.resolve("plugins"), moved.resolve("plugins"));
    Path script = moved.resolve("plugins/" + archive.name() + "/bin/connectwise-operations");
    Path link = Files.createSymbolicLink(folder.resolve("link"), script);

    assertThat(
            new ObjectMapper()
                .readTree(run(link, "template", "getServiceTickets").toFile())
                .at("/config/operation.id")
                .asText())
        .isEqualTo("getServiceTickets");

    Path config = folder.resolve("connector.json");
    try (Simulator simulator = Simulator.start()) {
      simulator.seed().tickets(1);
      Files.writeString(
          config,
          new ObjectMapper()
              .createObjectNode()
              .put("connector.class", "ConnectWiseSourceConnector")
              .put("connectwise.site.url", simulator.url())
              .put("connectwise.username", simulator.username())
              .put("connectwise.password", simulator.password())
              .put("connectwise.client.id", simulator.clientId())
              .put("operation.id", "getServiceTickets")
              .toString());

      JsonNode record = new ObjectMapper().readTree(run(link, "try", config.toString()).toFile());
      assertThat(record.path("topic").asText()).isEqualTo("connectwise.service.tickets");
      assertThat(record.at("/valueSchema/name").asText())
          .isEqualTo("io.psastream.connectwise.Ticket");
    }
  }

  /** Its output, in a file. */
  private static Path run(Path script, String... arguments) throws Exception {
    Path out = script.resolveSibling("out");
    Path err = script.resolveSibling("err");
    List<String> command = new ArrayList<>(List.of("sh", script.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(() -> read(err)).isZero();
    return out;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void etcHasTheExamplesAsTheyAreInTheRepository() throws IOException {
    assertThat(archive.in("etc").keySet())
        .containsExactlyInAnyOrderElementsOf(
            Examples.files().stream().map(example -> example.getFileName().toString()).toList());
    for (Path example : Examples.files()) {
      assertThat(archive.text("etc/" + example.getFileName())).isEqualTo(Files.readString(example));
    }
  }

  private static String artifact(String jar) {
    var matcher = JAR.matcher(jar);
    assertThat(matcher.matches()).isTrue();
    return matcher.group("artifact");
  }

  private static List<String> texts(JsonNode array) {
    return Stream.iterate(0, index -> index < array.size(), index -> index + 1)
        .map(index -> array.get(index).asText())
        .toList();
  }
}
