package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.config.Problems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * Where answers and errors are published.
 *
 * @param resultTopic the topic for what was applied
 * @param errorTopic the topic for what was not
 * @param producer the settings of the producer, serializers left out
 */
public record Reporting(
    Optional<String> resultTopic, Optional<String> errorTopic, Map<String, Object> producer) {

  /**
   * Settings that differ from the producer's own defaults. The short block time makes a missing
   * topic an error before Connect takes the task for dead.
   */
  private static final Map<String, Object> DEFAULTS =
      Map.of(ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.MAX_BLOCK_MS_CONFIG, "10000");

  static Reporting of(AbstractConfig config) {
    Map<String, Object> producer = new HashMap<>(DEFAULTS);
    String name = String.valueOf(config.originals().getOrDefault("name", "connectwise-sink"));
    producer.put(ProducerConfig.CLIENT_ID_CONFIG, name + "-reporter");
    producer.putAll(config.originalsWithPrefix(ReporterKeys.PRODUCER_PREFIX));
    producer.values().removeIf(Objects::isNull);
    producer.put(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.getList(ReporterKeys.BOOTSTRAP_SERVERS));
    return new Reporting(
        topic(config, ReporterKeys.RESULT_TOPIC),
        topic(config, ReporterKeys.ERROR_TOPIC),
        Map.copyOf(producer));
  }

  private static Optional<String> topic(AbstractConfig config, String key) {
    return Optional.ofNullable(config.getString(key)).filter(text -> !text.isBlank());
  }

  /** Whether there is a topic to publish to. */
  public boolean wanted() {
    return resultTopic.isPresent() || errorTopic.isPresent();
  }

  /** The largest request that the producer sends. */
  public int maxRequestBytes() {
    Object given = producer.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
    return given == null
        ? (Integer) ProducerConfig.configDef().defaultValues().get("max.request.size")
        : Integer.parseInt(given.toString().trim());
  }

  /** Reports values that do not fit together; single values are checked by their validators. */
  static void check(Map<String, String> properties, Map<String, ?> values, Problems problems) {
    List<String> topics =
        ReporterKeys.TOPICS.stream()
            .filter(key -> values.get(key) != null && !values.get(key).toString().isBlank())
            .toList();
    topics.forEach(key -> checkNotRead(key, values.get(key).toString(), properties, problems));
    boolean servers = !((List<?>) values.get(ReporterKeys.BOOTSTRAP_SERVERS)).isEmpty();
    if (!topics.isEmpty() && !servers) {
      problems.add(
          ReporterKeys.BOOTSTRAP_SERVERS,
          "is missing; Connect does not tell a sink where its Kafka is. Example: broker:9092");
    }
    checkProducer(properties, problems);
  }

  /** Refuses a topic that the connector reads itself: each report would cause another one. */
  private static void checkNotRead(
      String key, String topic, Map<String, String> properties, Problems problems) {
    if (SinkConfig.consumes(topic, properties)) {
      problems.add(key, "this connector reads \"" + topic + "\" itself; choose another topic");
    }
  }

  private static void checkProducer(Map<String, String> properties, Problems problems) {
    Map<String, String> given = new HashMap<>();
    properties.forEach(
        (key, value) -> {
          if (key.startsWith(ReporterKeys.PRODUCER_PREFIX)) {
            given.put(key.substring(ReporterKeys.PRODUCER_PREFIX.length()), value);
          }
        });
    ProducerConfig.configDef().validate(given).stream()
        .filter(value -> given.containsKey(value.name()))
        .forEach(
            value ->
                value
                    .errorMessages()
                    .forEach(
                        text -> problems.add(ReporterKeys.PRODUCER_PREFIX + value.name(), text)));
  }
}
