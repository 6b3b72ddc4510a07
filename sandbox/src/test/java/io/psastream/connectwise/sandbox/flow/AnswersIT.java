package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Records that say themselves what is to be done, and the topics that tell what came of it, written
 * by the producer of the packaged plugin.
 */
@ExtendWith(SandboxExtension.class)
final class AnswersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Sandbox sandbox;

  AnswersIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Test
  void changeEventsAndNamedOperationsAreAnsweredInTheResultAndTheErrorTopic() {
    try (Tenant tenant = Tenant.start("answers", 3)) {
      List.of("changes", "commands", "results", "errors")
          .forEach(topic -> sandbox.topics().create(topic(tenant, topic), 1));
      Example sink = sink(tenant);
      sandbox.connect().put(sink.name(), sink.config());
      sandbox.topics().send(records(tenant));

      try (TopicReader results = sandbox.topics().reader(topic(tenant, "results"));
          TopicReader errors = sandbox.topics().reader(topic(tenant, "errors"))) {
        Map<String, JsonNode> answers = new HashMap<>();
        for (TopicRecord answer : results.awaitCount(3, PATIENCE)) {
          JsonNode value = answer.value().orElseThrow();
          assertThat(answer.key().orElseThrow()).isEqualTo(value.path("key"));
          assertThat(answer.headers())
              .containsEntry("connectwise.offset", value.path("offset").asText());
          answers.put(value.path("operation").asText(), value);
        }
        assertThat(answers.get("postServiceTickets").path("status").asInt()).isEqualTo(201);
        assertThat(answers.get("postServiceTickets").path("items").path(0).path("id").asInt())
            .isEqualTo(4);
        assertThat(answers.get("patchServiceTicketsById").path("path").asText())
            .isEqualTo(Tenant.TICKETS + "/1");
        assertThat(answers.get("deleteServiceTicketsById").path("status").asInt()).isEqualTo(204);

        JsonNode error = errors.awaitCount(1, PATIENCE).get(0).value().orElseThrow();
        assertThat(error.path("key").path("id").asInt()).isEqualTo(3);
        assertThat(error.path("error").path("reason").asText())
            .contains("not a Debezium change event");
        assertThat(results.toEnd()).hasSize(3);
      }
      assertThat(tenant.tickets().ids()).containsExactly(1L, 3L, 4L);
      sandbox.connect().requireHealthy(tenant.name());
      sandbox.connect().delete(tenant.name());
    }
  }

  private Example sink(Tenant tenant) {
    Map<String, String> config = new HashMap<>();
    config.put("topics", topic(tenant, "changes") + "," + topic(tenant, "commands"));
    config.put("routes", "changes, commands");
    config.put("route.changes.topics", topic(tenant, "changes"));
    config.put("route.changes.envelope", "debezium");
    config.put("route.changes.mutate.operation.id", "patchServiceTicketsById");
    config.put("route.changes.delete.operation.id", "deleteServiceTicketsById");
    config.put("route.changes.options", "{\"id\":\"${key.id}\"}");
    config.put("route.commands.topics", topic(tenant, "commands"));
    config.put("route.commands.operation.header", "operation");
    config.put("route.commands.operation.allowed", "postServiceTickets");
    config.put("reporter.bootstrap.servers", sandbox.bootstrapServers());
    config.put("reporter.result.topic", topic(tenant, "results"));
    config.put("reporter.error.topic", topic(tenant, "errors"));
    return tenant
        .example("create-tickets-with-results-sink.json")
        .without("mutate.operation.id", "items")
        .with(config);
  }

  private static List<ProducerRecord<String, String>> records(Tenant tenant) {
    String changes = topic(tenant, "changes");
    ProducerRecord<String, String> command =
        new ProducerRecord<>(
            topic(tenant, "commands"), "7", "{\"summary\":\"new\",\"company\":{\"id\":1}}");
    command
        .headers()
        .add(new RecordHeader("operation", "postServiceTickets".getBytes(StandardCharsets.UTF_8)));
    return List.of(
        new ProducerRecord<>(
            changes, "{\"id\":1}", "{\"op\":\"u\",\"after\":{\"id\":1,\"summary\":\"x\"}}"),
        new ProducerRecord<>(changes, "{\"id\":2}", "{\"op\":\"d\",\"before\":{\"id\":2}}"),
        new ProducerRecord<>(changes, "{\"id\":2}", null),
        new ProducerRecord<>(changes, "{\"id\":3}", "{\"summary\":\"no envelope\"}"),
        command);
  }

  private static String topic(Tenant tenant, String what) {
    return tenant.name() + "." + what;
  }
}
