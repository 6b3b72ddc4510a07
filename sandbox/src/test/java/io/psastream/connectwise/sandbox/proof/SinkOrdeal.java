package io.psastream.connectwise.sandbox.proof;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import io.psastream.connectwise.sandbox.flow.Tenant;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.sandbox.machine.SandboxException;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;

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

  private final Sandbox sandbox;
  private final Tenant tenant = Tenant.start("sinkordeal", 0);
  private final WriteLog log = new WriteLog(KEYS);

  SinkOrdeal(Sandbox sandbox) {
    this.sandbox = sandbox;
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
    sandbox.topics().create(tenant.topic(), 4);
    sandbox.topics().create(deadLetters(), 1);
    sandbox.topics().send(records());
    sandbox.forkWorker(WORKER);
    sandbox.connect().start(tenant.name(), config(2), 2);
    killAfter(RECORDS / 5);
    killAfter(RECORDS / 5);
    awaitWrites(RECORDS / 10);
    sandbox.connect().start(tenant.name(), config(3), 3);
    Await.until(
        "Every offset committed",
        PATIENCE,
        () -> settled() == RECORDS ? Optional.of(true) : Optional.empty(),
        () -> settled() + " committed, " + sandbox.connect().status(tenant.name()));
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

  /** Records of one key are in one partition, and their states go up. */
  private List<ProducerRecord<String, String>> records() {
    List<ProducerRecord<String, String>> records = new ArrayList<>();
    for (int state = 0; state < RECORDS; state++) {
      String key = "key-" + state % KEYS;
      records.add(
          new ProducerRecord<>(
              tenant.topic(),
              key,
              "{\"summary\":\"state %d\",\"company\":{\"id\":1},\"externalXRef\":\"%s\"}"
                  .formatted(state, key)));
    }
    return records;
  }

  /** The state of the ticket of each key; of all of them where there are several. */
  Map<String, String> states() {
    Map<String, String> states = new TreeMap<>();
    tenant.tickets().items().stream()
        .map(StoredItem::tree)
        .forEach(
            ticket ->
                states.merge(
                    ticket.path("externalXRef").asText(),
                    ticket.path("summary").asText(),
                    (one, other) -> one + " and " + other));
    return states;
  }

  /** The last record of each key. */
  Map<String, String> expected() {
    Map<String, String> states = new TreeMap<>();
    for (int state = RECORDS - KEYS; state < RECORDS; state++) {
      states.put("key-" + state % KEYS, "state " + state);
    }
    return states;
  }

  /** What went to the dead letter topic. */
  List<TopicRecord> rejected() {
    return sandbox.topics().read(deadLetters());
  }

  private String deadLetters() {
    return tenant.name() + ".dead";
  }

  private long settled() {
    try {
      return sandbox
          .topics()
          .admin()
          .listConsumerGroupOffsets("connect-" + tenant.name())
          .partitionsToOffsetAndMetadata()
          .get(30, TimeUnit.SECONDS)
          .values()
          .stream()
          .mapToLong(OffsetAndMetadata::offset)
          .sum();
    } catch (ExecutionException | TimeoutException e) {
      throw new SandboxException("The committed offsets are not known", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("Interrupted", e);
    }
  }

  private Map<String, String> config(int tasks) {
    Map<String, String> config = new HashMap<>(tenant.sink("upsert-tickets-sink.json").config());
    config.put("tasks.max", Integer.toString(tasks));
    config.put("patch.format", "replace");
    config.put("lookup.wait.ms", "100");
    config.put("max.in.flight.requests", "8");
    config.put("retry.backoff.ms", "5");
    config.put("retry.backoff.max.ms", "200");
    // So much that a 429, which halves the pace, is not what the test waits for.
    config.put("rate.limit.requests.per.minute", "1000000");
    config.put("consumer.override.session.timeout.ms", "6000");
    config.put("consumer.override.heartbeat.interval.ms", "1000");
    return config;
  }

  @Override
  public void close() {
    sandbox.stopWorker();
    tenant.close();
  }
}
