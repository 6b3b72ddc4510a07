package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Examples;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.connect.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file of {@code config-examples/} is a configuration that the worker accepts, without a key
 * that nobody reads.
 */
@ExtendWith(SandboxExtension.class)
final class ExamplesIT {

  /** Keys that are handed on as they are. */
  private static final List<String> OPEN_PREFIXES =
      List.of(
          "producer.override.",
          "reporter.producer.",
          "consumer.override.",
          "topic.creation.",
          "key.converter.",
          "value.converter.");

  /**
   * Confluent's converters are not on the class path here; their keys are checked as far as that
   * goes.
   */
  private static final String ELSEWHERE = "io.confluent.";

  private final Sandbox sandbox;

  ExamplesIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  static List<Path> files() {
    return Examples.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void exampleIsValid(Path file) {
    try (Tenant tenant = Tenant.start("examples", 1)) {
      Example example = tenant.example(file.getFileName().toString());
      Set<String> absent = new TreeSet<>();
      example
          .config()
          .forEach(
              (key, value) -> {
                if (value.startsWith(ELSEWHERE)) {
                  absent.add(key);
                }
              });

      Validation validation =
          sandbox.connect().validate(example.with(Map.of("name", example.name())).config());

      assertThat(validation.errors().keySet()).isEqualTo(absent);
      assertThat(example.config().keySet())
          .filteredOn(key -> OPEN_PREFIXES.stream().noneMatch(key::startsWith))
          .isSubsetOf(validation.keys());
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void exampleTakesSecretsFromTheEnvironment(Path file) throws IOException {
    assertThat(Example.read(file).config())
        .containsEntry("connectwise.username", "${env:CONNECTWISE_USERNAME}")
        .containsEntry("connectwise.password", "${env:CONNECTWISE_PASSWORD}")
        .containsEntry("connectwise.client.id", "${env:CONNECTWISE_CLIENT_ID}");
  }

  /** With the broker's default, items are deleted that nothing will send again. */
  @ParameterizedTest
  @MethodSource("files")
  void sourceCreatesCompactedTopics(Path file) throws IOException {
    Map<String, String> config = Example.read(file).config();
    if (config.get("connector.class").endsWith("SourceConnector")) {
      assertThat(config)
          .containsEntry("topic.creation.default.cleanup.policy", "compact")
          .containsEntry("topic.creation.default.replication.factor", "-1")
          .containsKey("topic.creation.default.partitions");
    }
  }

  @Test
  void everyFileIsExplainedInTheReadmeAndNamedAfterItself() throws IOException {
    String readme = Files.readString(Examples.FOLDER.resolve("README.md"));

    assertThat(files()).hasSizeGreaterThanOrEqualTo(4);
    for (Path file : files()) {
      String name = file.getFileName().toString();
      assertThat(readme).contains("| [%1$s](%1$s) |".formatted(name));
      assertThat(Example.read(file).name()).isEqualTo("connectwise-" + name.replace(".json", ""));
    }
    try (Stream<Path> all = Files.list(Examples.FOLDER)) {
      assertThat(all).hasSize(files().size() + 1);
    }
  }
}
