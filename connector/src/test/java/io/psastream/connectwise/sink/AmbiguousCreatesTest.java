package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Creates and deletes on a site that loses a tenth of its answers and refuses a tenth of its calls.
 */
@ExtendWith(SimulatorExtension.class)
class AmbiguousCreatesTest {

  private static final int RECORDS = 300;

  private Simulator simulator;

  @BeforeEach
  void start(Simulator started) {
    simulator = started;
    simulator.faults().add(Fault.of("applyThenDrop").method("POST").percent(10));
    simulator.faults().add(Fault.of("applyThenDrop").method("DELETE").percent(10));
    simulator.faults().add(Fault.of("unavailable").percent(5));
    simulator.faults().add(Fault.of("lockRecord").with("id", "tickets").percent(5));
  }

  @Test
  void withoutALookUpEachRecordIsCreatedOnceOrReported() {
    try (SinkRig rig =
        SinkRig.start(simulator, "mutate.operation.id", "postServiceTickets", "max.retries", "5")) {
      rig.put(records());
      rig.settleAll();

      List<String> created = summaries();
      Set<String> reported =
          rig.context.reported.stream()
              .filter(it -> it.contains("it may have been applied"))
              .map(it -> "n" + it.substring(2, it.indexOf(':')))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(created).doesNotHaveDuplicates();
      assertThat(reported).hasSizeGreaterThan(RECORDS / 20).hasSameSizeAs(rig.context.reported);
      Set<String> accounted = new TreeSet<>(created);
      accounted.addAll(reported);
      assertThat(accounted).hasSize(RECORDS);
    }
  }

  @Test
  void withALookUpEachRecordIsCreatedOnceAndNoneReported() {
    try (SinkRig rig =
        SinkRig.start(
            simulator,
            "mutate.operation.id",
            "postServiceTickets",
            "lookup.operation.id",
            "getServiceTickets",
            "lookup.conditions",
            "summary=\"${key}\"",
            "lookup.wait.ms",
            "1",
            "max.retries",
            "5")) {
      rig.put(records());
      rig.settleAll();

      assertThat(rig.context.reported).isEmpty();
      assertThat(summaries()).doesNotHaveDuplicates().hasSize(RECORDS);
    }
  }

  @Test
  void aDeleteIsRepeatedUntilItIsDoneAndTakesItsParametersFromTheOptions() {
    simulator.seed().contacts(20);
    try (SinkRig rig =
        SinkRig.start(
            simulator,
            "delete.operation.id",
            "deleteCompanyContactsById",
            "options",
            "{\"id\":\"${key}\",\"transferContactId\":\"1\"}")) {
      List<Long> ids = simulator.store().collection("/company/contacts").ids();
      rig.put(
          IntStream.range(0, 20).mapToObj(i -> Fixtures.record(0, i, ids.get(i), null)).toList());
      rig.settleAll();

      assertThat(rig.context.reported).isEmpty();
      assertThat(simulator.store().collection("/company/contacts").items()).isEmpty();
      assertThat(simulator.requests().recent())
          .filteredOn(it -> it.method().equals("DELETE"))
          .allMatch(it -> it.query("transferContactId").equals("1"));
    }
  }

  private static List<SinkRecord> records() {
    return IntStream.range(0, RECORDS)
        .mapToObj(
            i ->
                Fixtures.record(
                    0, i, "n" + i, "{\"summary\":\"n%d\",\"company\":{\"id\":1}}".formatted(i)))
        .toList();
  }

  private List<String> summaries() {
    return simulator.store().collection("/service/tickets").items().stream()
        .map(item -> item.tree().path("summary").asText())
        .toList();
  }
}
