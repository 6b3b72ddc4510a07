package io.psastream.connectwise.sandbox.proof;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.broker.TopicReader.Isolation;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import io.psastream.connectwise.sandbox.connect.ForkedWorker;
import io.psastream.connectwise.sandbox.flow.Tenant;
import io.psastream.connectwise.sandbox.machine.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * A source whose worker is killed in the middle of a full refresh and of a transaction, while its
 * tickets keep changing, some are deleted, and sweeps are due all the time.
 */
final class RefreshOrdeal implements AutoCloseable {
  static final int TICKETS = 6_000;

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String NAME = "interleaved";
  private static final String OFFSETS = "connect-offsets";
  private static final int DELETED = 50;
  private static final int LATENCY_MS = 25;

  private final Sandbox sandbox;
  private final Map<String, String> worker;
  private final Random random;
  private final Tenant tenant = Tenant.start(NAME, TICKETS);
  private final TopicReader reader;
  private final TopicReader again;
  private int killedAt;
  private Duration recovery = Duration.ZERO;

  /**
   * @param worker how its workers differ from the usual ones
   */
  RefreshOrdeal(Sandbox sandbox, Map<String, String> worker, long seed) {
    this.sandbox = sandbox;
    this.worker = worker;
    this.random = new Random(seed);
    List.of(tenant.topic(), NAME + ".heartbeats")
        .forEach(topic -> sandbox.topics().create(topic, 1));
    this.reader = sandbox.topics().reader(tenant.topic());
    this.again = sandbox.topics().reader(tenant.topic());
  }

  /** Goes through it all, and answers with what arrived once everything has. */
  Ledger endure() throws IOException {
    tenant.slow(LATENCY_MS);
    Ledger ledger = new Ledger(again, tenant.tickets(), Copy.Part.WHOLE);
    try (Churn churn = new Churn(tenant.tickets(), new Random(random.nextLong()))) {
      sandbox.forkWorker(worker);
      sandbox.connect().put(NAME, config());
      await("A full refresh", () -> reader.records().stream().anyMatch(RefreshOrdeal::ofRefresh));
      random.longs(DELETED, 1, TICKETS).forEach(tenant.tickets()::delete);
      killAndRecover();
      await("The end of the full refresh", () -> !interrupted().isEmpty());
      if (churn.changes() < 500) {
        throw new AssertionError("Only " + churn.changes() + " changes were made");
      }
    }
    await(
        "The newest version of every ticket",
        () -> {
          ledger.read();
          return ledger.newestMissing().isEmpty() && ledger.tombstonesMissing().isEmpty();
        });
    sandbox.connect().requireHealthy(NAME);
    sandbox.connect().delete(NAME);
    ledger.readToEnd();
    return ledger;
  }

  private void killAndRecover() throws IOException {
    ForkedWorker victim = sandbox.forked().orElseThrow();
    Await.until("The middle of it all", PATIENCE, () -> frozenInTheMiddle(victim));
    sandbox.killWorker();
    long killed = System.nanoTime();
    sandbox.forkWorker(worker);
    await("A record after the kill", () -> reader.records().size() > killedAt);
    recovery = Duration.ofNanos(System.nanoTime() - killed);
  }

  /** Stops the worker, and lets it go on where the moment is not the one to kill it in. */
  private boolean frozenInTheMiddle(ForkedWorker victim) {
    try {
      victim.freeze();
      // Looked at twice, since the broker may be about to end the transaction.
      if (transactionIsOpen() && refreshIsUnderWay() && transactionIsOpen()) {
        return true;
      }
      victim.thaw();
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the next worker has to wait before it knows the offsets. */
  private boolean transactionIsOpen() {
    return sandbox.topics().end(OFFSETS, Isolation.READ_COMMITTED)
        < sandbox.topics().end(OFFSETS, Isolation.READ_UNCOMMITTED);
  }

  private boolean refreshIsUnderWay() {
    killedAt = reader.toEnd().size();
    long[] ids =
        reader.records().stream()
            .filter(RefreshOrdeal::ofRefresh)
            .mapToLong(RefreshOrdeal::id)
            .toArray();
    return ids[ids.length - 1] < TICKETS * 3 / 4;
  }

  private void await(String what, BooleanSupplier condition) {
    Await.until(
        what,
        PATIENCE,
        () -> {
          reader.poll();
          return condition.getAsBoolean();
        });
  }

  /** How long it took from the kill to the first record that the successor has committed. */
  Duration recovery() {
    return recovery;
  }

  /**
   * The topic from the first record of the full refresh that the kill has interrupted to its last;
   * empty before the next one has begun.
   */
  List<TopicRecord> interrupted() {
    List<TopicRecord> records = reader.records();
    int first = -1;
    int last = -1;
    for (int place = 0; place < records.size(); place++) {
      if (ofRefresh(records.get(place))) {
        boolean begins = last < 0 || id(records.get(place)) < id(records.get(last));
        if (begins && place >= killedAt) {
          return records.subList(first, last + 1);
        }
        first = begins ? place : first;
        last = place;
      }
    }
    return List.of();
  }

  /** Whether a record is one of a full refresh. */
  static boolean ofRefresh(TopicRecord record) {
    return record.headers().containsKey("connectwise.refresh");
  }

  static long id(TopicRecord record) {
    return record.key().orElseThrow().asLong();
  }

  private Map<String, String> config() {
    Map<String, String> config = new HashMap<>(tenant.source().config());
    config.put("page.size", "100");
    config.put("schedule.interval.ms", "200");
    config.put("full.refresh.schedule.interval.ms", "3000");
    config.put("deletes.detect", "sweep");
    config.put("deletes.schedule.interval.ms", "300");
    config.put("heartbeat.topic", NAME + ".heartbeats");
    return config;
  }

  @Override
  public void close() {
    sandbox.stopWorker();
    reader.close();
    again.close();
    tenant.close();
  }
}
