package io.psastream.connectwise.sandbox.bench;

import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.http.LoggedRequest;
import io.psastream.connectwise.simulator.http.RequestLog;
import io.psastream.connectwise.simulator.store.ItemCollection;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.management.JMException;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Runs the sink and the loop against the same tickets, and checks that all updates arrived. */
final class SinkRig {
  private static final String TOPIC = "bench-updates";

  /** 20,000 updates one after the other take 17 minutes at 50 ms. */
  private static final Duration PATIENCE = Duration.ofMinutes(40);

  private static final int LOOK_EVERY = 40;

  private final Rig rig;
  private final Configs configs;
  private final Example example;
  private final int updates;
  private final int keys;
  private int runs;

  SinkRig(Rig rig, Configs configs, Example example, int updates, int keys) {
    this.rig = rig;
    this.configs = configs;
    this.example = example;
    this.updates = updates;
    this.keys = keys;
  }

  /** Writes the updates, which every run of the connector reads from the beginning. */
  void fillTopic() {
    rig.topics().create(TOPIC, 1);
    List<ProducerRecord<String, String>> records = new ArrayList<>();
    for (int i = 0; i < updates; i++) {
      records.add(
          new ProducerRecord<>(
              TOPIC, String.valueOf(1 + i % keys), "{\"summary\":\"update " + i + "\"}"));
    }
    rig.topics().send(records);
  }

  /** Has the connector measured next in a worker that has just started. */
  void freshWorker() throws IOException, JMException {
    rig.freshWorker();
  }

  /** The loop, timed by itself. */
  Figures loop(int latency, int inFlight) throws IOException {
    latency(latency);
    return ForkedLoop.run(
        UpdateLoop.class,
        UpdateLoop.settings(configs.pages(), updates, keys, inFlight),
        rig.home().resolve("loop-" + ++runs + ".out"),
        PATIENCE);
  }

  /** The connector, timed from its first update to its last as the simulator sees them. */
  Figures connector(int latency, int inFlight) throws IOException, JMException {
    latency(latency);
    Probe probe = rig.probe();
    probe.collect();
    probe.reset();
    double cpu = probe.cpuSeconds();
    String name = "bench-sink-" + ++runs;
    rig.connect().put(name, config(name, inFlight));
    int[] looks = new int[1];
    Instant first = Await.until("The first update", PATIENCE, this::firstUpdate, () -> "");
    Await.until(
        updates + " updates",
        PATIENCE,
        () -> {
          if (++looks[0] % LOOK_EVERY == 0) {
            rig.connect().requireHealthy(name);
          }
          return done() ? Optional.of(true) : Optional.empty();
        },
        () -> "There are " + log().total() + ".");
    double used = probe.cpuSeconds() - cpu;
    LoggedRequest last = log().recent().get(log().recent().size() - 1);
    Duration time = Duration.between(first, last.at().plus(last.took()));
    long requests = log().total();
    Figures.Memory memory = probe.memory();
    rig.connect().delete(name);
    return new Figures(updates, time.toNanos() / 1e9, requests, used, probe.heapBytes())
        .with(memory);
  }

  private Map<String, String> config(String name, int inFlight) {
    Simulator simulator = rig.simulator();
    Map<String, String> config = new HashMap<>(example.config());
    config.put("name", name);
    config.put("topics", TOPIC);
    config.put("tasks.max", "1");
    config.put("connectwise.site.url", simulator.url());
    config.put("connectwise.username", simulator.username());
    config.put("connectwise.password", simulator.password());
    config.put("connectwise.client.id", simulator.clientId());
    config.put("rate.limit.requests.per.minute", "0");
    config.put("max.in.flight.requests", String.valueOf(inFlight));
    config.keySet().removeIf(key -> key.startsWith("errors."));
    return config;
  }

  private void latency(int millis) {
    reset();
    rig.latency(0);
    if (millis > 0) {
      rig.simulator()
          .faults()
          .add(Fault.of("latency").with("ms", millis).on(Rig.TICKETS + "/*").method("PATCH"));
    }
  }

  private Optional<Instant> firstUpdate() {
    return log().recent().stream()
        .filter(request -> request.method().equals("PATCH"))
        .findFirst()
        .map(LoggedRequest::at);
  }

  /** Cheap to ask while few tickets are left to update. */
  private boolean done() {
    return summary(keys).equals(lastSummary(keys)) && allUpdated();
  }

  private boolean allUpdated() {
    for (int ticket = keys; ticket > 0; ticket--) {
      if (!summary(ticket).equals(lastSummary(ticket))) {
        return false;
      }
    }
    return true;
  }

  /** So that no update has arrived before it is sent. */
  private void reset() {
    for (int ticket = 1; ticket <= keys; ticket++) {
      tickets().silentChange(ticket, item -> item.put("summary", "before"));
    }
  }

  private String lastSummary(int ticket) {
    int rounds = (updates - ticket) / keys;
    return "update " + (ticket - 1 + rounds * keys);
  }

  private String summary(int ticket) {
    return tickets().get(ticket).orElseThrow().tree().path("summary").asText();
  }

  private ItemCollection tickets() {
    return rig.simulator().store().collection(Rig.TICKETS);
  }

  private RequestLog log() {
    return rig.simulator().requests();
  }
}
