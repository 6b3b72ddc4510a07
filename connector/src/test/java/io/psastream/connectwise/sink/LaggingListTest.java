package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.StoredItem;
import io.psastream.connectwise.sink.lane.Offsets;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Look-ups in lists that show a create only later: nothing is created twice. */
@ExtendWith(SimulatorExtension.class)
class LaggingListTest {

  private static final String[] UPSERT = {
    "mutate.operation.id", "postServiceTickets",
    "lookup.operation.id", "getServiceTickets",
    "lookup.conditions", "externalXRef=\"${key}\"",
    "lookup.wait.ms", "1"
  };

  private Simulator simulator;
  private ItemCollection tickets;

  @BeforeEach
  void lag(Simulator started) {
    simulator = started;
    simulator.seed().companies(1);
    simulator.faults().add(Fault.of("listLag").with("ms", 3_600_000));
    tickets = simulator.store().collection("/service/tickets");
  }

  @Test
  void manyRecordsOfFewKeysMakeOneItemOfEachKey() {
    Random random = new Random(15);
    List<SinkRecord> records = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String key = "a-" + random.nextInt(6);
      records.add(Fixtures.record(0, i, key, ticket(key, "s" + i)));
    }
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.put(records);
      rig.settleAll();

      assertThat(rig.context.reported).isEmpty();
      assertThat(references()).hasSize(6).doesNotHaveDuplicates();
      Set<String> last = new TreeSet<>();
      for (int key = 0; key < 6; key++) {
        String of = "a-" + key;
        records.stream()
            .filter(record -> record.key().equals(of))
            .reduce((a, b) -> b)
            .ifPresent(record -> last.add("s" + record.kafkaOffset()));
      }
      assertThat(tickets.items())
          .extracting(item -> item.tree().path("summary").asText())
          .containsExactlyInAnyOrderElementsOf(last);
    }
  }

  @Test
  void keysThatDifferInCaseAreOneItem() {
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.settle("a-1", ticket("a-1", "first"));
      rig.settle("A-1", ticket("A-1", "second"));

      assertThat(references()).containsExactly("A-1");
    }
  }

  @Test
  void whatWasCreatedAndDeletedOrGivenAnotherKeyIsCreatedAnew() {
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.settle("a-1", ticket("a-1", "deleted"));
      tickets.delete(tickets.ids().get(0));
      rig.settle("a-1", ticket("a-1", "again"));
      rig.settle("a-1", ticket("b-1", "is b-1 now"));
      rig.settle("a-1", ticket("a-1", "new"));

      assertThat(rig.context.reported).isEmpty();
      assertThat(references()).containsExactlyInAnyOrder("a-1", "b-1");
    }
  }

  @Test
  void leavesOrRejectsWhatItHasCreatedItself() {
    for (String onExists : List.of("ignore", "fail")) {
      try (SinkRig rig = SinkRig.start(simulator, with("behavior.on.exists", onExists))) {
        rig.settle(onExists, ticket(onExists, "old"));
        rig.settle(onExists, ticket(onExists, "new"));

        assertThat(rig.context.reported).hasSize(onExists.equals("fail") ? 1 : 0);
      }
    }
    assertThat(references()).containsExactlyInAnyOrder("ignore", "fail");
  }

  @Test
  void afterAnAssignmentItWaitsForTheListBeforeItCreatesAnOldRecord() {
    simulator.faults().clear();
    simulator.faults().add(Fault.of("listLag").with("ms", 300));
    try (SinkRig killed = SinkRig.start(simulator, UPSERT)) {
      killed.put(List.of(Fixtures.record(0, 0, "a-1", ticket("a-1", "once"))));
      killed.settleAll();
    }
    try (SinkRig rig = SinkRig.start(simulator, with("lookup.wait.ms", "600"))) {
      rig.task.open(Set.of(SinkRig.PARTITION));
      rig.settle("a-1", ticket("a-1", "once"));

      assertThat(references()).containsExactly("a-1");
    }
  }

  /** Whatever its timestamp, an earlier record of its key may have created it. */
  @ParameterizedTest
  @CsvSource({"true, 0", "true, 16", "false, 0", "false, 16"})
  void afterAnAssignmentNothingIsMissingThatTheListMayNotShowYet(
      boolean deletes, int answersAfter) {
    AtomicLong now = new AtomicLong();
    GroupSite site = new GroupSite(now, Duration.ofSeconds(14).toNanos(), true);
    CreatedItems memory = new CreatedItems(now::get);
    RecordApplier applier =
        new RecordApplier(
            (call, permitted) -> {
              Answer<JsonNode> answer = site.take(call);
              now.addAndGet(Duration.ofSeconds(answersAfter).toNanos());
              return answer;
            },
            Map.of(),
            memory,
            Fixtures.lease(),
            now::get);
    site.take(record("a-1", ticket("a-1", "other task's")).next().create().orElseThrow());
    memory.assigned();

    PendingRecord record = record("a-1", deletes ? null : ticket("a-1", "new"));
    assertThat(applier.apply(record)).isEqualTo(new Outcome.Delayed(Duration.ofSeconds(15)));
    now.addAndGet(Duration.ofSeconds(15).toNanos());
    assertThat(applier.apply(record)).isInstanceOf(Outcome.Delivered.class);
    assertThat(site.doubles).isEmpty();
    assertThat(site.ticket("a-1").map(it -> it.path("summary").asText()))
        .isEqualTo(deletes ? Optional.empty() : Optional.of("new"));
  }

  /** Nobody can tell whether it is of the lost create or another's. */
  @Test
  void whatIsFoundAfterALostCreateIsMadeWhatTheRecordSays() {
    AtomicLong now = new AtomicLong();
    GroupSite site = new GroupSite(now, 0, true);
    PendingRecord other = record("a-1", ticket("a-1", "another's"));
    RecordApplier applier =
        new RecordApplier(
            (call, permitted) -> {
              if (call.operation().method() == HttpMethod.POST) {
                site.take(other.next().create().orElseThrow());
                throw new ApiException(Failure.of(Kind.AMBIGUOUS, call.name(), 502, "lost"));
              }
              return site.take(call);
            },
            Map.of(),
            new CreatedItems(now::get),
            Fixtures.lease(),
            now::get);

    assertThat(applier.apply(record("a-1", ticket("a-1", "mine"))))
        .isInstanceOf(Outcome.Delivered.class);
    assertThat(site.created).hasSize(1);
    assertThat(site.ticket("a-1").orElseThrow().path("summary").asText()).isEqualTo("mine");
  }

  private static PendingRecord record(String key, String value) {
    RecordRouter router =
        new RecordRouter(
            Fixtures.routes(
                "mutate.operation.id", "postServiceTickets",
                "delete.operation.id", "deleteServiceTicketsById",
                "lookup.operation.id", "getServiceTickets",
                "lookup.conditions", "externalXRef=\"${key}\""),
            Fixtures.CATALOG);
    SinkRecord record = Fixtures.record(key, value);
    Mapping.Changes mapped = (Mapping.Changes) router.route(record);
    return new PendingRecord(
        record, new Offsets().begin(record).orElseThrow(), mapped.route(), mapped.changes());
  }

  @Test
  void anItemThatIsSaidToExistIsLookedForOnceMore() {
    StoredItem company =
        simulator.store().collection("/company/companies").items().iterator().next();
    String identifier = company.tree().path("identifier").asText();
    simulator.faults().add(Fault.of("emptyList").method("GET").times(2));
    try (SinkRig rig =
        SinkRig.start(
            simulator,
            "mutate.operation.id",
            "postCompanyCompanies",
            "lookup.operation.id",
            "getCompanyCompanies",
            "lookup.conditions",
            "identifier='${key}'",
            "lookup.wait.ms",
            "1")) {
      rig.settle(identifier, Map.of("identifier", identifier, "name", "New name"));

      assertThat(rig.context.reported).isEmpty();
    }
  }

  private static String[] with(String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(UPSERT));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  private static String ticket(String reference, String summary) {
    return "{\"summary\":\"%s\",\"company\":{\"id\":1},\"externalXRef\":\"%s\"}"
        .formatted(summary, reference);
  }

  private List<String> references() {
    return tickets.items().stream().map(item -> item.tree().path("externalXRef").asText()).toList();
  }
}
