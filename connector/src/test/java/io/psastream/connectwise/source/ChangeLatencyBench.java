package io.psastream.connectwise.source;

import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.fault.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * How long a change takes from the site to the record that the task hands over, with an interval of
 * one second and a site that takes 50 ms. Not among the tests: {@code sandbox/bench --changes}.
 */
class ChangeLatencyBench {

  private static final int CHANGES = 100;

  @Test
  void fromChangeToRecord() throws InterruptedException {
    List<Long> millis = new ArrayList<>();
    try (Simulator simulator = Simulator.start();
        SourceHarness source = new SourceHarness(simulator)) {
      simulator.seed().tickets(50);
      simulator.faults().add(Fault.of("latency").with("ms", 50));
      source.set("schedule.interval.ms", "1000").start().pollUntil(50);
      source.pollOn(10); // the server's time is known the better the more it has answered
      Random random = new Random(3);
      for (int i = 0; i < CHANGES; i++) {
        long until = System.nanoTime() + random.nextInt(1_000) * 1_000_000L;
        while (System.nanoTime() < until) {
          Thread.onSpinWait();
        }
        int before = source.records().size();
        long changed = System.nanoTime();
        String summary = "change " + i;
        simulator
            .store()
            .collection("/service/tickets")
            .update(1L + random.nextInt(50), ticket -> ticket.put("summary", summary));
        source.pollUntil(before + 1);
        millis.add((System.nanoTime() - changed) / 1_000_000);
      }
    }
    millis.sort(null);
    System.out.printf(
        "From change to record, ms: p50 %d, p95 %d, max %d (%d changes)%n",
        millis.get(CHANGES / 2), millis.get(CHANGES * 95 / 100), millis.get(CHANGES - 1), CHANGES);
  }
}
