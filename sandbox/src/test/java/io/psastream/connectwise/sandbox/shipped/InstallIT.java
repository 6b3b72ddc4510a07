package io.psastream.connectwise.sandbox.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.psastream.connectwise.sandbox.BuiltArchive;
import io.strimzi.api.kafka.model.connect.KafkaConnect;
import io.strimzi.api.kafka.model.connector.KafkaConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The resources of docs/install.md, the Dockerfile and the workflow are what their readers
 * (Strimzi, Docker, GitHub) understand, as far as can be told without them.
 */
final class InstallIT {
  private static final Path ROOT = Path.of("..");
  private static final Pattern YAML =
      Pattern.compile("^```yaml\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final ObjectMapper MAPPER = new ObjectMapper(new YAMLFactory());

  @Test
  void resourcesOfStrimziHaveNoFieldThatStrimziDoesNotKnow() throws IOException {
    List<String> resources =
        YAML.matcher(Files.readString(ROOT.resolve("docs/install.md")))
            .results()
            .map(block -> block.group(1))
            .toList();
    ObjectMapper strict = new ObjectMapper(new YAMLFactory());
    strict.setAnnotationIntrospector(new KnownFieldsOnly());

    KafkaConnect workers = strict.readValue(resources.get(0), KafkaConnect.class);
    KafkaConnector connector = strict.readValue(resources.get(1), KafkaConnector.class);

    assertThat(workers.getKind()).isEqualTo("KafkaConnect");
    assertThat(workers.getMetadata().getAnnotations())
        .containsEntry("strimzi.io/use-connector-resources", "true");
    assertThat(connector.getMetadata().getLabels())
        .containsEntry("strimzi.io/cluster", workers.getMetadata().getName());
    String folder =
        workers
            .getSpec()
            .getTemplate()
            .getConnectContainer()
            .getVolumeMounts()
            .get(0)
            .getMountPath();
    assertThat(workers.getSpec().getConfig())
        .containsEntry("config.providers.dir.param.allowed.paths", folder);
    assertThat(connector.getSpec().getConfig())
        .containsEntry("connectwise.password", "${dir:" + folder + ":password}");
  }

  @Test
  void imageIsMadeOfPinnedOnesAndOfWhatTheBuildMakesAndDoesNotRunAsRoot() throws IOException {
    List<String> lines =
        Files.readAllLines(ROOT.resolve("Dockerfile")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();

    assertThat(lines)
        .allMatch(line -> line.matches("(FROM|COPY|RUN|USER|EXPOSE|ENTRYPOINT|CMD) .+"));
    assertThat(lines)
        .filteredOn(line -> line.startsWith("FROM "))
        .isNotEmpty()
        .allMatch(line -> line.matches("FROM [\\w./-]+:\\d+\\.\\d+\\.\\d+( AS \\w+)?"));
    assertThat(lines)
        .contains("COPY connector/target/psastream-kafka-connect-connectwise-*.zip /archive/");
    assertThat(BuiltArchive.path().getFileName().toString())
        .matches("psastream-kafka-connect-connectwise-.*\\.zip");
    assertThat(lines).filteredOn(line -> line.startsWith("USER ")).last().isNotEqualTo("USER root");
    for (String line : lines) {
      if (line.startsWith("CMD ") || line.startsWith("ENTRYPOINT ")) {
        assertThat(MAPPER.readTree(line.substring(line.indexOf(' '))).isArray()).as(line).isTrue();
      }
    }
  }

  @Test
  void workflowRunsWhatMustPassOnBothJdksAndPublishesOnlyAfterIt() throws IOException {
    JsonNode jobs =
        MAPPER.readTree(ROOT.resolve(".github/workflows/build.yml").toFile()).path("jobs");

    assertThat(jobs.at("/verify/strategy/matrix/java"))
        .extracting(JsonNode::asText)
        .containsExactly("17", "21");
    assertThat(jobs.at("/verify/steps"))
        .anyMatch(step -> step.path("run").asText().equals(".ci/run"));
    assertThat(ROOT.resolve(".ci/run")).isExecutable();
    assertThat(jobs.at("/release/needs").asText()).isEqualTo("verify");
    assertThat(jobs.at("/release/if").asText()).contains("refs/tags/v");
    String files = jobs.at("/verify/steps").toString();
    assertThat(List.of(".zip", ".cdx.json", ".sha256")).allMatch(files::contains);
  }

  /** Takes away the setters by which resources keep what they do not know. */
  private static final class KnownFieldsOnly extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated member) {
      return false;
    }
  }
}
