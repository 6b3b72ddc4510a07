package io.psastream.connectwise.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.sink.ledger.Ledger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topic of ledgers, with producers that fence each other off and may be told to fail. */
final class LedgerTopic {

  private static final String NAME = "psa.ledger";

  /** What the ledgers take for the time. */
  final AtomicLong now = new AtomicLong();

  /** Called before each transaction becomes visible. */
  Runnable beforeCommit = () -> {};

  int commits;

  private final List<ProducerRecord<byte[], byte[]>> log = new ArrayList<>();
  private final Map<String, MockProducer<byte[], byte[]>> producers = new HashMap<>();

  /** A ledger of the connector. */
  Ledger ledger() {
    SinkConfig config =
        new SinkConfig(
            Fixtures.properties(
                "mutate.operation.id", "postServiceTickets",
                "name", "tickets",
                "ledger.topic", NAME,
                "ledger.bootstrap.servers", "broker:9092"),
            Fixtures.CATALOG);
    return new Ledger(config.ledger().orElseThrow(), this::producer, this::consumer, now::get);
  }

  /** The values that compaction leaves, by key. */
  Map<String, String> compacted() {
    Map<String, String> values = new LinkedHashMap<>();
    for (ProducerRecord<byte[], byte[]> message : log) {
      String key = new String(message.key(), UTF_8);
      values.remove(key);
      Optional.ofNullable(message.value())
          .ifPresent(value -> values.put(key, new String(value, UTF_8)));
    }
    return values;
  }

  private Producer<byte[], byte[]> producer(String id) {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          private int visible;

          @Override
          public void commitTransaction() {
            beforeCommit.run();
            super.commitTransaction();
            log.addAll(history().subList(visible, history().size()));
            visible = history().size();
            commits++;
          }
        };
    Optional.ofNullable(producers.put(id, producer)).ifPresent(LedgerTopic::fence);
    return producer;
  }

  private static void fence(MockProducer<byte[], byte[]> former) {
    if (!former.closed()) {
      former.fenceProducer();
    }
  }

  private Consumer<byte[], byte[]> consumer() {
    TopicPartition partition = new TopicPartition(NAME, 0);
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updateBeginningOffsets(Map.of(partition, 0L));
    consumer.schedulePollTask(
        () -> {
          for (int i = 0; i < log.size(); i++) {
            ProducerRecord<byte[], byte[]> message = log.get(i);
            consumer.addRecord(new ConsumerRecord<>(NAME, 0, i, message.key(), message.value()));
          }
        });
    return consumer;
  }
}
