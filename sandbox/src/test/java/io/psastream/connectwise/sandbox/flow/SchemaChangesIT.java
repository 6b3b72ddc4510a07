package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.machine.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A registry that refuses what is not compatible takes every change of a query's configuration that
 * docs/data.md calls so, and its way back.
 */
@ExtendWith(SandboxExtension.class)
final class SchemaChangesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Map<String, String> WHOLE = Map.of();
  private static final String ONE = "id,summary,company/name,closedFlag";
  private static final String OTHER = "id,summary,company/identifier,company/name,site/id";

  private final Sandbox sandbox;

  SchemaChangesIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /** What is set, by a field that then is in the schema, or that is not any more. */
  private static Map<String, Map<String, String>> changes() {
    Map<String, Map<String, String>> changes = new LinkedHashMap<>();
    changes.put("+severity", WHOLE);
    changes.put("-severity", fields(ONE));
    changes.put("+site", fields(OTHER));
    changes.put("+impact", WHOLE);
    changes.put("-_extra", Map.of("unknown.fields", "drop"));
    changes.put(
        "+cf_Region", Map.of("custom.fields", "flatten", "custom.fields.captions", "Region"));
    Map<String, String> flat = new HashMap<>(fields(ONE));
    flat.put("unknown.fields", "drop");
    flat.put("info.format", "none");
    changes.put("-_info", flat);
    changes.put("+_info", WHOLE);
    return changes;
  }

  private static Map<String, String> fields(String fields) {
    return Map.of("options", "{\"fields\":\"" + fields + "\"}");
  }

  /** Two queries that narrow differently, each of which writes now and then. */
  private static Map<String, String> twoQueries(Tenant tenant) {
    return Map.of(
        "queries",
        "one,other",
        "query.one.options",
        "{\"conditions\":\"id > 0\",\"fields\":\"" + ONE + "\"}",
        "query.one.topic",
        tenant.topic(),
        "query.other.options",
        "{\"conditions\":\"id >= 0\",\"fields\":\"" + OTHER + "\"}",
        "query.other.topic",
        tenant.topic());
  }

  @Test
  void registryWithBackwardTakesEveryChangeAndItsWayBack() throws IOException {
    try (Registry registry = Registry.start();
        Tenant tenant = Tenant.start("schemas", 3)) {
      registry.require("BACKWARD");
      sandbox.topics().create(tenant.topic(), 1);
      sandbox.topics().create("schemas.heartbeats", 1);
      Example source =
          tenant
              .source()
              .with(registry.converters())
              .with(
                  Map.of(
                      "schema.mode", "typed",
                      "schedule.interval.ms", "100",
                      "heartbeat.topic", "schemas.heartbeats",
                      "heartbeat.interval.ms", "1000"));
      try (Values values = new Values(registry, tenant);
          Values heartbeats = new Values(registry, "schemas.heartbeats", tenant)) {
        changes()
            .forEach(
                (field, settings) -> {
                  sandbox.connect().put(tenant.name(), source.with(settings).config());
                  values.awaitSchema(field.substring(1), field.startsWith("+"));
                });
        Example two = source.without("options", "topic").with(twoQueries(tenant));
        sandbox.connect().put(tenant.name(), two.config());
        for (String after : List.of("site", "closedFlag", "site", "closedFlag")) {
          values.awaitSchema(after, true);
        }

        Await.until("Heartbeats", PATIENCE, () -> check(heartbeats.read()));
      } finally {
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  private static boolean check(List<GenericRecord> heartbeats) {
    assertThat(heartbeats)
        .allMatch(
            each -> each.getSchema().getFullName().equals("io.psastream.connectwise.Checkpoint"));
    return !heartbeats.isEmpty();
  }

  /** The values of a topic, as somebody reads them who knows only the registry. */
  private final class Values implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Registry registry;
    private final Tenant tenant;

    Values(Registry registry, Tenant tenant) {
      this(registry, tenant.topic(), tenant);
    }

    Values(Registry registry, String topic, Tenant tenant) {
      this.registry = registry;
      this.tenant = tenant;
      this.consumer =
          new KafkaConsumer<>(
              Map.of("bootstrap.servers", sandbox.bootstrapServers()),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      consumer.seekToBeginning(consumer.assignment());
    }

    /** Changes a ticket until a record comes whose schema has the field, or does not have it. */
    void awaitSchema(String field, boolean there) {
      long id = tenant.tickets().ids().get(0);
      Await.until(
          "A schema " + (there ? "with " : "without ") + field,
          PATIENCE,
          () -> {
            tenant.tickets().update(id, ticket -> ticket.put("summary", field));
            return read().stream()
                .anyMatch(each -> (each.getSchema().getField(field) != null) == there);
          });
    }

    /** What has come since the last time. */
    List<GenericRecord> read() {
      sandbox.connect().requireHealthy(tenant.name());
      List<GenericRecord> read = new ArrayList<>();
      try {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(100))) {
          read.add((GenericRecord) registry.read(each.value()));
        }
        return read;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      consumer.close();
    }
  }
}
