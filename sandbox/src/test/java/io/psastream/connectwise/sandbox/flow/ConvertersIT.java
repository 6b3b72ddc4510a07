package io.psastream.connectwise.sandbox.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tickets from one site into a topic and from there into another, through each converter; in
 * between the bytes are read by somebody who knows nothing of Connect.
 */
@ExtendWith(SandboxExtension.class)
final class ConvertersIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TICKETS = 4;

  private static final String JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter";
  private static final String BYTES_CONVERTER =
      "org.apache.kafka.connect.converters.ByteArrayConverter";
  private static final String TEXT_CONVERTER = "org.apache.kafka.connect.storage.StringConverter";

  private final Sandbox sandbox;

  ConvertersIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Test
  void jsonWithoutSchemasIsTheItemAsItCame() throws IOException {
    Map<String, String> converters = converters(JSON_CONVERTER, Map.of("schemas.enable", "false"));
    try (Sites sites = new Sites("plainjson")) {
      for (ConsumerRecord<byte[], byte[]> record : sites.through("none", converters)) {
        assertThat(JSON.readTree(record.value())).isEqualTo(sites.item(record.key()));
      }
      sites.awaitCopied();
    }
  }

  @Test
  void jsonWithSchemasCarriesTheSchemaOfTheCatalogue() throws IOException {
    Map<String, String> converters = converters(JSON_CONVERTER, Map.of("schemas.enable", "true"));
    try (Sites sites = new Sites("schemajson")) {
      for (ConsumerRecord<byte[], byte[]> record : sites.through("typed", converters)) {
        JsonNode envelope = JSON.readTree(record.value());
        JsonNode item = sites.item(JSON.readTree(record.key()).path("payload").asLong());
        assertThat(envelope.at("/schema/name").asText())
            .isEqualTo("io.psastream.connectwise.Ticket");
        assertThat(envelope.at("/payload/summary")).isEqualTo(item.get("summary"));
        assertThat(envelope.at("/payload/requiredDate").asLong())
            .isEqualTo(Instant.parse(item.get("requiredDate").asText()).toEpochMilli());
      }
      sites.awaitCopied();
    }
  }

  @Test
  void textIsTheItemCharacterByCharacter() throws IOException {
    Map<String, String> text = converters(TEXT_CONVERTER, Map.of());
    try (Sites sites = new Sites("text")) {
      for (ConsumerRecord<byte[], byte[]> record : sites.through("json", text)) {
        assertThat(JSON.readTree(record.value())).isEqualTo(sites.item(record.key()));
      }
      sites.awaitCopied();
    }
  }

  /** What the ByteArrayConverter writes is the text that any other connector can read as such. */
  @Test
  void bytesAreTheSameText() throws IOException {
    Map<String, String> text = converters(TEXT_CONVERTER, Map.of());
    Map<String, String> bytes = new HashMap<>(text);
    bytes.put("value.converter", BYTES_CONVERTER);
    try (Sites sites = new Sites("bytes")) {
      for (ConsumerRecord<byte[], byte[]> record : sites.through("json", bytes, text)) {
        assertThat(JSON.readTree(record.value())).isEqualTo(sites.item(record.key()));
      }
      sites.awaitCopied();
    }
  }

  @Test
  void avroIsReadByAnybodyWithTheRegisteredSchema() throws IOException {
    try (Registry registry = Registry.start();
        Sites sites = new Sites("avro")) {
      for (ConsumerRecord<byte[], byte[]> record : sites.through("typed", registry.converters())) {
        long key = (Long) registry.read(record.key());
        GenericRecord ticket = (GenericRecord) registry.read(record.value());
        JsonNode item = sites.item(key);
        assertThat(ticket.getSchema().getFullName()).isEqualTo("io.psastream.connectwise.Ticket");
        assertThat(ticket.get("id")).isEqualTo((int) key);
        assertThat(ticket.get("summary")).hasToString(item.get("summary").asText());
        assertThat(ticket.get("requiredDate"))
            .isEqualTo(Instant.parse(item.get("requiredDate").asText()).toEpochMilli());
        assertThat(((GenericRecord) ticket.get("company")).get("identifier"))
            .hasToString(item.at("/company/identifier").asText());
      }
      sites.awaitCopied();
    }
  }

  private static Map<String, String> converters(String name, Map<String, String> settings) {
    Map<String, String> converters = new HashMap<>();
    for (String side : List.of("key.converter", "value.converter")) {
      converters.put(side, name);
      settings.forEach((key, value) -> converters.put(side + "." + key, value));
    }
    return converters;
  }

  /** A site that is read, and one that is to become like it. */
  private final class Sites implements AutoCloseable {

    private final Tenant from;
    private final Tenant to;

    Sites(String name) {
      from = Tenant.start(name + "-source", TICKETS);
      to = new Tenant(Tenant.start("", TICKETS).simulator(), name + "-sink");
      to.tickets().ids().forEach(id -> to.tickets().update(id, each -> each.put("summary", "x")));
    }

    /** The item of a key that is a number in text. */
    JsonNode item(byte[] key) {
      return item(Long.parseLong(new String(key, UTF_8)));
    }

    JsonNode item(long id) {
      return parsed(from.tickets().get(id).orElseThrow());
    }

    /** Starts both connectors and gives the records between them. */
    List<ConsumerRecord<byte[], byte[]>> through(String mode, Map<String, String> converters) {
      return through(mode, converters, converters);
    }

    List<ConsumerRecord<byte[], byte[]>> through(
        String mode, Map<String, String> writing, Map<String, String> reading) {
      sandbox.topics().create(from.topic(), 1);
      sandbox.topics().create(to.deadLetters(), 1);
      sandbox
          .connect()
          .start(
              from.name(),
              from.source().with(Map.of("schema.mode", mode)).with(writing).config(),
              1);
      sandbox
          .connect()
          .start(
              to.name(), to.sink().with(Map.of("topics", from.topic())).with(reading).config(), 1);
      return records(from.topic());
    }

    /** Waits until the other site has the same tickets, but for what is its own business. */
    void awaitCopied() {
      Await.until(
          "The tickets of the source at the sink's site",
          PATIENCE,
          () -> contents(to).equals(contents(from)) ? Optional.of(true) : Optional.empty(),
          () -> contents(to) + " instead of " + contents(from));
      assertThat(sandbox.topics().read(to.deadLetters())).isEmpty();
    }

    @Override
    public void close() {
      sandbox.connect().delete(from.name());
      sandbox.connect().delete(to.name());
      from.close();
      to.close();
    }
  }

  /** The tickets without {@code _info}, which a site keeps itself. */
  private static List<JsonNode> contents(Tenant tenant) {
    List<JsonNode> contents = new ArrayList<>();
    for (StoredItem item : tenant.tickets().items()) {
      JsonNode tree = parsed(item);
      tree.findParents("_info").forEach(parent -> ((ObjectNode) parent).remove("_info"));
      contents.add(tree);
    }
    return contents;
  }

  private static JsonNode parsed(StoredItem item) {
    try {
      return JSON.readTree(item.json());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", sandbox.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      Await.until(
          TICKETS + " records in " + topic,
          PATIENCE,
          () -> {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            return records.size() >= TICKETS;
          });
    }
    return records;
  }
}
