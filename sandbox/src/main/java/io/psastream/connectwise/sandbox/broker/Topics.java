package io.psastream.connectwise.sandbox.broker;

import io.psastream.connectwise.sandbox.machine.SandboxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The broker's topics: create, write, read. Everything waits for the broker's answer, for a minute
 * at most.
 */
public final class Topics implements AutoCloseable {
  private static final Duration SLICE = Duration.ofSeconds(1);

  private final String bootstrapServers;
  private final Admin admin;
  private final Producer<String, String> producer;

  /** Connects to a broker. */
  public Topics(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
            new StringSerializer(),
            new StringSerializer());
  }

  /** For what this class does not offer. */
  public Admin admin() {
    return admin;
  }

  /** Creates the topic unless it exists. */
  public void create(String topic, int partitions) {
    try {
      await(admin.createTopics(Set.of(new NewTopic(topic, partitions, (short) 1))).all());
    } catch (SandboxException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  /** Names of all topics that are not the broker's own. */
  public Set<String> names() {
    return await(admin.listTopics().names());
  }

  /** Writes one record; an empty value is a tombstone. */
  public void send(String topic, String key, Optional<String> value) {
    await(producer.send(new ProducerRecord<>(topic, key, value.orElse(null))));
  }

  /** Writes the records, in order, and returns when all are stored. */
  public void send(List<ProducerRecord<String, String>> records) {
    List<? extends Future<?>> sent = records.stream().map(producer::send).toList();
    producer.flush();
    sent.forEach(Topics::await);
  }

  /** Opens a reader at the beginning of a topic, that sees only what was committed. */
  public TopicReader reader(String topic) {
    return reader(topic, TopicReader.Isolation.READ_COMMITTED);
  }

  /** Opens a reader at the beginning of a topic. */
  public TopicReader reader(String topic, TopicReader.Isolation isolation) {
    return TopicReader.open(bootstrapServers, topic, isolation);
  }

  /** Where the first partition of a topic ends for such a reader. */
  public long end(String topic, TopicReader.Isolation isolation) {
    TopicPartition first = new TopicPartition(topic, 0);
    ListOffsetsOptions seen = new ListOffsetsOptions(IsolationLevel.valueOf(isolation.name()));
    return await(admin.listOffsets(Map.of(first, OffsetSpec.latest()), seen).partitionResult(first))
        .offset();
  }

  /** Everything that is committed in the topic now. */
  public List<TopicRecord> read(String topic) {
    try (TopicReader reader = reader(topic)) {
      return List.copyOf(reader.toEnd());
    }
  }

  /**
   * Hands over each record of the topics whose names match, from their beginning, as soon as it is
   * committed; those included that are created meanwhile. Returns when {@code seen} wants no more.
   *
   * @throws InterruptException when the thread is interrupted
   */
  public void follow(Pattern topics, Predicate<ConsumerRecord<String, String>> seen) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "group.id", "follower-" + UUID.randomUUID(),
            "enable.auto.commit", "false",
            "auto.offset.reset", "earliest",
            "isolation.level", "read_committed",
            // How soon a new topic is found.
            "metadata.max.age.ms", "1000");
    StringDeserializer text = new StringDeserializer();
    try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, text, text)) {
      consumer.subscribe(topics);
      while (true) {
        for (ConsumerRecord<String, String> record : consumer.poll(SLICE)) {
          if (!seen.test(record)) {
            return;
          }
        }
      }
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new SandboxException("The broker refused: " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new SandboxException("The broker did not answer within a minute", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("Interrupted while waiting for the broker", e);
    }
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }
}
