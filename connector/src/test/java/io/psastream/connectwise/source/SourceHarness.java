package io.psastream.connectwise.source;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.source.config.SourceConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * Runs a source task as a worker would, without Kafka: keeps the offsets of the records that were
 * taken, in the form that the worker's JSON converter would give back.
 */
final class SourceHarness implements AutoCloseable {

  /**
   * Polls are bounded by a second each; so many without the awaited records mean they won't come.
   */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private static final int MOST_POLLS = 30;

  private final Map<String, String> properties = new HashMap<>();
  private final Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
  private final List<SourceRecord> records = new ArrayList<>();
  private final Set<String> dropped = new HashSet<>();
  private final SignalFeed signals = new SignalFeed();
  private ConnectWiseSourceTask task;
  private boolean exactlyOnce;

  SourceHarness(Simulator simulator) {
    set("connectwise.site.url", simulator.url());
    set("connectwise.username", simulator.username());
    set("connectwise.password", simulator.password());
    set("connectwise.client.id", simulator.clientId());
    set("operation.id", "getServiceTickets");
    set("schema.mode", "none");
    set("schedule.interval.ms", "100");
    set("retry.backoff.ms", "1");
    set("retry.backoff.max.ms", "20");
    set("rate.limit.requests.per.minute", "0");
  }

  SourceHarness set(String key, String value) {
    properties.put(key, value);
    return this;
  }

  /** With a signal topic, which is returned. */
  SignalFeed signals() {
    set("name", "tickets");
    set("signal.topic", "signals");
    set("signal.bootstrap.servers", "localhost:1");
    set("heartbeat.topic", "heartbeats");
    return signals;
  }

  Map<String, String> properties() {
    return properties;
  }

  SourceConfig config() {
    return new SourceConfig(properties, Catalog.load());
  }

  SourceHarness start() {
    task = new ConnectWiseSourceTask(signals::open);
    task.initialize(new Context());
    task.start(properties);
    return this;
  }

  /** Stops and starts; records that were polled and not taken are lost, as in a crash. */
  SourceHarness restart() {
    task.stop();
    offsets.replaceAll((partition, offset) -> new HashMap<>(offset));
    return start();
  }

  /** Each poll is a transaction from now on. */
  SourceHarness exactlyOnce() {
    exactlyOnce = true;
    return this;
  }

  /** One poll; everything it returns is taken. */
  List<SourceRecord> poll() throws InterruptedException {
    return poll(Integer.MAX_VALUE);
  }

  /** One poll, of which only so many records reach Kafka before the worker dies. */
  List<SourceRecord> poll(int most) throws InterruptedException {
    List<SourceRecord> polled = task.poll();
    if (polled == null) {
      task.commit();
      return List.of();
    }
    List<SourceRecord> taken = polled.subList(0, Math.min(most, polled.size()));
    if (exactlyOnce) {
      taken.forEach(this::sent);
    } else { // it is the producer's thread on which Connect does this
      CompletableFuture.runAsync(() -> taken.forEach(this::sent)).join();
    }
    task.commit();
    return taken;
  }

  private void sent(SourceRecord record) {
    if (dropped.contains(record.topic())) {
      task.commitRecord(record, null);
    } else {
      offsets.put(record.sourcePartition(), record.sourceOffset());
      records.add(record);
      task.commitRecord(record, written(record));
    }
  }

  private static RecordMetadata written(SourceRecord record) {
    return new RecordMetadata(new TopicPartition(record.topic(), 0), 0, 0, 0, 0, 0);
  }

  /** The records of a topic do not reach Kafka from now on, nor do their offsets. */
  SourceHarness drop(String topic) {
    dropped.add(topic);
    return this;
  }

  /** Polls until so many records have come in all. */
  List<SourceRecord> pollUntil(int count) throws InterruptedException {
    for (int polls = 0; records.size() < count; polls++) {
      if (polls > MOST_POLLS + count) {
        throw new AssertionError("only " + records.size() + " of " + count + " records came");
      }
      poll();
    }
    return records;
  }

  /** Polls so often that whatever was to come would have come. */
  List<SourceRecord> pollOn(int polls) throws InterruptedException {
    for (int i = 0; i < polls; i++) {
      poll();
    }
    return records;
  }

  List<SourceRecord> records() {
    return records;
  }

  /** The records of a topic. */
  List<SourceRecord> of(String topic) {
    return records.stream().filter(each -> each.topic().equals(topic)).toList();
  }

  /** Polls until something holds. */
  void pollUntil(BooleanSupplier condition) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > LONGEST_WAIT.toNanos()) {
        throw new AssertionError("did not come true; " + records.size() + " records came");
      }
      poll();
    }
  }

  /** The lastUpdated of the item of a record. */
  static Instant updated(SourceRecord record) {
    return Instant.parse(
        record.headers().lastWithName(RecordMapper.UPDATED_HEADER).value().toString());
  }

  List<Object> keys() {
    return records.stream().map(SourceRecord::key).toList();
  }

  Map<Map<String, ?>, Map<String, ?>> offsets() {
    return offsets;
  }

  @Override
  public void close() {
    if (task != null) {
      task.stop();
    }
  }

  private Map<String, Object> stored(Map<String, ?> partition) {
    return offsets.containsKey(partition) ? new HashMap<>(offsets.get(partition)) : null;
  }

  private final class Context implements SourceTaskContext {
    @Override
    public Map<String, String> configs() {
      return properties;
    }

    @Override
    public org.apache.kafka.common.metrics.PluginMetrics pluginMetrics() {
      throw new UnsupportedOperationException("workers before Kafka 4.1 have none");
    }

    @Override
    public OffsetStorageReader offsetStorageReader() {
      return new OffsetStorageReader() {
        @Override
        public <T> Map<String, Object> offset(Map<String, T> partition) {
          return stored(partition);
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(
            Collection<Map<String, T>> partitions) {
          Map<Map<String, T>, Map<String, Object>> found = new HashMap<>();
          partitions.forEach(each -> found.put(each, stored(each)));
          return found;
        }
      };
    }
  }
}
