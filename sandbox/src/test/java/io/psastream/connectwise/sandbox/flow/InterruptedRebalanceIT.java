package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.connect.EmbeddedWorker;
import io.psastream.connectwise.sandbox.machine.Await;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A sink is paused and resumed over and over while its partitions come and go. Connect drops
 * records in rebalances that are interrupted so; without the sink's remedy most of these are lost.
 */
@ExtendWith(SandboxExtension.class)
final class InterruptedRebalanceIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int KEYS = 10;
  private static final int REBALANCES = 15;
  private static final String OFTEN = "100";

  private final Sandbox sandbox;
  private int changes;

  InterruptedRebalanceIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Test
  void everyRecordIsAppliedWhateverARebalanceIsInterruptedBy() {
    long seed = Long.getLong("sandbox.seed", System.nanoTime());
    Random random = new Random(seed);
    try (Tenant tenant = Tenant.start("interrupted", KEYS)) {
      sandbox.topics().create(tenant.topic(), 4);
      Map<String, String> config = new HashMap<>(tenant.sink().config());
      config.put("consumer.override.heartbeat.interval.ms", OFTEN);
      config.put("tasks.max", "2");
      sandbox.connect().start(tenant.name(), config, 2);
      EmbeddedWorker worker = sandbox.embedded().orElseThrow();
      ScheduledExecutorService operator = Executors.newSingleThreadScheduledExecutor();
      Future<?> pausing =
          operator.scheduleWithFixedDelay(
              () -> worker.pauseAndResume(tenant.name(), () -> idle(random.nextInt(50))),
              0,
              15,
              TimeUnit.MILLISECONDS);
      try {
        for (int rebalance = 0; rebalance < REBALANCES; rebalance++) {
          rival(tenant, random);
        }
        assertThat(pausing).as("what pauses it").isNotDone();
      } finally {
        operator.shutdown();
      }

      Await.until(
          "Every change",
          PATIENCE,
          () -> restarted(tenant).filter(missing -> missing.isEmpty()),
          () -> "missing by ticket " + missing(tenant) + ", seed " + seed);
      String last = String.valueOf(changes);
      assertThat(tenant.tickets().items())
          .as("in the order of their keys, seed %s", seed)
          .allMatch(item -> item.tree().path("summary").asText().equals(last));
      sandbox.connect().requireHealthy(tenant.name());
      sandbox.connect().delete(tenant.name());
    }
  }

  private static void idle(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** Another member of the sink's group comes and goes, while every ticket is changed. */
  private void rival(Tenant tenant, Random random) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            sandbox.bootstrapServers(),
            "group.id",
            "connect-" + tenant.name(),
            "enable.auto.commit",
            "false",
            "heartbeat.interval.ms",
            OFTEN);
    try (KafkaConsumer<byte[], byte[]> rival =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      rival.subscribe(List.of(tenant.topic()));
      for (int poll = 0; poll < 15; poll++) {
        String change = "{\"summary\":\"" + ++changes + "\"}";
        sandbox
            .topics()
            .send(
                tenant.tickets().ids().stream()
                    .map(id -> new ProducerRecord<>(tenant.topic(), String.valueOf(id), change))
                    .toList());
        rival.poll(Duration.ofMillis(random.nextInt(30)));
      }
    }
  }

  /** A task may say that it must be restarted; then that is done. */
  private Optional<Map<Long, Integer>> restarted(Tenant tenant) {
    sandbox.connect().restartFailed(tenant.name());
    return Optional.of(missing(tenant));
  }

  /** How many changes a ticket did not get. */
  private Map<Long, Integer> missing(Tenant tenant) {
    Map<Long, Integer> missing = new HashMap<>();
    for (long id : tenant.tickets().ids()) {
      Set<String> made =
          tenant.tickets().versions(id).stream()
              .map(version -> version.item().orElseThrow().tree().path("summary").asText())
              .collect(Collectors.toSet());
      int left =
          (int)
              IntStream.rangeClosed(1, changes)
                  .filter(change -> !made.contains(String.valueOf(change)))
                  .count();
      if (left > 0) {
        missing.put(id, left);
      }
    }
    return missing;
  }
}
