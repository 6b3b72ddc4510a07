package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import io.psastream.connectwise.simulator.store.Stamp;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Typed items without maps through the transformations that a sink of a database wants. */
@ExtendWith(SandboxExtension.class)
final class TransformationsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What every database has a column for. */
  private static final Set<String> COLUMNS =
      Set.of("int32", "int64", "double", "boolean", "string");

  private final Sandbox sandbox;

  TransformationsIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Test
  void flattenAndTimestampRouterTakeTheSnapshotChangesDeletionsAndHeartbeats() {
    try (Tenant tenant = Tenant.start("flat", 20)) {
      tenant.tickets().put(new ObjectMapper().createObjectNode().put("summary", "x"), Stamp.none());
      sandbox.topics().create("flat-day", 1);
      sandbox.topics().create("flat-beats-day", 1);
      sandbox.connect().start(tenant.name(), config(tenant), 1);
      try (TopicReader reader = sandbox.topics().reader("flat-day");
          TopicReader heartbeats = sandbox.topics().reader("flat-beats-day")) {
        reader.awaitCount(21, PATIENCE);
        List<Long> ids = tenant.tickets().ids();
        tenant.tickets().update(ids.get(0), ticket -> ticket.put("summary", "changed"));
        tenant.tickets().delete(ids.get(1));
        reader.awaitCount(23, PATIENCE);
        heartbeats.awaitCount(1, PATIENCE);

        assertThat(reader.records()).filteredOn(each -> each.value().isEmpty()).hasSize(1);
        for (TopicRecord each : reader.records()) {
          each.value()
              .ifPresent(
                  value ->
                      assertThat(value.at("/schema/fields").findValuesAsText("type"))
                          .isSubsetOf(COLUMNS));
        }
        JsonNode ticket = reader.records().get(0).value().orElseThrow().get("payload");
        assertThat(ticket.get("company_name").asText()).isNotBlank();
        assertThat(ticket.has("_info")).isFalse();
      }
      sandbox.connect().delete(tenant.name());
    }
  }

  private static Map<String, String> config(Tenant tenant) {
    Map<String, String> config = new HashMap<>(tenant.source().config());
    config.put("schema.mode", "typed");
    config.put("info.format", "none");
    config.put("unknown.fields", "drop");
    config.put("options", "{\"fields\":\"id,summary,requiredDate,company/id,company/name\"}");
    config.put("topic", "flat");
    config.put("deletes.detect", "sweep");
    config.put("deletes.schedule.interval.ms", "500");
    config.put("heartbeat.topic", "flat-beats");
    config.put("heartbeat.interval.ms", "1000");
    config.put("value.converter.schemas.enable", "true");
    config.put("transforms", "flat,route");
    config.put("transforms.flat.type", "org.apache.kafka.connect.transforms.Flatten$Value");
    config.put("transforms.flat.delimiter", "_");
    config.put("transforms.route.type", "org.apache.kafka.connect.transforms.TimestampRouter");
    config.put("transforms.route.topic.format", "${topic}-${timestamp}");
    config.put("transforms.route.timestamp.format", "'day'");
    return config;
  }
}
