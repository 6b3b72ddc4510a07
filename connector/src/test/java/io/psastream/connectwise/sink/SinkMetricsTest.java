package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.metrics.Beans;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.management.JMException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the metrics of a sink say of its routes. */
@ExtendWith(SimulatorExtension.class)
class SinkMetricsTest {

  private static final String TASK = "connector=connector,task=0";
  private static final String ROUTE = TASK + ",route=patchServiceTicketsById";

  private static final String[] PATCH = {
    "mutate.operation.id", "patchServiceTicketsById", "options", "{\"id\":\"${key}\"}"
  };

  @Test
  void aRouteCountsWhatBecomesOfItsRecords(Simulator simulator) throws JMException {
    simulator.seed().tickets(5);
    try (SinkRig rig = SinkRig.start(simulator, PATCH)) {
      assertThat(Beans.of(ROUTE))
          .containsEntry("records-applied-total", 0.0)
          .containsEntry("oldest-unsettled-age-seconds", 0.0);

      rig.settle("1", "{\"summary\":\"a\"}");
      rig.settle("2", "{\"summary\":\"b\"}");
      rig.settle("999", "{\"summary\":\"does not exist\"}");
      rig.settle("3", "no object");

      assertThat(Beans.of(ROUTE))
          .containsEntry("records-applied-total", 2.0)
          .containsEntry("records-rejected-total", 2.0)
          .containsEntry("records-unsettled", 0)
          .containsEntry("lanes-busy", 0.0)
          .hasEntrySatisfying("record-latency-ms-max", it -> assertThat((double) it).isPositive());
      assertThat(Beans.of(TASK + ",operation=patchServiceTicketsById,outcome=success"))
          .containsEntry("requests-total", 2.0);
    }
    assertThat(Beans.all()).isEmpty();
  }

  @Test
  void whatIsNotSettledIsSeenAndLeavesWithItsPartition(Simulator simulator) throws JMException {
    simulator.seed().tickets(5);
    try (SinkRig rig = SinkRig.start(simulator, PATCH)) {
      rig.context.written = new CompletableFuture<>();
      rig.put(List.of(Fixtures.record(0, 0, "1", "no object")));

      assertThat(Beans.of(ROUTE))
          .containsEntry("records-unsettled", 1)
          .hasEntrySatisfying(
              "oldest-unsettled-age-seconds", it -> assertThat((double) it).isPositive());

      rig.revoke();
      assertThat(Beans.of(ROUTE)).containsEntry("records-unsettled", 0);
      rig.context.written = CompletableFuture.completedFuture(null);
    }
  }

  @Test
  void anAbsentSiteShowsInTheBreakerAndInRetries(Simulator simulator) throws JMException {
    simulator.seed().tickets(5);
    try (SinkRig rig = SinkRig.start(simulator, PATCH)) {
      simulator.faults().add(Fault.of("unavailable").times(30));
      rig.settle("1", "{\"summary\":\"a\"}");

      Map<String, Object> route = Beans.of(ROUTE);
      assertThat((double) route.get("record-retries-total")).isPositive();
      assertThat(route).containsEntry("records-applied-total", 1.0);
      assertThat(Beans.of(TASK)).containsEntry("breaker-state", 0);
    }
  }
}
