package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.CallbacksProgram;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.sandbox.machine.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** From a change in ConnectWise to its record, by a callback to the program that ships. */
@ExtendWith(SandboxExtension.class)
final class CallbacksIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Sandbox sandbox;

  CallbacksIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /** The query runs once an hour, so what arrives was told by a callback. */
  @Test
  void changesAndDeletionsThatCallbacksTellOfDoNotWaitForTheSchedule() throws IOException {
    try (Tenant tenant = Tenant.start("calledback", 50);
        CallbacksProgram program = serve(tenant)) {
      List.of(tenant.topic(), "calledback.heartbeats", "calledback.signals")
          .forEach(topic -> sandbox.topics().create(topic, 1));
      sandbox.connect().start(tenant.name(), config(tenant), 1);
      try (TopicReader reader = sandbox.topics().reader(tenant.topic())) {
        List<Long> ids = tenant.tickets().ids();
        reader.awaitCount(50, PATIENCE);
        Await.until(
            "The registration", PATIENCE, () -> registered(tenant) || !program.process().isAlive());
        // Hints are lost until the topic is read.
        Await.until(
            "A change",
            PATIENCE,
            () -> {
              tenant.tickets().update(ids.get(1), ticket -> ticket.put("summary", "changed"));
              reader.poll();
              return reader.records().size() > 50;
            });
        tenant.tickets().delete(ids.get(20));
        Await.until(
            "The tombstone",
            PATIENCE,
            () -> {
              reader.poll();
              return tombstones(reader).contains(ids.get(20));
            });

        assertThat(tombstones(reader)).containsExactly(ids.get(20));
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  private static boolean registered(Tenant tenant) {
    return tenant.simulator().store().collection("/system/callbacks").size() == 1;
  }

  private Map<String, String> config(Tenant tenant) {
    return tenant
        .source()
        .with(
            Map.of(
                "schedule.interval.ms", "3600000",
                "deletes.detect", "sweep",
                "deletes.schedule.interval.ms", "3600000",
                "heartbeat.topic", "calledback.heartbeats",
                "signal.topic", "calledback.signals",
                "signal.bootstrap.servers", sandbox.bootstrapServers()))
        .config();
  }

  private static List<Long> tombstones(TopicReader reader) {
    return reader.records().stream()
        .filter(record -> record.value().isEmpty())
        .map(record -> record.key().orElseThrow().asLong())
        .toList();
  }

  private CallbacksProgram serve(Tenant tenant) throws IOException {
    String listen = "127.0.0.1:" + Ports.free();
    Map<String, String> settings = new HashMap<>(tenant.connection());
    settings.put("listen", listen);
    settings.put("callback.url", "http://" + listen + "/hooks");
    settings.put("topic", "calledback.signals");
    settings.put("bootstrap.servers", sandbox.bootstrapServers());
    return CallbacksProgram.serve(
        Path.of(System.getProperty("connectwise.callbacks")),
        settings,
        Path.of("target", "callbacks.log"));
  }
}
