package io.psastream.connectwise.sandbox.demo;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What to try with a demo that stays up: every command is ready to be copied. */
final class Guide {
  private static final Pattern TOPIC_KEYS =
      Pattern.compile("(.*\\.)?topics?|errors\\.deadletterqueue\\.topic\\.name");

  private static final String OPERATION = ".operation.id";
  private static final String ELSEWHERE = "io.confluent.";

  private final DemoOptions options;
  private final Simulator simulator;
  private final Set<String> existing;

  /**
   * For this demo.
   *
   * @param existing the topics that exist beside those of the examples
   */
  Guide(DemoOptions options, Simulator simulator, Set<String> existing) {
    this.options = options;
    this.simulator = simulator;
    this.existing = existing;
  }

  /** The lines. */
  List<String> lines() throws IOException {
    List<String> commands = new ArrayList<>();
    Set<String> topics = new TreeSet<>(existing);
    String connect = "http://127.0.0.1:" + options.port(DemoOptions.CONNECT_PORT);
    String brokers = "127.0.0.1:" + options.port(DemoOptions.KAFKA_PORT);
    for (Path file : files()) {
      Example example = Example.read(file);
      if (example.config().values().stream().anyMatch(value -> value.startsWith(ELSEWHERE))) {
        commands.add(
            "# %s needs Confluent's converter and a Schema Registry: see docker-compose.yml"
                .formatted(file.getFileName()));
      } else {
        commands.add(
            "curl -sS -H 'Content-Type: application/json' -d @%s %s/connectors"
                .formatted(quoted(file), connect));
        topics.addAll(topics(example));
      }
    }
    String kafka = options.kafkaOption();
    return Stream.of(
            Stream.of(
                "",
                "Everything stays up until Ctrl-C:",
                "  a page to look at     " + simulator.url() + "/",
                "  ConnectWise double    " + simulator.url(),
                "    username            " + simulator.username(),
                "    password            " + simulator.password(),
                "    clientId            " + simulator.clientId(),
                "  Connect REST API      " + connect + "/connectors?expand=status",
                "  Kafka                 " + brokers,
                "  Callbacks             http://127.0.0.1:"
                    + options.port(DemoOptions.CALLBACKS_PORT)
                    + ": changes and deletions in the double arrive within seconds",
                "",
                "Start an example; it finds site, credentials and brokers in the worker's"
                    + " environment:"),
            commands.stream(),
            Stream.of("", "See what is in a topic, and what comes:"),
            topics.stream().map(topic -> "./demo --consume " + topic + kafka),
            Stream.of(
                "or with Kafka's own: kafka-console-consumer.sh --bootstrap-server "
                    + brokers
                    + " --from-beginning --property print.key=true --topic "
                    + Story.TICKETS_TOPIC,
                "",
                "Write a record: an update of ticket 17, its deletion, and a signal to send ticket"
                    + " 18 again:"),
            Stream.of(
                    Story.UPDATES_TOPIC + " 17 '{\"summary\": \"Printer on fire\"}'",
                    Story.UPDATES_TOPIC + " 17",
                    Story.SIGNAL_TOPIC
                        + " "
                        + Story.SOURCE
                        + " '{\"type\": \"reread\", \"ids\": [18]}'")
                .map(record -> "./demo --send " + record + kafka))
        .flatMap(lines -> lines)
        .toList();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(options.examples())) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  /** As a word of a shell, which finds the file from every folder. */
  private static String quoted(Path file) {
    return "'" + file.toAbsolutePath().toString().replace("'", "'\\''") + "'";
  }

  private static List<String> topics(Example example) {
    Map<String, String> config = example.config();
    Stream<String> named =
        config.entrySet().stream()
            .filter(entry -> TOPIC_KEYS.matcher(entry.getKey()).matches())
            .flatMap(entry -> Stream.of(entry.getValue().split(",", -1)))
            .map(String::strip);
    String pattern = config.getOrDefault("topic.name.pattern", "");
    Stream<String> shared =
        config.entrySet().stream()
            .filter(entry -> !pattern.isEmpty() && entry.getKey().endsWith(OPERATION))
            .filter(entry -> !config.containsKey(entry.getKey().replace(OPERATION, ".topic")))
            .map(entry -> pattern.replace("${resource}", resource(entry.getValue())));
    return Stream.concat(named, shared).toList();
  }

  /** What the connector makes of the path of an operation, such as {@code company.contacts}. */
  private static String resource(String operation) {
    String path = Catalog.load().operation(operation).path().toString();
    return path.replaceAll("/\\{[^}]*}", "").substring(1).replace('/', '.');
  }
}
