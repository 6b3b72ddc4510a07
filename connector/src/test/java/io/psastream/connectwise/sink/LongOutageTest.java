package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.ItemCollection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The task while the site is away: it is there for its group, and loses nothing. */
@ExtendWith(SimulatorExtension.class)
class LongOutageTest {

  private static final String[] PATCH = {
    "mutate.operation.id", "patchServiceTicketsById",
    "options", "{\"id\":\"${key}\"}",
    "max.retries", "0",
    "retry.backoff.max.ms", "50"
  };
  private static final int RECORDS = 1_200;

  /** Far below any max.poll.interval.ms, and what a put and a commit may take together. */
  private static final Duration POLL = Duration.ofSeconds(4);

  private Simulator simulator;
  private ItemCollection tickets;

  @BeforeEach
  void seed(Simulator started) {
    simulator = started;
    simulator.seed().tickets(20);
    tickets = simulator.store().collection("/service/tickets");
  }

  @Test
  void pausesItsPartitionsAndReturnsFromEveryPollAndThenAppliesAll() {
    simulator.faults().add(Fault.of("unavailable"));
    try (SinkRig rig = SinkRig.start(simulator, PATCH)) {
      rig.put(updates());
      for (int poll = 0; poll < 3; poll++) {
        long start = System.nanoTime();
        rig.put(List.of());
        assertThat(rig.committable()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(POLL);
        assertThat(rig.context.paused).isTrue();
        assertThat(rig.context.timeout).isPositive();
      }

      simulator.faults().clear();
      rig.settleAll();
      rig.put(List.of());
      assertThat(rig.context.paused).isFalse();
      assertThat(rig.context.reported).isEmpty();
      for (long id = 1; id <= 20; id++) {
        assertThat(tickets.get(id).orElseThrow().tree().path("summary").asText())
            .isEqualTo("update " + (RECORDS - 21 + id));
      }
    }
  }

  @Test
  void commitsNothingOfACallThatHangsAndGivesThePartitionAway() {
    simulator.faults().add(Fault.of("latency").with("ms", 60_000));
    try (SinkRig rig = SinkRig.start(simulator, PATCH)) {
      rig.put(updates().subList(0, 10));
      long start = System.nanoTime();
      assertThat(rig.committable()).isZero();
      rig.revoke();

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  private static List<SinkRecord> updates() {
    List<SinkRecord> updates = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      updates.add(
          Fixtures.record(0, i, String.valueOf(1 + i % 20), "{\"summary\":\"update " + i + "\"}"));
    }
    return updates;
  }
}
