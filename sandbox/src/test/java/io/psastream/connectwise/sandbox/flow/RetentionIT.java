package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.machine.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Topics whose brokers delete what is older than the default of seven days. */
@ExtendWith(SandboxExtension.class)
final class RetentionIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int TICKETS = 1_500;

  private final Sandbox sandbox;

  RetentionIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /**
   * The second topic, whose records have the items' own times, shows when the broker has cleaned
   * after the first was complete, and what it then deletes.
   */
  @Test
  void snapshotOfOldItemsIsStillWholeWhenTheBrokerHasCleaned() {
    try (Tenant tenant = Tenant.start("retention", 0)) {
      tenant.simulator().seed().at(Instant.parse("2019-01-01T00:00:00Z")).tickets(TICKETS);
      Tenant other = new Tenant(tenant.simulator(), "retention-updated");
      sandbox.connect().start(tenant.name(), config(tenant, "read"), 1);
      awaitTopic(tenant);
      try (TopicReader reader = sandbox.topics().reader(tenant.topic())) {
        reader.awaitCount(TICKETS, PATIENCE);

        sandbox.connect().start(other.name(), config(other, "updated"), 1);
        awaitTopic(other);
        Await.until("The cleaning", PATIENCE, () -> begins(other) > 0);
      }

      assertThat(sandbox.topics().read(tenant.topic()))
          .hasSize(TICKETS)
          .allMatch(
              each ->
                  each.headers().get("connectwise.last.updated").equals("2019-01-01T00:00:00Z"));
      sandbox.connect().delete(tenant.name());
      sandbox.connect().delete(other.name());
    }
  }

  /** A topic with the broker's defaults, but that its segments are rolled at once. */
  private static Map<String, String> config(Tenant tenant, String timestamp) {
    Map<String, String> config =
        new HashMap<>(tenant.source().with(Map.of("record.timestamp", timestamp)).config());
    config.keySet().removeIf(key -> key.startsWith("topic.creation."));
    config.put("topic.creation.default.partitions", "1");
    config.put("topic.creation.default.replication.factor", "-1");
    config.put("topic.creation.default.segment.ms", "50");
    return config;
  }

  private void awaitTopic(Tenant tenant) {
    Await.until("The topic", PATIENCE, () -> sandbox.topics().names().contains(tenant.topic()));
  }

  /** The first offset that the broker has not deleted. */
  private long begins(Tenant tenant) {
    TopicPartition partition = new TopicPartition(tenant.topic(), 0);
    try {
      return sandbox
          .topics()
          .admin()
          .listOffsets(Map.of(partition, OffsetSpec.earliest()))
          .partitionResult(partition)
          .get()
          .offset();
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
