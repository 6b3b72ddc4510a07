package io.psastream.connectwise.sandbox.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.sandbox.Examples;
import io.psastream.connectwise.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code ./demo --keep} tells, and what its options take. */
final class GuideTest {

  @Test
  void tellsAddressesCredentialsACurlForEachExampleAndACommandForEachTopic() throws IOException {
    List<String> lines = guide(Examples.FOLDER, "--port", "8183", "--kafka-port", "9192");

    assertThat(String.join("\n", lines))
        .contains(
            "http://127.0.0.1:8183/connectors?expand=status",
            "Kafka                 127.0.0.1:9192")
        .contains("simulator+publicKey", "privateKey", "clientId            1111");
    for (Path file : Examples.files()) {
      String name = "/config-examples/" + file.getFileName() + "' http://127.0.0.1:8183/connectors";
      boolean elsewhere = Files.readString(file).contains("io.confluent.");
      assertThat(lines.stream().filter(line -> line.startsWith("curl ") && line.endsWith(name)))
          .hasSize(elsewhere ? 0 : 1);
    }
    for (String topic :
        List.of(
            "demo.tickets",
            "psa.tickets",
            "psa.company.companies",
            "psa.company.contacts",
            "psa.time",
            "psa.dead.letters",
            "psa.ticket.results",
            "psa.company.updates",
            "psa.heartbeats")) {
      assertThat(lines).containsOnlyOnce("./demo --consume " + topic + " --kafka-port 9192");
    }
  }

  /** A folder may have any name; the shell must see one word. */
  @Test
  void namesFilesSoThatAShellFindsThem(@TempDir Path folder) throws Exception {
    Path odd = Files.createDirectories(folder.resolve("it's $HOME & `co`"));
    Files.copy(Examples.FOLDER.resolve("tickets-source.json"), odd.resolve("a b.json"));

    String curl =
        guide(odd).stream().filter(line -> line.startsWith("curl ")).findFirst().orElseThrow();
    Process shell =
        new ProcessBuilder("sh", "-c", curl.replaceFirst("^curl", "printf '%s\\\\n'"))
            .redirectErrorStream(true)
            .start();

    assertThat(new String(shell.getInputStream().readAllBytes(), UTF_8).lines())
        .contains("@" + odd.resolve("a b.json").toAbsolutePath());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --keep --port 0             | --port takes a number from 1 to 65535, not 0.
          --keep --kafka-port 70000   | --kafka-port takes a number
          --keep --site-port          | --site-port needs a value.
          --keep --site-port 8083     | need ports of their own
          --consume                   | --consume takes one topic.
          --consume a b               | --consume takes one topic.
          --send a                    | --send takes a topic, a key
          --send a b c d              | headers as NAME=TEXT
          psa.tickets                 | There is no option psa.tickets
          """)
  void saysWhatAnOptionTakes(String command, String message) {
    assertThatThrownBy(() -> DemoOptions.of(command.split(" +", -1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static List<String> guide(Path examples, String... more) throws IOException {
    try (Simulator simulator = Simulator.start()) {
      List<String> arguments =
          new ArrayList<>(List.of("--keep", "--examples", examples.toString()));
      arguments.addAll(List.of(more));
      return new Guide(
              DemoOptions.of(arguments.toArray(String[]::new)), simulator, Set.of("demo.tickets"))
          .lines();
    }
  }
}
