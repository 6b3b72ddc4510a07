package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.machine.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Deletions while no worker runs, with the worker's real offset store: which ids were known has to
 * be found there again. And those that a signal speaks of, at once.
 */
@ExtendWith(SandboxExtension.class)
final class DeletionsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Sandbox sandbox;

  DeletionsIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Test
  void deletionsWhileTheWorkerWasKilledAndWhileItWasStoppedArriveAsTombstonesAndNoOthersDo()
      throws IOException {
    try (Tenant tenant = Tenant.start("deletions", 300)) {
      sandbox.topics().create(tenant.topic(), 1);
      sandbox.topics().create("deletions.heartbeats", 1);
      sandbox.forkWorker();
      sandbox.connect().start(tenant.name(), config(tenant), 1);
      try (TopicReader reader = sandbox.topics().reader(tenant.topic())) {
        List<Long> ids = tenant.tickets().ids();
        List<Long> first = List.of(ids.get(0), ids.get(150), ids.get(299));
        List<Long> second = List.of(ids.get(7), ids.get(8));

        reader.awaitCount(300, PATIENCE);
        sandbox.killWorker();
        first.forEach(tenant.tickets()::delete);
        sandbox.startWorker();
        awaitTombstones(reader, first.size());
        awaitKnownIdsStored(tenant);
        sandbox.stopWorker();
        second.forEach(tenant.tickets()::delete);
        tenant.tickets().update(ids.get(20), ticket -> ticket.put("summary", "changed"));
        sandbox.startWorker();
        awaitTombstones(reader, first.size() + second.size());
        awaitSweeps(tenant);

        reader.toEnd();
        List<Long> all = Stream.concat(first.stream(), second.stream()).toList();
        assertThat(tombstones(reader)).containsExactlyInAnyOrderElementsOf(all);
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  /**
   * Many drop the records of heartbeat topics, which nobody reads; Connect drops their offsets with
   * them.
   */
  @Test
  void deletionsArriveAfterARestartAlthoughATransformationDropsTheHeartbeatTopic() {
    try (Tenant tenant = Tenant.start("dropped", 300)) {
      sandbox.topics().create(tenant.topic(), 1);
      sandbox.topics().create("dropped.heartbeats", 1);
      Map<String, String> dropping = new HashMap<>(config(tenant));
      dropping.put("transforms", "drop");
      dropping.put("transforms.drop.type", "org.apache.kafka.connect.transforms.Filter");
      dropping.put("transforms.drop.predicate", "beats");
      dropping.put("predicates", "beats");
      dropping.put(
          "predicates.beats.type",
          "org.apache.kafka.connect.transforms.predicates.TopicNameMatches");
      dropping.put("predicates.beats.pattern", ".*\\.heartbeats");
      sandbox.connect().start(tenant.name(), dropping, 1);
      try (TopicReader reader = sandbox.topics().reader(tenant.topic())) {
        List<Long> ids = tenant.tickets().ids();
        reader.awaitCount(300, PATIENCE);
        for (int change = 1; change <= 2; change++) {
          awaitSweeps(tenant);
          tenant.tickets().update(ids.get(change), ticket -> ticket.put("summary", "changed"));
          reader.awaitCount(300 + change, PATIENCE);
        }
        sandbox.connect().stop(tenant.name());
        tenant.tickets().delete(ids.get(20));
        sandbox.connect().resume(tenant.name());
        awaitTombstones(reader, 1);

        assertThat(tombstones(reader)).containsExactly(ids.get(20));
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  /** The query runs once an hour; the topic, the consumer and the offsets are real. */
  @Test
  void whatASignalSpeaksOfArrivesWithinSecondsAndAPauseOutlivesTheConnector() {
    try (Tenant tenant = Tenant.start("signalled", 300)) {
      String signals = "signalled.signals";
      List.of(tenant.topic(), "signalled.heartbeats", signals)
          .forEach(topic -> sandbox.topics().create(topic, 1));
      Map<String, String> config = new HashMap<>(config(tenant));
      config.put("schedule.interval.ms", "3600000");
      config.put("deletes.schedule.interval.ms", "3600000");
      config.put("signal.topic", signals);
      config.put("signal.bootstrap.servers", sandbox.bootstrapServers());
      sandbox.connect().start(tenant.name(), config, 1);
      try (TopicReader reader = sandbox.topics().reader(tenant.topic())) {
        List<Long> ids = tenant.tickets().ids();
        reader.awaitCount(300, PATIENCE);
        tenant.tickets().update(ids.get(1), ticket -> ticket.put("summary", "changed"));
        tenant.tickets().delete(ids.get(20));
        // Hints are lost until the topic is read, so they are given until one is taken.
        Await.until(
            "What the signals speak of",
            PATIENCE,
            () -> {
              signal(tenant, callback("updated", ids.get(1)));
              signal(tenant, callback("deleted", ids.get(20)));
              reader.poll();
              return reader.records().size() >= 302;
            });
        signal(tenant, "{\"type\":\"pause\"}");
        Await.until("The pause in the offset store", PATIENCE, () -> paused(tenant));
        sandbox.connect().stop(tenant.name());
        sandbox.connect().resume(tenant.name());

        assertThat(tombstones(reader)).containsExactly(ids.get(20));
        assertThat(paused(tenant)).isTrue();
        assertThat(reader.toEnd()).hasSize(302);
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  private boolean paused(Tenant tenant) {
    return sandbox.connect().offsets(tenant.name()).findValues("paused").stream()
        .anyMatch(JsonNode::asBoolean);
  }

  private void signal(Tenant tenant, String value) {
    sandbox.topics().send(tenant.name() + ".signals", tenant.name(), Optional.of(value));
  }

  private static String callback(String action, long id) {
    return "{\"Action\":\"%s\",\"Type\":\"ticket\",\"ID\":%d,\"Entity\":null}"
        .formatted(action, id);
  }

  private static Map<String, String> config(Tenant tenant) {
    return tenant
        .source()
        .with(
            Map.of(
                "deletes.detect", "sweep",
                "deletes.schedule.interval.ms", "500",
                "heartbeat.topic", tenant.name() + ".heartbeats"))
        .config();
  }

  /** The chunk of known ids is an offset of its own. */
  private void awaitKnownIdsStored(Tenant tenant) {
    Await.until(
        "The known ids in the offset store",
        PATIENCE,
        () ->
            sandbox.connect().offsets(tenant.name()).findValues("partition").stream()
                .anyMatch(partition -> partition.has("ids")));
  }

  private static void awaitTombstones(TopicReader reader, int count) {
    Await.until(
        count + " tombstones",
        PATIENCE,
        () -> {
          reader.poll();
          return tombstones(reader).size() >= count;
        });
  }

  /** Three more sweeps, of which two have begun after this was called. */
  private static void awaitSweeps(Tenant tenant) {
    long before = sweeps(tenant);
    Await.until("More sweeps", PATIENCE, () -> sweeps(tenant) >= before + 3);
  }

  /** A sweep asks for ids alone. */
  private static long sweeps(Tenant tenant) {
    return tenant.simulator().requests().recent("GET", Tenant.TICKETS).stream()
        .filter(request -> request.query("fields").equals("id"))
        .count();
  }

  private static List<Long> tombstones(TopicReader reader) {
    return reader.records().stream()
        .filter(record -> record.value().isEmpty())
        .map(record -> record.key().orElseThrow().asLong())
        .toList();
  }
}
