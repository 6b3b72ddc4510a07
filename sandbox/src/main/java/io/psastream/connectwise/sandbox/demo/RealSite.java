package io.psastream.connectwise.sandbox.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The source alone against a real site. Nothing is ever written there. Credentials stay in the
 * environment, where the worker's config provider finds them; of a ticket only its id and time are
 * printed.
 */
final class RealSite {
  private static final String SITE_URL = "CONNECTWISE_SITE_URL";
  private static final List<String> VARIABLES =
      List.of(SITE_URL, "CONNECTWISE_USERNAME", "CONNECTWISE_PASSWORD", "CONNECTWISE_CLIENT_ID");

  private final Sandbox sandbox;
  private final Screen screen;
  private final Map<String, String> environment;

  RealSite(Sandbox sandbox, Screen screen, Map<String, String> environment) {
    this.sandbox = sandbox;
    this.screen = screen;
    this.environment = environment;
  }

  /** What is wrong with the environment, if anything is. */
  static Optional<String> problem(Map<String, String> environment) {
    List<String> missing =
        VARIABLES.stream().filter(name -> environment.getOrDefault(name, "").isBlank()).toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "--real needs these environment variables: " + String.join(", ", missing) + ".");
  }

  /**
   * Starts the tickets source of the examples and prints what arrives until the process ends or the
   * source fails.
   */
  void read(Path examples) throws IOException {
    Example source = Example.read(examples.resolve("tickets-source.json"));
    String topic = source.config().get("topic");
    sandbox.topics().create(topic, 1);
    sandbox.connect().start(source.name(), source.config(), 1);
    screen.chapter("Reading the tickets of " + environment.get(SITE_URL) + "; Ctrl-C ends it.");
    try (TopicReader reader = sandbox.topics().reader(topic)) {
      long count = 0;
      while (true) {
        for (TopicRecord record : reader.drain()) {
          count++;
          screen.say("  %,8d  %s".formatted(count, line(record)));
        }
        sandbox.connect().requireHealthy(source.name());
      }
    }
  }

  private static String line(TopicRecord record) {
    String key = record.key().map(JsonNode::asText).orElse("");
    String updated =
        record.value().map(value -> value.at("/_info/lastUpdated").asText()).orElse("deleted");
    return "ticket #%-10s last updated %s".formatted(key, updated);
  }
}
