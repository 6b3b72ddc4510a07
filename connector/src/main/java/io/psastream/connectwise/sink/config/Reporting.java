package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.config.KafkaClientKeys;
import io.psastream.connectwise.config.Problems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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

  private static final String ACKS = ReporterKeys.PRODUCER_PREFIX + ProducerConfig.ACKS_CONFIG;

  /** How to send, for a producer of the connector's own. */
  static final Set<String> SENDING =
      Set.of(
          ProducerConfig.ACKS_CONFIG,
          ProducerConfig.BATCH_SIZE_CONFIG,
          ProducerConfig.BUFFER_MEMORY_CONFIG,
          ProducerConfig.COMPRESSION_TYPE_CONFIG,
          "compression.gzip.level",
          "compression.lz4.level",
          "compression.zstd.level",
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
          ProducerConfig.LINGER_MS_CONFIG,
          ProducerConfig.MAX_BLOCK_MS_CONFIG,
          ProducerConfig.MAX_REQUEST_SIZE_CONFIG);

  private static final KafkaClientKeys PRODUCER =
      new KafkaClientKeys(ReporterKeys.PRODUCER_PREFIX, ProducerConfig.configDef(), SENDING);

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

  static Optional<String> topic(AbstractConfig config, String key) {
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
    check(ReporterKeys.TOPICS, ReporterKeys.BOOTSTRAP_SERVERS, properties, values, problems);
    checkProducer(properties, problems);
  }

  /**
   * Reports what is wrong with topics of the connector's own.
   *
   * @param keys the keys of the topics
   * @param brokers the key of their brokers
   */
  static void check(
      List<String> keys,
      String brokers,
      Map<String, String> properties,
      Map<String, ?> values,
      Problems problems) {
    List<String> topics =
        keys.stream()
            .filter(key -> values.get(key) != null && !values.get(key).toString().isBlank())
            .toList();
    topics.forEach(key -> checkNotRead(key, values.get(key).toString(), properties, problems));
    if (!topics.isEmpty() && properties.getOrDefault(brokers, "").isBlank()) {
      problems.add(
          brokers,
          "is missing; Connect does not tell a sink where its Kafka is. Example: broker:9092");
    }
  }

  /** Refuses a topic that the connector reads itself: each report would cause another one. */
  private static void checkNotRead(
      String key, String topic, Map<String, String> properties, Problems problems) {
    if (SinkConfig.consumes(topic, properties)) {
      problems.add(key, "this connector reads \"" + topic + "\" itself; choose another topic");
    }
  }

  private static void checkProducer(Map<String, String> properties, Problems problems) {
    PRODUCER.check(properties, problems);
    String acks = properties.getOrDefault(ACKS, "all").strip();
    if (!acks.equals("all") && !acks.equals("-1") && !problems.has(ACKS)) {
      problems.add(
          ACKS, "is always all, since an offset is committed for what was reported; remove it");
    }
  }
}
