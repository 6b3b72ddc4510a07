package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.data.ConnectToJson;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.report.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Creates that are remembered: however a task ends, none is made twice and each doubt is told. */
class LedgerTest {

  private static final String[] CREATES = {"mutate.operation.id", "postServiceTickets"};
  private static final String[] LOOKS = {
    "mutate.operation.id", "postServiceTickets",
    "lookup.operation.id", "getServiceTickets",
    "lookup.conditions", "summary=\"${value.summary}\""
  };

  private final LedgerTopic topic = new LedgerTopic();
  private final List<String> site = new ArrayList<>();
  private final Map<Long, Outcome> outcomes = new HashMap<>();

  /** After so many steps (a transaction or a create is one) the process is gone. */
  private int steps = Integer.MAX_VALUE;

  private boolean lagging;
  private Optional<Kind> refused = Optional.empty();

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noCreateIsMadeTwiceWhereverTasksAreKilled(boolean looks) {
    for (long seed = 0; seed < 25; seed++) {
      LedgerTest fresh = new LedgerTest();
      fresh.killedAtRandom(new Random(seed), looks ? LOOKS : CREATES);
      fresh.checkOnceOrTold("seed " + seed, looks);
    }
  }

  private void checkOnceOrTold(String what, boolean looks) {
    assertThat(site).as(what).doesNotHaveDuplicates();
    assertThat(outcomes.keySet()).as(what).hasSize(6);
    outcomes.forEach(
        (offset, outcome) -> {
          boolean told = outcome instanceof Outcome.Delivered;
          boolean doubt = outcome instanceof Outcome.Ambiguous && !looks;
          assertThat(told ? site.contains("item " + offset) : doubt)
              .as(what + ", offset " + offset + ": " + outcome)
              .isTrue();
        });
  }

  private void killedAtRandom(Random random, String... properties) {
    topic.beforeCommit = this::step;
    for (int life = 0; life < 4; life++) {
      steps = life == 3 ? Integer.MAX_VALUE : 1 + random.nextInt(20);
      try {
        SinkInHand sink = sink(properties);
        sink.put(records(6));
        sink.executor.runAll();
        sink.put();
      } catch (Killed | RuntimeException e) {
        assertThat(steps).isLessThanOrEqualTo(0);
      }
    }
  }

  @Test
  void createIsToldAgainWithItsIdAndNotSentAgain() {
    run(sink(CREATES), records(2));
    outcomes.clear();
    run(sink(CREATES), records(3));

    assertThat(site).containsExactly("item 0", "item 1", "item 2");
    Reply again = ((Outcome.Delivered) outcomes.get(1L)).replies().get(0);
    assertThat(again.status()).hasValue(201);
    assertThat(again.items()).extracting(it -> it.path("id").asInt()).containsExactly(2);
  }

  @Test
  void anotherRecordAtTheSameOffsetIsCreated() {
    run(sink(CREATES), records(1));
    SinkRecord renewed =
        new SinkRecord(
            Fixtures.TOPIC, 0, null, "k", null, value(0), 0, 5L, records(1)[0].timestampType());
    run(sink(CREATES), renewed);

    assertThat(site).hasSize(2);
  }

  @Test
  void taskThatHasLostItsPartitionSendsNothing() {
    SinkInHand former = sink(CREATES);
    SinkInHand owner = sink(CREATES);
    run(former, records(3));
    assertThat(site).isEmpty();
    assertThat(outcomes.get(0L)).isInstanceOf(Outcome.Delayed.class);

    run(owner, records(3));
    assertThat(site).hasSize(3);
  }

  @Test
  void nothingIsSentUntilTheLedgerHasIt() {
    SinkInHand sink = sink(CREATES);
    topic.beforeCommit =
        () -> {
          throw new TimeoutException("away");
        };
    run(sink, records(1));
    assertThat(site).isEmpty();
    assertThat(outcomes.get(0L)).isInstanceOf(Outcome.Delayed.class);

    topic.beforeCommit = () -> {};
    run(sink, Fixtures.record(0, 1, "other", value(1)));
    assertThat(site).containsExactly("item 1");

    topic.beforeCommit =
        () -> {
          throw new TimeoutException("away");
        };
    run(sink, Fixtures.record(0, 2, "third", value(2)));
    topic.now.addAndGet(Duration.ofMinutes(6).toNanos());
    sink.put(Fixtures.record(0, 3, "fourth", value(3)));
    sink.executor.runAll();
    assertThat(outcomes.get(3L)).isInstanceOf(Outcome.Fatal.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"REJECTED", "UNAVAILABLE", "THROTTLED", "CONFLICT", "CANCELLED"})
  void whatWasCertainlyNotCreatedIsNoDoubt(Kind kind) {
    refused = Optional.of(kind);
    run(sink(CREATES), records(1));
    assertThat(topic.compacted()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"AMBIGUOUS", "UNKNOWN"})
  void whatMayHaveBeenCreatedIsToldAgain(Kind kind) {
    refused = Optional.of(kind);
    run(sink(CREATES), records(1));
    refused = Optional.empty();
    run(sink(CREATES), records(1));

    assertThat(site).isEmpty();
    assertThat(outcomes.get(0L)).isInstanceOf(Outcome.Ambiguous.class);
  }

  @Test
  void lookUpThatFindsNothingYetDelaysTheRecord() {
    refused = Optional.of(Kind.AMBIGUOUS);
    run(sink(LOOKS), records(1));
    refused = Optional.empty();
    site.add("item 0");
    lagging = true;
    run(sink(LOOKS), records(1));

    assertThat(outcomes.get(0L)).isInstanceOf(Outcome.Delayed.class);
    assertThat(site).hasSize(1);
  }

  @Test
  void entriesAreRemovedLongAfterTheirOffsetWasGivenToConnect() {
    SinkInHand sink = sink(CREATES);
    run(sink, records(3));
    assertThat(topic.compacted()).hasSize(3);
    sink.committable(2);
    topic.now.addAndGet(Duration.ofMinutes(16).toNanos());
    sink.committable(3);
    run(sink, Fixtures.record(0, 3, "k3", value(3)));

    assertThat(topic.compacted().keySet())
        .allMatch(key -> key.contains("\"offset\":2,") || key.contains("\"offset\":3,"))
        .hasSize(2);
  }

  private SinkInHand sink(String... properties) {
    var ledger = topic.ledger();
    RecordApplier applier =
        new RecordApplier(
            (call, permitted) -> send(call),
            Map.of(),
            new CreatedItems(System::nanoTime),
            new CreateLedger(Optional.of(ledger)),
            Fixtures.lease(),
            System::nanoTime);
    return new SinkInHand(
        TaskContext.withReporter(SinkInHand.PARTITION),
        ledger,
        record -> applied(record, applier),
        properties);
  }

  private Outcome applied(PendingRecord record, RecordApplier applier) {
    Outcome outcome = applier.apply(record);
    outcomes.put(record.record().kafkaOffset(), outcome);
    return outcome;
  }

  private static void run(SinkInHand sink, SinkRecord... records) {
    sink.put(records);
    sink.executor.runAll();
    sink.put();
  }

  private void step() {
    if (--steps <= 0) {
      throw new Killed();
    }
  }

  private Answer<JsonNode> send(Call call) {
    String summary =
        call.body()
            .map(body -> body.path("summary").asText())
            .orElseGet(() -> call.query().get("conditions").replaceAll("summary=|\"", ""));
    boolean post = call.operation().id().startsWith("post");
    if (post && refused.isPresent()) {
      throw new ApiException(Failure.of(refused.get(), call.name(), 0, "no"));
    }
    if (post) {
      site.add(summary);
      step();
    }
    int id = lagging ? 0 : site.indexOf(summary) + 1;
    String items = id == 0 ? "[]" : "[{\"id\":" + id + ",\"summary\":\"" + summary + "\"}]";
    List<JsonNode> found = new ArrayList<>();
    ConnectToJson.document(null, items).forEach(found::add);
    return new Answer<>(
        post ? 201 : 200, found, false, Optional.empty(), Optional.empty(), CallStats.NONE);
  }

  private static SinkRecord[] records(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Fixtures.record(0, i, "k" + i, value(i)))
        .toArray(SinkRecord[]::new);
  }

  private static String value(int item) {
    return "{\"summary\":\"item " + item + "\",\"company\":{\"id\":1}}";
  }
}
