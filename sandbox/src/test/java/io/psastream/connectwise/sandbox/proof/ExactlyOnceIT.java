package io.psastream.connectwise.sandbox.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import io.psastream.connectwise.sandbox.flow.BrokerExtension;
import io.psastream.connectwise.sandbox.proof.Ordeal.Plan;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Kills the worker's JVM again and again and compares the topic, as {@code read_committed} shows
 * it, with every version that the double answered with. {@code -Dsandbox.seed} repeats a run,
 * {@code -Dkills} makes it longer.
 */
@ExtendWith(BrokerExtension.class)
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

  /** With the producer's time for a transaction left to the connector. */
  private static final Map<String, String> QUICK =
      Map.of("session.timeout.ms", "3000", "heartbeat.interval.ms", "500");

  /**
   * The examples give a transaction 15 s, Kafka by default a minute. The broker of the sandbox
   * looks for such transactions all the time, others every ten seconds.
   */
  private static final Duration RECOVERY = Duration.ofSeconds(45);

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
    int kills = Integer.getInteger("kills");
    Plan plan = new Plan("proven", 2_500 * kills, kills - kills / 4, kills / 4, WITH);
    try (Ordeal ordeal = new Ordeal(sandbox, plan, seed)) {
      Ledger ledger = ordeal.endure();

      assertNothingLost(ordeal, ledger, plan);
      assertThat(ledger.twice()).as("arrived twice, seed %s", seed).isEmpty();
      report(plan, ordeal, ledger);
    }
  }

  @Test
  void nothingIsLostWithoutExactlyOnceEither() throws IOException {
    Plan plan = new Plan("unproven", 10_000, 2, 1, WITHOUT);
    try (Ordeal ordeal = new Ordeal(sandbox, plan, seed)) {
      Ledger ledger = ordeal.endure();

      assertNothingLost(ordeal, ledger, plan);
      report(plan, ordeal, ledger);
    }
  }

  /** The queries begin while their worker lives, and go on in another one. */
  @Test
  void signalsDuringASnapshotAndAKillLoseNothingAndRepeatNothing() throws IOException {
    try (Dialogue dialogue = new Dialogue(sandbox, WITH, seed)) {
      dialogue.hold();

      assertThat(dialogue.heardWhilePaused()).as("requests of the paused query").isZero();
      for (Ledger ledger : dialogue.settle()) {
        assertThat(ledger.twice()).as("arrived twice, seed %s", seed).isEmpty();
        assertThat(ledger.late()).as("after a newer version, seed %s", seed).isEmpty();
        assertThat(ledger.invented()).as("never existed, seed %s", seed).isEmpty();
        assertThat(ledger.falseTombstones()).as("never deleted, seed %s", seed).isEmpty();
        assertThat(ledger.tombstonesTwice()).as("deleted twice, seed %s", seed).isEmpty();
        assertThat(ledger.afterTombstone()).as("after its end, seed %s", seed).isEmpty();
      }
      assertThat(dialogue.told())
          .contains(
              "query.refused contacts",
              "signal.taken companies pause",
              "signal.done companies pause",
              "signal.taken tickets sweep",
              "signal.done tickets sweep",
              "signal.taken tickets again",
              "signal.done tickets again",
              "signal.rejected nonsense",
              "signal.done companies resume",
              "sweep.completed tickets")
          .doesNotContain("signal.done tickets forgotten");
      for (String query : List.of("tickets", "companies")) {
        assertThat(dialogue.told())
            .filteredOn(each -> each.startsWith("snapshot.") && each.endsWith(query))
            .containsExactly(
                "snapshot.started " + query,
                "snapshot.resumed " + query,
                "snapshot.completed " + query);
      }
      assertThat(WorkerLogs.nameless(dialogue.log(), Dialogue.NAME)).isEmpty();
      assertThat(WorkerLogs.lines(dialogue.log()))
          .anyMatch(line -> line.contains("[[talked|task-0] connectwise-signals"));
    }
  }

  /**
   * The worker is killed while a full refresh, windows and sweeps take turns, and in the middle of
   * a transaction, for whose end its successor waits as long as the source examples say.
   */
  @Test
  void aKillAmongInterleavedPassesLosesNothingDoublesNothingAndTurnsNothingBack()
      throws IOException {
    try (RefreshOrdeal ordeal = new RefreshOrdeal(sandbox, QUICK, seed)) {
      Ledger ledger = ordeal.endure();

      assertThat(ledger.newestMissing()).as("newest never arrived, seed %s", seed).isEmpty();
      assertThat(ledger.twice()).as("arrived twice, seed %s", seed).isEmpty();
      assertThat(ledger.invented()).as("never existed, seed %s", seed).isEmpty();
      assertThat(ledger.late()).as("after a newer version, seed %s", seed).isEmpty();
      assertThat(ledger.falseTombstones()).as("of what is there, seed %s", seed).isEmpty();
      assertThat(ledger.tombstonesTwice()).as("deleted twice, seed %s", seed).isEmpty();
      assertThat(ledger.afterTombstone()).as("after its tombstone, seed %s", seed).isEmpty();
      List<TopicRecord> refresh = ordeal.interrupted();
      assertThat(RefreshOrdeal.id(refresh.get(refresh.size() - 1)))
          .as("where the refresh that the kill has interrupted goes on to")
          .isGreaterThan(RefreshOrdeal.TICKETS * 9 / 10);
      List<TopicRecord> between =
          refresh.stream().filter(record -> !RefreshOrdeal.ofRefresh(record)).toList();
      assertThat(between).as("changes").anyMatch(record -> record.value().isPresent());
      assertThat(ordeal.recovery()).isLessThan(RECOVERY);
      System.out.printf(
          "interleaved: %d records, %d in the middle of a refresh, the first %d ms after the kill,"
              + " seed %d%n",
          ledger.size(), between.size(), ordeal.recovery().toMillis(), seed);
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
