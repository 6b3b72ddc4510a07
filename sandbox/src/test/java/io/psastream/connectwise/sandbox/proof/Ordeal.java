package io.psastream.connectwise.sandbox.proof;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.broker.TopicReader.Isolation;
import io.psastream.connectwise.sandbox.flow.Tenant;
import io.psastream.connectwise.sandbox.machine.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * A source whose worker is killed again and again while its tickets keep changing: in the middle of
 * the snapshot, and in the windows of changes after it. Each worker lives until it has made a
 * random amount of progress, which is seen in the topic, where it may be uncommitted still, or in
 * the requests, which run ahead of it.
 */
final class Ordeal implements AutoCloseable {
  private static final Duration OVERLAP = Duration.ofSeconds(60);

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int PAGE = 200;
  private static final int LATENCY_MS = 25;

  private final Sandbox sandbox;
  private final Plan plan;
  private final Random random;
  private final Tenant tenant;
  private final Readings readings;

  /**
   * What is done to the source.
   *
   * @param worker how its worker differs from the usual one
   */
  record Plan(
      String name, int tickets, int snapshotKills, int laterKills, Map<String, String> worker) {}

  Ordeal(Sandbox sandbox, Plan plan, long seed) {
    this.sandbox = sandbox;
    this.plan = plan;
    this.random = new Random(seed);
    this.tenant = Tenant.start(plan.name(), plan.tickets());
    this.readings = Readings.of(tenant);
  }

  /** Goes through it all, and answers with what arrived once nothing more does. */
  Ledger endure() throws IOException {
    tenant.slow(LATENCY_MS);
    sandbox.topics().create(tenant.topic(), 1);
    try (Churn churn = new Churn(tenant.tickets(), new Random(random.nextLong()))) {
      startWorker();
      sandbox.connect().put(plan.name(), config());
      killDuringSnapshot();
      Await.until("The end of the snapshot", PATIENCE, () -> !readings.inSnapshot());
      for (int kill = 0; kill < plan.laterKills(); kill++) {
        killAfter(random.nextInt(400), random.nextInt(8));
      }
      if (churn.changes() < 1_000) {
        throw new AssertionError("Only " + churn.changes() + " changes were made");
      }
    }
    return settle();
  }

  Readings readings() {
    return readings;
  }

  private void killDuringSnapshot() throws IOException {
    int most = plan.tickets() / (plan.snapshotKills() + 2);
    for (int kill = 0; kill < plan.snapshotKills(); kill++) {
      killAfter(random.nextInt(most), random.nextInt(most / PAGE));
      if (!readings.inSnapshot()) {
        throw new AssertionError("The snapshot was over at kill " + kill);
      }
    }
  }

  /** Kills the worker after so many records or pages, whichever chance says, and starts another. */
  private void killAfter(int records, int pages) throws IOException {
    boolean byRecords = random.nextBoolean();
    LongSupplier progress = byRecords ? this::written : readings::pages;
    long goal = progress.getAsLong() + (byRecords ? records : pages);
    Await.until(
        "Progress to " + goal + (byRecords ? " records" : " pages"),
        PATIENCE,
        () -> progress.getAsLong() > goal ? Optional.of(true) : Optional.empty(),
        () -> progress.getAsLong() + ", " + sandbox.connect().status(plan.name()));
    sandbox.killWorker();
    startWorker();
  }

  private void startWorker() throws IOException {
    sandbox.forkWorker(plan.worker());
  }

  /** The topic's length; what transactions have written counts before they are over. */
  private long written() {
    return sandbox.topics().end(tenant.topic(), Isolation.READ_UNCOMMITTED);
  }

  /** Whatever would still come, also what should not, comes within two more windows. */
  private Ledger settle() {
    try (TopicReader reader = sandbox.topics().reader(tenant.topic())) {
      Ledger ledger = new Ledger(reader, tenant.tickets(), Copy.Part.WHOLE);
      Await.until(
          "The newest version of every ticket in the topic",
          PATIENCE,
          () -> {
            ledger.read();
            return ledger.newestMissing().isEmpty() ? Optional.of(true) : Optional.empty();
          },
          () -> ledger.newestMissing().size() + " missing, " + ledger.size() + " arrived.");
      awaitTwoWindows();
      sandbox.connect().requireHealthy(plan.name());
      sandbox.connect().delete(plan.name());
      ledger.readToEnd();
      return ledger;
    }
  }

  /** The one that is under way may be as good as over. */
  private void awaitTwoWindows() {
    long now = readings.scans();
    Await.until("Two more windows", PATIENCE, () -> readings.scans() >= now + 3);
  }

  private Map<String, String> config() {
    Map<String, String> config = new HashMap<>(tenant.source().config());
    config.put("page.size", Integer.toString(PAGE));
    config.put("overlap.ms", Long.toString(OVERLAP.toMillis()));
    return config;
  }

  @Override
  public void close() {
    sandbox.stopWorker();
    tenant.close();
  }
}
