package io.psastream.connectwise.sink;

import io.psastream.connectwise.simulator.Simulator;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/** A sink task run the way Connect runs one, against a simulator, with records of one partition. */
final class SinkRig implements AutoCloseable {

  static final TopicPartition PARTITION = new TopicPartition(Fixtures.TOPIC, 0);
  private static final Duration BOUND = Duration.ofSeconds(30);

  final TaskContext context;
  final ConnectWiseSinkTask task = new ConnectWiseSinkTask();
  private long delivered;

  private SinkRig(TaskContext context, Map<String, String> properties) {
    this.context = context;
    task.initialize(context);
    task.start(properties);
  }

  static SinkRig start(TaskContext context, Simulator simulator, String... properties) {
    return new SinkRig(context, properties(simulator, properties));
  }

  static SinkRig start(Simulator simulator, String... properties) {
    return start(TaskContext.withReporter(PARTITION), simulator, properties);
  }

  static Map<String, String> properties(Simulator simulator, String... more) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "connectwise.site.url", simulator.url(),
                "connectwise.username", simulator.username(),
                "connectwise.password", simulator.password(),
                "connectwise.client.id", simulator.clientId(),
                "rate.limit.requests.per.minute", "0",
                "max.retries", "1",
                "retry.backoff.ms", "1",
                "retry.backoff.max.ms", "20",
                "max.in.flight.requests", "8"));
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    if (all.containsKey("lookup.operation.id")) {
      all.putIfAbsent("lookup.wait.ms", "0"); // there was no other task before
    }
    return all;
  }

  /** Delivers the records, one after the other, without waiting for them. */
  void put(List<SinkRecord> records) {
    task.put(records);
    records.forEach(record -> delivered = Math.max(delivered, record.kafkaOffset() + 1));
  }

  /** Delivers a record and waits until it is settled. */
  void settle(Object key, Object value) {
    put(List.of(Fixtures.record(0, delivered, key, value)));
    settleAll();
  }

  /** Polls, as Connect does, until everything that was delivered may be committed. */
  void settleAll() {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (committable() < delivered) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not settled: " + committable() + " of " + delivered);
      }
      task.put(List.of());
    }
  }

  long committable() {
    return task.preCommit(Map.of(PARTITION, new OffsetAndMetadata(delivered)))
        .get(PARTITION)
        .offset();
  }

  void revoke() {
    committable();
    task.close(Set.of(PARTITION));
  }

  @Override
  public void close() {
    task.stop();
  }
}
