package io.psastream.connectwise.sandbox.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.json.JsonConverter;

/** A topic of Structs that the JsonConverter wrote with their schemas. */
final class StructTopic {

  private StructTopic() {}

  /** All of its only partition. */
  static List<SchemaAndValue> read(String bootstrapServers, String topic) {
    TopicPartition partition = new TopicPartition(topic, 0);
    List<SchemaAndValue> structs = new ArrayList<>();
    try (JsonConverter converter = new JsonConverter();
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      converter.configure(Map.of("converter.type", "value"));
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofSeconds(1))) {
          structs.add(converter.toConnectData(topic, each.value()));
        }
      }
    }
    return structs;
  }
}
