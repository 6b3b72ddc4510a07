package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.config.KafkaClientKeys;
import io.psastream.connectwise.config.Problems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * Where creates are remembered.
 *
 * @param owner the connector and its consumer group, whose entries are its own
 * @param producer the settings of the producers, serializers and transactional.id left out
 * @param consumer the settings of the consumer, deserializers left out
 */
public record LedgerSettings(
    String topic, String owner, Map<String, Object> producer, Map<String, Object> consumer) {

  private static final KafkaClientKeys PRODUCER =
      new KafkaClientKeys(
          LedgerKeys.PRODUCER_PREFIX,
          ProducerConfig.configDef(),
          Stream.concat(
                  Reporting.SENDING.stream(), Stream.of(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG))
              .collect(Collectors.toUnmodifiableSet()));

  private static final KafkaClientKeys CONSUMER =
      new KafkaClientKeys(
          LedgerKeys.CONSUMER_PREFIX,
          ConsumerConfig.configDef(),
          Set.of(
              ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
              ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
              ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
              ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG));

  /** Shorter than a session with Connect, since a rebalance waits for it. */
  private static final String BLOCK_MS = "20000";

  /** The settings of the ledger; empty where there is none. */
  static Optional<LedgerSettings> of(AbstractConfig config) {
    return Reporting.topic(config, LedgerKeys.TOPIC).map(topic -> of(topic, config));
  }

  private static LedgerSettings of(String topic, AbstractConfig config) {
    String name = String.valueOf(config.originals().getOrDefault("name", "connectwise-sink"));
    Object group = config.originals().getOrDefault("consumer.override.group.id", "connect-" + name);
    Map<String, Object> producer = new HashMap<>();
    producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MS);
    producer.putAll(config.originalsWithPrefix(LedgerKeys.PRODUCER_PREFIX));
    producer.put(ProducerConfig.ACKS_CONFIG, "all");
    Map<String, Object> consumer =
        new HashMap<>(config.originalsWithPrefix(LedgerKeys.CONSUMER_PREFIX));
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    for (Map<String, Object> client : List.of(producer, consumer)) {
      client.putIfAbsent(ProducerConfig.CLIENT_ID_CONFIG, name + "-ledger");
      client.put(
          ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.getList(LedgerKeys.BOOTSTRAP_SERVERS));
      client.values().removeIf(Objects::isNull);
    }
    return new LedgerSettings(
        topic, name + "/" + group, Map.copyOf(producer), Map.copyOf(consumer));
  }

  /** The name under which the owner of a partition writes, and fences off the one before. */
  public String transactionalId(TopicPartition partition) {
    return "connectwise-ledger/" + owner + "/" + partition;
  }

  /** Reports values that do not fit together; single values are checked by their validators. */
  static void check(Map<String, String> properties, Map<String, ?> values, Problems problems) {
    Reporting.check(LedgerKeys.TOPICS, LedgerKeys.BOOTSTRAP_SERVERS, properties, values, problems);
    PRODUCER.check(properties, problems);
    CONSUMER.check(properties, problems);
  }
}
