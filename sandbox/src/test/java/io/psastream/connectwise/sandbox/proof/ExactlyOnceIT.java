package io.psastream.connectwise.sandbox.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.flow.SandboxExtension;
import io.psastream.connectwise.sandbox.proof.Ordeal.Plan;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Kills the worker's JVM again and again and compares the topic, as {@code read_committed} shows
 * it, with every version that the double answered with. {@code -Dsandbox.seed} repeats a run.
 */
@ExtendWith(SandboxExtension.class)
final class ExactlyOnceIT {
  /**
   * A worker that starts reads the stored offsets to their end, and so waits until the transaction
   * that its predecessor has left open has timed out.
   */
  private static final Map<String, String> WITH =
      Map.of(
          "session.timeout.ms", "3000",
          "heartbeat.interval.ms", "500",
          "producer.transaction.timeout.ms", "4000");

  private static final Map<String, String> WITHOUT =
      Map.of(
          "session.timeout.ms", "3000",
          "heartbeat.interval.ms", "500",
          "exactly.once.source.support", "disabled",
          "offset.flush.interval.ms", "100");

  private final long seed = Long.getLong("sandbox.seed", System.nanoTime());
  private final Sandbox sandbox;

  ExactlyOnceIT(Sandbox sandbox) {
    this.sandbox = sandbox;
    System.out.println("Kills at random points, -Dsandbox.seed=" + seed);
  }

  @Test
  void everyVersionThatWasReadArrivesExactlyOnceWhereverTheWorkerIsKilled() throws IOException {
    Plan plan = new Plan("proven", 50_000, 20, 4, WITH);
    try (Ordeal ordeal = new Ordeal(sandbox, plan, seed)) {
      Ledger ledger = ordeal.endure();

      assertNothingLost(ordeal, ledger, plan);
      assertThat(ledger.twice()).as("arrived twice, seed %s", seed).isEmpty();
      report(plan, ordeal, ledger);
    }
  }

  @Test
  void nothingIsLostWithoutExactlyOnceEither() throws IOException {
    Plan plan = new Plan("unproven", 20_000, 5, 1, WITHOUT);
    try (Ordeal ordeal = new Ordeal(sandbox, plan, seed)) {
      Ledger ledger = ordeal.endure();

      assertNothingLost(ordeal, ledger, plan);
      report(plan, ordeal, ledger);
    }
  }

  private void assertNothingLost(Ordeal ordeal, Ledger ledger, Plan plan) {
    List<StoredItem> due = ordeal.readings().due();
    assertThat(due).as("what was read").hasSizeGreaterThan(plan.tickets());
    assertThat(ledger.missing(due)).as("read and never arrived, seed %s", seed).isEmpty();
    assertThat(ledger.newestMissing()).as("newest never arrived, seed %s", seed).isEmpty();
    assertThat(ledger.invented()).as("never existed, seed %s", seed).isEmpty();
    assertThat(ledger.late()).as("after a newer version, seed %s", seed).isEmpty();
  }

  private void report(Plan plan, Ordeal ordeal, Ledger ledger) {
    System.out.printf(
        "%s: %d records, %d versions twice, %d pages, seed %d%n",
        plan.name(), ledger.size(), ledger.twice().size(), ordeal.readings().pages(), seed);
  }
}
