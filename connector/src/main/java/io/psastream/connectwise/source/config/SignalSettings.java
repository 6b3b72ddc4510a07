package io.psastream.connectwise.source.config;

import io.psastream.connectwise.config.Group;
import io.psastream.connectwise.config.KafkaClientKeys;
import io.psastream.connectwise.config.Key;
import io.psastream.connectwise.config.Problems;
import io.psastream.connectwise.config.Validators;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * Where signals come from.
 *
 * @param connector the name of the connector, which is the key of its signals
 * @param queries the names of all of its queries
 * @param consumer the settings of the consumer, deserializers left out
 */
public record SignalSettings(
    String topic, String connector, List<String> queries, Map<String, Object> consumer) {

  static final String TOPIC = "signal.topic";
  static final String BOOTSTRAP_SERVERS = "signal.bootstrap.servers";

  /** What begins with this is handed to the consumer. */
  static final String CONSUMER_PREFIX = "signal.consumer.";

  private static final KafkaClientKeys CONSUMER =
      new KafkaClientKeys(
          CONSUMER_PREFIX,
          ConsumerConfig.configDef(),
          Set.of(
              ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
              ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
              ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
              ConsumerConfig.ISOLATION_LEVEL_CONFIG,
              ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG));

  /** A topic holds little; more than this at once is a flood. */
  private static final String FETCH_BYTES = "4000000";

  static void define(ConfigDef def) {
    Group group = new Group(def, "Signals");
    group.add(
        Key.of(
                TOPIC,
                Type.STRING,
                null,
                "The topic from which the connector takes signals while it runs: an item was"
                    + " changed, read this again, sweep or refresh now, pause or resume a query"
                    + " (docs/operations.md). They are hints: what they say is looked up, and without"
                    + " them everything arrives as scheduled. Whoever may write to the topic may"
                    + " pause queries. Needs heartbeat.topic, through which a pause is stored. Unset"
                    + " for none. Example: psa.signals.")
            .display("Signal topic")
            .validator(Validators.TOPIC));
    group.add(
        Key.of(
                BOOTSTRAP_SERVERS,
                Type.LIST,
                "",
                "The brokers of the signal topic, usually the same as those of the worker, which a"
                    + " connector is not told. Settings of Kafka's consumer for connecting, TLS, SASL"
                    + " and fetching can be given as signal.consumer.<setting>, such as"
                    + " signal.consumer.security.protocol. Example: broker1:9092, broker2:9092.")
            .display("Brokers for signals")
            .validator(Validators.BROKERS)
            .importance(Importance.MEDIUM)
            .width(Width.LONG));
  }

  /** The settings; empty where there is no signal topic. */
  static Optional<SignalSettings> of(AbstractConfig config, List<Query> queries) {
    return Optional.ofNullable(config.getString(TOPIC)).map(topic -> of(topic, config, queries));
  }

  private static SignalSettings of(String topic, AbstractConfig config, List<Query> queries) {
    String name = String.valueOf(config.originals().getOrDefault("name", "connectwise-source"));
    Map<String, Object> consumer = new HashMap<>();
    consumer.put(ConsumerConfig.CLIENT_ID_CONFIG, name + "-signals");
    consumer.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    consumer.putAll(config.originalsWithPrefix(CONSUMER_PREFIX));
    consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    consumer.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    consumer.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, config.getList(BOOTSTRAP_SERVERS));
    consumer.values().removeIf(Objects::isNull);
    return new SignalSettings(
        topic, name, queries.stream().map(Query::name).toList(), Map.copyOf(consumer));
  }

  /** Whether the connector has a query of this name, in this task or in another one. */
  public boolean knows(String query) {
    return queries.stream().anyMatch(query::equalsIgnoreCase);
  }

  /** Reports values that do not fit together; single values are checked by their validators. */
  static void check(Map<String, String> properties, Map<String, ?> values, Problems problems) {
    CONSUMER.check(properties, problems);
    if (values.get(TOPIC) == null) {
      return;
    }
    if (properties.getOrDefault(BOOTSTRAP_SERVERS, "").isBlank()) {
      problems.add(
          BOOTSTRAP_SERVERS,
          "is missing; Connect does not tell a source where its Kafka is. Example: broker:9092");
    }
    if (values.get(SourceConfig.HEARTBEAT_TOPIC) == null) {
      problems.add(
          SourceConfig.HEARTBEAT_TOPIC,
          "is missing; a pause by " + TOPIC + " is stored through it");
    }
    if (values.get(TOPIC).equals(values.get(SourceConfig.HEARTBEAT_TOPIC))) {
      problems.add(TOPIC, "is the heartbeat topic, which the connector writes itself");
    }
  }
}
