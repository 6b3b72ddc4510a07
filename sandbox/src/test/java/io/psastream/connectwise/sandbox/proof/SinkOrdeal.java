package io.psastream.connectwise.sandbox.proof;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.flow.Tenant;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.fault.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sink of two tasks that upserts tickets by a look-up, against a site that loses a tenth of the
 * answers to writes after it has carried them out, throttles a twentieth of the requests and is
 * away for another, while its worker is killed and its partitions move.
 */
final class SinkOrdeal implements AutoCloseable {
  static final int RECORDS = 5_000;
  private static final int KEYS = 500;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A new worker waits until the broker has given up the consumers of the one before. */
  private static final Map<String, String> WORKER =
      Map.of(
          "session.timeout.ms", "3000",
          "heartbeat.interval.ms", "500",
          "offset.flush.interval.ms", "300");

  /** How a sink of two tasks or three gets through bad weather, and loses its partitions soon. */
  static final Map<String, String> QUICK =
      Map.of(
          "max.in.flight.requests", "8",
          "retry.backoff.ms", "5",
          "retry.backoff.max.ms", "200",
          // So much that a 429, which halves the pace, is not what the test waits for.
          "rate.limit.requests.per.minute", "1000000",
          "consumer.override.session.timeout.ms", "6000",
          "consumer.override.heartbeat.interval.ms", "1000");

  private final Sandbox sandbox;
  private final CountingSink sink;
  private final Tenant tenant;
  private final WriteLog log = new WriteLog(KEYS);

  SinkOrdeal(Sandbox sandbox) {
    this.sandbox = sandbox;
    this.sink = new CountingSink(sandbox, "sinkordeal", KEYS, false);
    this.tenant = sink.tenant();
    for (String method : List.of("POST", "PATCH")) {
      tenant.simulator().faults().add(Fault.of("applyThenDrop").method(method).percent(10));
    }
    Fault throttled = Fault.of("rateLimit").with("retryAfter", "none");
    tenant.simulator().faults().add(throttled.percent(5));
    tenant.simulator().faults().add(Fault.of("unavailable").percent(5));
    // Of those that come through to the API.
    tenant.simulator().faults().after(Fault.of("hook").on(Tenant.TICKETS + "**"), log::add);
  }

  /** Goes through it all, and answers with what was written once every record is settled. */
  WriteLog endure() throws IOException {
    sink.send(RECORDS);
    sandbox.forkWorker(WORKER);
    sandbox.connect().start(tenant.name(), config(2), 2);
    killAfter(RECORDS / 5);
    killAfter(RECORDS / 5);
    awaitWrites(RECORDS / 10);
    sandbox.connect().start(tenant.name(), config(3), 3);
    sink.awaitSettled();
    sandbox.connect().requireHealthy(tenant.name());
    sandbox.connect().delete(tenant.name());
    return log;
  }

  private void killAfter(int writes) throws IOException {
    awaitWrites(writes);
    sandbox.killWorker();
    sandbox.forkWorker(WORKER);
  }

  private void awaitWrites(int more) {
    int goal = log.size() + more;
    Await.until(
        goal + " writes",
        PATIENCE,
        () -> log.size() >= goal ? Optional.of(true) : Optional.empty(),
        () -> log.size() + ", " + sandbox.connect().status(tenant.name()));
  }

  CountingSink sink() {
    return sink;
  }

  private Map<String, String> config(int tasks) {
    Map<String, String> config = upserts(tenant);
    config.put("tasks.max", Integer.toString(tasks));
    config.put("lookup.wait.ms", "100");
    return config;
  }

  /** An upsert by a look-up, quick to try again. */
  static Map<String, String> upserts(Tenant tenant) {
    Map<String, String> config = new HashMap<>(tenant.sink("upsert-tickets-sink.json").config());
    config.put("lookup.conditions", "externalXRef=\"key-${key}\"");
    config.put("patch.format", "replace");
    config.putAll(QUICK);
    return config;
  }

  @Override
  public void close() {
    sandbox.stopWorker();
    sink.close();
  }
}
