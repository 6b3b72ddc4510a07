package io.psastream.connectwise.sandbox.broker;

import io.psastream.connectwise.sandbox.machine.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads a topic from its beginning and keeps what it has read, in the order in which it came.
 * Belongs to one thread. The topic must exist.
 */
public final class TopicReader implements AutoCloseable {
  private static final Duration SLICE = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Consumer<String, String> consumer;
  private final List<TopicRecord> records = new ArrayList<>();
  private final String topic;

  private TopicReader(Consumer<String, String> consumer, String topic) {
    this.consumer = consumer;
    this.topic = topic;
  }

  static TopicReader open(String bootstrapServers, String topic, Isolation isolation) {
    Consumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "isolation.level", isolation.level(),
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false",
                "max.poll.records", "5000"),
            new StringDeserializer(),
            new StringDeserializer());
    // The broker hears of a new topic a moment after the controller, which has created it.
    Set<TopicPartition> partitions =
        Await.until(
            "Topic " + topic,
            PATIENCE,
            () -> Optional.of(partitions(consumer, topic)).filter(known -> !known.isEmpty()),
            () -> "");
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return new TopicReader(consumer, topic);
  }

  private static Set<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(partition -> new TopicPartition(topic, partition.partition()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Everything read so far. */
  public List<TopicRecord> records() {
    return Collections.unmodifiableList(records);
  }

  /** Reads what there is within a moment, and returns only that. */
  public List<TopicRecord> poll() {
    int before = records.size();
    consumer.poll(SLICE).forEach(record -> records.add(TopicRecord.of(record)));
    return List.copyOf(records.subList(before, records.size()));
  }

  /**
   * Reads what there is within a moment, returns it with what was kept before, and keeps nothing.
   */
  public List<TopicRecord> drain() {
    poll();
    List<TopicRecord> drained = List.copyOf(records);
    records.clear();
    return drained;
  }

  /** Reads until {@code count} records are there in all. */
  public List<TopicRecord> awaitCount(int count, Duration atMost) {
    Await.until(
        count + " records in " + topic,
        atMost,
        () -> {
          poll();
          return records.size() >= count ? Optional.of(records.size()) : Optional.empty();
        },
        () -> "There are " + records.size() + ".");
    return records();
  }

  /** Reads up to the topic's present end and returns everything from the beginning. */
  public List<TopicRecord> toEnd() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    Await.until(
        "Reading " + topic + " to its end",
        Duration.ofSeconds(60),
        () -> {
          poll();
          return ends.entrySet().stream()
              .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        });
    return records();
  }

  @Override
  public void close() {
    consumer.close();
  }

  /** What a reader sees of transactions. */
  public enum Isolation {
    /** Only what was committed. */
    READ_COMMITTED("read_committed"),
    /** Also what was aborted, or is not decided yet. */
    READ_UNCOMMITTED("read_uncommitted");

    private final String level;

    Isolation(String level) {
      this.level = level;
    }

    String level() {
      return level;
    }
  }
}
