package io.psastream.connectwise.sandbox.flow;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.CallbacksProgram;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.sandbox.machine.Ports;
import io.psastream.connectwise.simulator.callback.Delivery;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.http.LoggedRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * From a change in ConnectWise to its record, by a callback to the program that ships. {@code
 * -Dsandbox.seed} repeats the story.
 */
@ExtendWith(SandboxExtension.class)
final class CallbacksIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final String SIGNALS = "calledback.signals";

  private static final int LATENCY_MS = 50;
  private static final int STEPS = 50;
  private static final int FLOOD_SECONDS = 3;
  private static final int FORGED_AT_ONCE = 50;
  private static final int FORGED_PER_SECOND = 1_000;

  /** Some come twice and some a second later, after those of later changes. */
  private static final Delivery REORDERED =
      new Delivery(0, 30, 30, Duration.ofSeconds(1), Delivery.USUAL.repeatAfter());

  /** And some never. */
  private static final Delivery LOSSY =
      new Delivery(15, 30, 30, Duration.ofSeconds(1), Delivery.USUAL.repeatAfter());

  private static final Delivery LOST =
      new Delivery(100, 0, 0, Duration.ZERO, Delivery.USUAL.repeatAfter());

  private final long seed = Long.getLong("sandbox.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Sandbox sandbox;

  CallbacksIT(Sandbox sandbox) {
    this.sandbox = sandbox;
    System.out.println("Callbacks at random moments, -Dsandbox.seed=" + seed);
  }

  @Test
  void whatCallbacksTellOfArrivesInSecondsWhateverElseIsToldAndWithoutThemLater()
      throws IOException {
    try (Tenant tenant = Tenant.start("calledback", 300);
        CallbacksProgram program = serve(tenant)) {
      tenant.simulator().faults().add(Fault.of("latency").with("ms", LATENCY_MS).on("/service/**"));
      List.of(tenant.topic(), "calledback.heartbeats", SIGNALS)
          .forEach(topic -> sandbox.topics().create(topic, 1));
      sandbox.connect().start(tenant.name(), config(tenant, INTERVAL), 1);
      try (TopicReader reader = sandbox.topics().reader(tenant.topic())) {
        Arrivals arrivals = new Arrivals(reader, tenant.tickets()).awaitAll();
        awaitCallbacks(tenant, program, reader);

        report("changes and deletions by callbacks", changeAndDelete(tenant, reader));
        arrivals.awaitAll().assertEachOnce();

        endureForgedSignals(tenant, arrivals);
        arrivals.assertEachOnce();

        tenant.simulator().callbacks().deliver(LOST);
        program.process().destroy();
        List<Long> ids = tenant.tickets().ids();
        ids.subList(200, 203).forEach(tenant.tickets()::delete);
        change(tenant, ids.get(100), "without a callback");
        sandbox.connect().put(tenant.name(), config(tenant, Duration.ofSeconds(1)));
        arrivals.awaitAll().assertEachOnce();
        sandbox.connect().delete(tenant.name());
      }
    }
  }

  /** Hints are lost until the topic is read. */
  private void awaitCallbacks(Tenant tenant, CallbacksProgram program, TopicReader reader) {
    Await.until(
        "The registration", PATIENCE, () -> registered(tenant) || !program.process().isAlive());
    int before = reader.records().size();
    long id = tenant.tickets().ids().get(0);
    Await.until(
        "A change",
        PATIENCE,
        () -> {
          change(tenant, id, "told at last");
          reader.poll();
          return reader.records().size() > before;
        });
  }

  private static boolean registered(Tenant tenant) {
    return tenant.simulator().store().collection("/system/callbacks").size() == 1;
  }

  private static void change(Tenant tenant, long id, String summary) {
    tenant.tickets().update(id, ticket -> ticket.put("summary", summary));
  }

  /** Each ticket once, six times a second; answers how many milliseconds each took to arrive. */
  private List<Long> changeAndDelete(Tenant tenant, TopicReader reader) {
    List<Long> ids = tenant.tickets().ids();
    Map<String, Long> begun = new HashMap<>();
    List<Long> took = new ArrayList<>();
    for (int step = 1; step <= STEPS; step++) {
      long id = ids.get(step);
      boolean deletes = step % 5 == 0;
      // A lost change comes with the next one that is told, a lost deletion with the next sweep.
      tenant.simulator().callbacks().deliver(deletes || step > STEPS - 2 ? REORDERED : LOSSY);
      begun.put(deletes ? deleted(id) : "change of " + id, System.nanoTime());
      if (deletes) {
        tenant.tickets().delete(id);
      } else {
        change(tenant, id, "change of " + id);
      }
      long until = System.nanoTime() + MILLISECONDS.toNanos(80 + random.nextInt(160));
      Await.until(
          "A moment",
          PATIENCE,
          () -> {
            reader.poll().forEach(record -> arrived(record, begun, took));
            return System.nanoTime() - until >= 0;
          });
    }
    Await.until(
        "What callbacks tell of",
        PATIENCE,
        () -> {
          reader.poll().forEach(record -> arrived(record, begun, took));
          return begun.isEmpty();
        });
    return took;
  }

  private static String deleted(long id) {
    return "deletion of " + id;
  }

  private static void arrived(TopicRecord record, Map<String, Long> begun, List<Long> took) {
    String what =
        record
            .value()
            .map(ticket -> ticket.path("summary").asText())
            .orElseGet(() -> deleted(record.key().orElseThrow().asLong()));
    Long since = begun.remove(what);
    if (since != null) {
      took.add(NANOSECONDS.toMillis(System.nanoTime() - since));
    }
  }

  private void report(String what, List<Long> took) {
    List<Long> sorted = took.stream().sorted().toList();
    long median = sorted.get(sorted.size() / 2);
    long most = sorted.get(sorted.size() - 1);
    System.out.printf(
        "%d %s, interval %d s, latency %d ms: p50 %d ms, p99 %d ms, seed %d%n",
        took.size(), what, INTERVAL.toSeconds(), LATENCY_MS, median, most, seed);
    assertThat(took).hasSize(STEPS);
    assertThat(median).as("what the schedule does not explain").isLessThan(10_000);
    assertThat(sorted.get(sorted.size() * 9 / 10)).isLessThan(INTERVAL.toMillis() / 2);
  }

  /** A genuine change among them arrives, and the site is asked no more than is promised. */
  private void endureForgedSignals(Tenant tenant, Arrivals arrivals) {
    tenant.simulator().callbacks().deliver(Delivery.USUAL);
    tenant.simulator().requests().clear();
    long begun = System.nanoTime();
    int sent = 0;
    for (int burst = 0; sent < FLOOD_SECONDS * FORGED_PER_SECOND; burst++) {
      sandbox
          .topics()
          .send(IntStream.range(0, FORGED_AT_ONCE).mapToObj(i -> forged(tenant)).toList());
      sent += FORGED_AT_ONCE;
      long due = begun + sent * (1_000_000_000L / FORGED_PER_SECOND);
      if (burst == 10) {
        change(tenant, tenant.tickets().ids().get(90), "among forged ones");
      }
      Await.until("A moment", PATIENCE, () -> System.nanoTime() - due >= 0);
    }
    arrivals.awaitAll();
    double seconds = (System.nanoTime() - begun) / 1e9;
    List<LoggedRequest> requests =
        tenant.simulator().requests().recent().stream()
            .filter(request -> request.path().startsWith(Tenant.TICKETS))
            .toList();
    long windows = requests.stream().filter(CallbacksIT::ofWindow).count();
    System.out.printf(
        "%d forged signals in %.1f s: %d requests of windows, %d others%n",
        sent, seconds, windows, requests.size() - windows);
    // A window is two at the most, what it reads and the end of its list.
    assertThat((double) windows).isLessThanOrEqualTo(2 * (seconds + 2));
    assertThat((double) requests.size() - windows).isLessThanOrEqualTo(7 + 1.5 * seconds);
  }

  private static boolean ofWindow(LoggedRequest request) {
    return request.query("conditions").contains("lastUpdated");
  }

  private ProducerRecord<String, String> forged(Tenant tenant) {
    List<Long> ids = tenant.tickets().ids();
    long known = ids.get(random.nextInt(ids.size()));
    long id = random.nextInt(3) == 0 ? known : 1 + random.nextInt(1_000_000);
    String value =
        switch (random.nextInt(400)) {
          case 0 -> "{\"type\":\"" + "x".repeat(300_000) + "\"}";
          case 1 -> "";
          default ->
              switch (random.nextInt(5)) {
                case 0 ->
                    "{\"type\":\"changed\",\"resource\":\"service/tickets\",\"id\":%d}"
                        .formatted(id);
                case 1 -> callback("deleted", id);
                case 2 -> callback("updated", id);
                case 3 -> callback("deleted", id).substring(random.nextInt(50));
                default -> "[" + random.nextLong();
              };
        };
    return new ProducerRecord<>(SIGNALS, null, value);
  }

  private static String callback(String action, long id) {
    return "{\"Action\":\"%s\",\"Type\":\"ticket\",\"ID\":%d,\"Entity\":null}"
        .formatted(action, id);
  }

  private Map<String, String> config(Tenant tenant, Duration interval) {
    String millis = Long.toString(interval.toMillis());
    return tenant
        .source()
        .with(
            Map.of(
                "schedule.interval.ms",
                millis,
                "deletes.detect",
                "sweep",
                "deletes.schedule.interval.ms",
                millis,
                "heartbeat.topic",
                "calledback.heartbeats",
                "signal.topic",
                SIGNALS,
                "signal.bootstrap.servers",
                sandbox.bootstrapServers()))
        .config();
  }

  private CallbacksProgram serve(Tenant tenant) throws IOException {
    String listen = "127.0.0.1:" + Ports.free();
    Map<String, String> settings = new HashMap<>(tenant.connection());
    settings.put("listen", listen);
    settings.put("callback.url", "http://" + listen + "/hooks");
    settings.put("topic", SIGNALS);
    settings.put("bootstrap.servers", sandbox.bootstrapServers());
    return CallbacksProgram.serve(
        Path.of(System.getProperty("connectwise.callbacks")),
        settings,
        Path.of("target", "callbacks.log"));
  }
}
