package io.psastream.connectwise.sandbox.bench;

import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.simulator.Simulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** The configurations of what is measured: all from the tickets example. */
final class Configs {
  private static final String OVERRIDE = "producer.override.";
  private static final String BYTES_CONVERTER =
      "org.apache.kafka.connect.converters.ByteArrayConverter";
  private static final String TEXT_CONVERTER = "org.apache.kafka.connect.storage.StringConverter";

  private static final String SCHEMAS = "value.converter.schemas.enable";

  private final Example example;
  private final Simulator simulator;

  private Configs(Example example, Simulator simulator) {
    this.example = example;
    this.simulator = simulator;
  }

  static Configs of(Path examples, Simulator simulator) throws IOException {
    return new Configs(Example.read(examples.resolve("tickets-source.json")), simulator);
  }

  /** The connector, which reads the tickets up to an id. */
  Map<String, String> connector(Case what, String topic, int tickets) {
    Map<String, String> config = new HashMap<>(example.config());
    config.keySet().removeIf(key -> key.startsWith(OVERRIDE));
    config.putAll(overrides(what.tuning(), OVERRIDE));
    config.put("connectwise.site.url", simulator.url());
    config.put("connectwise.username", simulator.username());
    config.put("connectwise.password", simulator.password());
    config.put("connectwise.client.id", simulator.clientId());
    config.put("rate.limit.requests.per.minute", "0");
    config.put("max.in.flight.requests", String.valueOf(what.inFlight()));
    config.put("topic", topic);
    config.put("options", "{\"conditions\":\"id <= " + tickets + "\"}");
    if (what.subject() == Subject.TYPED) {
      config.put("schema.mode", "typed");
    }
    if (what.subject() == Subject.JSON || what.subject() == Subject.BYTES) {
      config.put("schema.mode", "json");
      config.put(
          "value.converter", what.subject() == Subject.JSON ? TEXT_CONVERTER : BYTES_CONVERTER);
    }
    return config;
  }

  /** The connector, which writes typed tickets with their schema, to be read back as they are. */
  Map<String, String> structs(String topic, int tickets) {
    Map<String, String> config =
        new HashMap<>(connector(new Case(Subject.TYPED, Tuning.OVERRIDES, 0, 1), topic, tickets));
    config.put(SCHEMAS, "true");
    return config;
  }

  /**
   * The do-nothing sources, and the one that does nothing but fetch.
   *
   * @param structs the topic of typed tickets with their schema
   */
  Map<String, String> handOver(
      Case what, String topic, int tickets, String structs, String bootstrapServers) {
    Map<String, String> config = new HashMap<>(pages());
    config.putAll(overrides(what.tuning(), OVERRIDE));
    config.put("connector.class", HandOverConnector.class.getName());
    config.put(
        HandOverTask.IN_FLIGHT, String.valueOf(what.subject().fetches() ? what.inFlight() : 0));
    config.put("tasks.max", "1");
    config.put("value.converter", TEXT_CONVERTER);
    if (what.subject().typed()) {
      config.put("value.converter", example.config().get("value.converter"));
      config.put(SCHEMAS, example.config().get(SCHEMAS));
      config.put(HandOverTask.STRUCTS, structs);
      config.put(HandOverTask.BOOTSTRAP, bootstrapServers);
    }
    config.put(HandOverTask.TOPIC, topic);
    config.put(HandOverTask.COUNT, String.valueOf(tickets));
    return config;
  }

  /** How to reach the pages without the connector. */
  Map<String, String> pages() {
    String user = simulator.username() + ":" + simulator.password();
    return Map.of(
        TicketPages.URL,
        simulator.url() + "/" + simulator.codebase() + "/apis/3.0" + Rig.TICKETS,
        TicketPages.AUTHORIZATION,
        "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)),
        TicketPages.CLIENT_ID,
        simulator.clientId());
  }

  /** A producer of one's own: what a worker sets by default, and the overrides. */
  Map<String, String> producer(Tuning tuning, String bootstrapServers) {
    Map<String, String> producer = new HashMap<>();
    producer.put("bootstrap.servers", bootstrapServers);
    producer.put("acks", "all");
    producer.put("enable.idempotence", "false");
    producer.put("max.in.flight.requests.per.connection", "1");
    producer.putAll(overrides(tuning, ""));
    return producer;
  }

  private Map<String, String> overrides(Tuning tuning, String prefix) {
    Map<String, String> overrides = new HashMap<>();
    if (tuning == Tuning.OVERRIDES) {
      example
          .config()
          .forEach(
              (key, value) -> {
                if (key.startsWith(OVERRIDE)) {
                  overrides.put(prefix + key.substring(OVERRIDE.length()), value);
                }
              });
    }
    return overrides;
  }
}
