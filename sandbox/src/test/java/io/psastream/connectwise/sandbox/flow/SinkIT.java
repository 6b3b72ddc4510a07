package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.http.LoggedRequest;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The sink end to end: records become changes in the order of their keys, and a rejected one harms
 * no other.
 */
@ExtendWith(SandboxExtension.class)
final class SinkIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Sandbox sandbox;

  SinkIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Test
  void changesOfOneKeyAreMadeInOrderWhileOtherKeysGoInParallel() {
    int keys = 10;
    int changes = 20;
    try (Tenant tenant = Tenant.start("order", keys)) {
      // Odd tickets are slow, so that any mixing of lanes shows.
      for (int id = 1; id <= keys; id += 2) {
        tenant
            .simulator()
            .faults()
            .add(Fault.of("latency").with("ms", 25).on(Tenant.TICKETS + "/" + id));
      }
      started(tenant);
      List<ProducerRecord<String, String>> records = new ArrayList<>();
      for (String change : summaries(changes)) {
        tenant.tickets().ids().forEach(id -> records.add(record(tenant, id, change)));
      }
      sandbox.topics().send(records);

      Await.until(
          "The last change of every ticket",
          PATIENCE,
          () ->
              tenant.tickets().items().stream()
                  .allMatch(item -> summary(item).equals("change " + changes)));

      for (long id : tenant.tickets().ids()) {
        assertThat(summaries(tenant, id)).isEqualTo(summaries(changes));
      }
      assertThat(overlapping(tenant.simulator().requests().recent())).isTrue();
      sandbox.connect().delete(tenant.name());
    }
  }

  @Test
  void rejectedRecordGoesToTheDeadLettersWithTheWordsOfTheApiWhileTheOthersGoThrough() {
    try (Tenant tenant = Tenant.start("rejected", 3)) {
      sandbox.topics().create(tenant.deadLetters(), 1);
      started(tenant);

      sandbox
          .topics()
          .send(
              List.of(
                  record(tenant, 1, "first"),
                  record(tenant, 4_711, "nobody has this id"),
                  record(tenant, 2, "second"),
                  record(tenant, 3, "third")));

      Await.until(
          "Three changes",
          PATIENCE,
          () ->
              tenant.tickets().items().stream()
                  .map(SinkIT::summary)
                  .toList()
                  .equals(List.of("first", "second", "third")));
      try (TopicReader dead = sandbox.topics().reader(tenant.deadLetters())) {
        TopicRecord letter = dead.awaitCount(1, PATIENCE).get(0);
        assertThat(letter.key().orElseThrow().asInt()).isEqualTo(4_711);
        assertThat(letter.headers().get("__connect.errors.exception.message"))
            .contains("patchServiceTicketsById", "404", "4711 not found");
        assertThat(dead.toEnd()).hasSize(1);
      }
      sandbox.connect().requireHealthy(tenant.name());
      sandbox.connect().delete(tenant.name());
    }
  }

  @Test
  void tombstoneDeletesTheTicketAndOneForATicketThatIsGoneIsDone() {
    try (Tenant tenant = Tenant.start("tombstones", 3)) {
      sandbox.topics().create(tenant.deadLetters(), 1);
      started(tenant);

      for (String key : List.of("2", "2", "4711")) {
        sandbox.topics().send(tenant.topic(), key, Optional.empty());
      }
      sandbox.topics().send(List.of(record(tenant, 3, "after the tombstones")));

      Await.until("The deletion", PATIENCE, () -> tenant.tickets().ids().equals(List.of(1L, 3L)));
      Await.until(
          "The change after the tombstones", PATIENCE, () -> !summaries(tenant, 3).isEmpty());
      // An orderly stop settles and commits everything.
      sandbox.stopWorker();
      assertThat(sandbox.topics().read(tenant.deadLetters())).isEmpty();
      sandbox.startWorker();
      sandbox.connect().delete(tenant.name());
    }
  }

  @Test
  void nothingIsRepeatedOrLostWhenTheWorkerIsStoppedAndStartedAgain() {
    int changes = 60;
    try (Tenant tenant = Tenant.start("sinkrestart", 1)) {
      tenant.simulator().faults().add(Fault.of("latency").with("ms", 20).on(Tenant.TICKETS + "/1"));
      started(tenant);
      sandbox
          .topics()
          .send(summaries(changes).stream().map(change -> record(tenant, 1, change)).toList());
      Await.until("The first changes", PATIENCE, () -> summaries(tenant, 1).size() >= 20);
      sandbox.stopWorker();
      int made = summaries(tenant, 1).size();
      sandbox.startWorker();

      Await.until(
          "The last change", PATIENCE, () -> summaries(tenant, 1).contains("change " + changes));

      assertThat(made).isLessThan(changes);
      assertThat(summaries(tenant, 1)).isEqualTo(summaries(changes));
      sandbox.connect().delete(tenant.name());
    }
  }

  /** All records are taken at once, and the first were made; Connect does not tell of a pause. */
  @Test
  void pausedSinkWritesNothingMoreUntilItIsResumed() {
    int changes = 100;
    try (Tenant tenant = Tenant.start("sinkpaused", 1)) {
      tenant.simulator().faults().add(Fault.of("latency").with("ms", 20).on(Tenant.TICKETS + "/1"));
      started(tenant);
      sandbox
          .topics()
          .send(summaries(changes).stream().map(change -> record(tenant, 1, change)).toList());
      Await.until("The first changes", PATIENCE, () -> summaries(tenant, 1).size() >= 10);
      sandbox.connect().pause(tenant.name());
      Await.until("The last call", PATIENCE, () -> quiet(tenant));
      int made = summaries(tenant, 1).size();
      assertThat(made).isLessThan(changes);

      sandbox.connect().resume(tenant.name());
      Await.until(
          "The last change", PATIENCE, () -> summaries(tenant, 1).contains("change " + changes));
      assertThat(summaries(tenant, 1)).isEqualTo(summaries(changes));
      sandbox.connect().delete(tenant.name());
    }
  }

  /** A moment passes without a request. */
  private static boolean quiet(Tenant tenant) {
    long before = tenant.simulator().requests().total();
    long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    Await.until("A moment", PATIENCE, () -> System.nanoTime() - end >= 0);
    return tenant.simulator().requests().total() == before;
  }

  @Test
  void whatTheLedgerRemembersIsNotCreatedAgainButToldAgain() {
    int records = 10;
    try (Tenant tenant = Tenant.start("ledger", 1)) {
      String ledger = tenant.name() + ".ledger";
      String results = tenant.name() + ".results";
      sandbox.topics().create(ledger, 1);
      sandbox.topics().create(results, 1);
      sandbox.topics().create(tenant.topic(), 1);
      Map<String, String> config = new HashMap<>(tenant.connection());
      config.put("connector.class", tenant.sink().config().get("connector.class"));
      config.put("topics", tenant.topic());
      config.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
      config.put("value.converter", "org.apache.kafka.connect.storage.StringConverter");
      config.put("mutate.operation.id", "postServiceTickets");
      config.put("reporter.result.topic", results);
      config.put("reporter.bootstrap.servers", sandbox.bootstrapServers());
      config.put("ledger.topic", ledger);
      config.put("ledger.bootstrap.servers", sandbox.bootstrapServers());
      sandbox.connect().start(tenant.name(), config, 1);
      String ticket = "{\"summary\":\"new\",\"company\":{\"id\":1},\"board\":{\"id\":1}}";
      sandbox
          .topics()
          .send(
              IntStream.range(0, records)
                  .mapToObj(i -> new ProducerRecord<>(tenant.topic(), String.valueOf(i), ticket))
                  .toList());
      try (TopicReader told = sandbox.topics().reader(results)) {
        List<TopicRecord> first = List.copyOf(told.awaitCount(records, PATIENCE));
        assertThat(tenant.tickets().size()).isEqualTo(1 + records);

        sandbox.connect().stop(tenant.name());
        sandbox.connect().resetOffsets(tenant.name());
        sandbox.connect().resume(tenant.name());

        List<TopicRecord> all = told.awaitCount(2 * records, PATIENCE);
        assertThat(tenant.tickets().size()).isEqualTo(1 + records);
        assertThat(ids(all.subList(records, 2 * records))).isEqualTo(ids(first));
      }
      sandbox.connect().requireHealthy(tenant.name());
      sandbox.connect().delete(tenant.name());
    }
  }

  private static Set<Integer> ids(List<TopicRecord> results) {
    return results.stream()
        .map(each -> each.value().orElseThrow().path("items").path(0).path("id").asInt())
        .collect(Collectors.toSet());
  }

  private void started(Tenant tenant) {
    sandbox.topics().create(tenant.topic(), 1);
    sandbox.connect().start(tenant.name(), tenant.sink().config(), 1);
  }

  private static ProducerRecord<String, String> record(Tenant tenant, long id, String summary) {
    return new ProducerRecord<>(
        tenant.topic(), String.valueOf(id), "{\"summary\":\"" + summary + "\"}");
  }

  /** The summaries that changes give a ticket, in order. */
  private static List<String> summaries(int changes) {
    return IntStream.rangeClosed(1, changes).mapToObj(change -> "change " + change).toList();
  }

  /** The summaries that a ticket had, after the one it was seeded with. */
  private static List<String> summaries(Tenant tenant, long id) {
    return tenant.tickets().versions(id).stream()
        .skip(1)
        .map(version -> summary(version.item().orElseThrow()))
        .toList();
  }

  private static String summary(StoredItem item) {
    return item.tree().path("summary").asText();
  }

  /** Whether two requests for different tickets were under way at once. */
  private static boolean overlapping(List<LoggedRequest> requests) {
    return requests.stream()
        .anyMatch(one -> requests.stream().anyMatch(other -> overlap(one, other)));
  }

  private static boolean overlap(LoggedRequest one, LoggedRequest other) {
    return !one.path().equals(other.path())
        && other.at().isAfter(one.at())
        && other.at().isBefore(one.at().plus(one.took()));
  }
}
