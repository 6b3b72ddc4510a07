package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Stamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The source against a ConnectWise over HTTP. */
@ExtendWith(SimulatorExtension.class)
class SourceTaskTest {

  private Simulator simulator;
  private SourceHarness source;
  private ItemCollection tickets;

  @BeforeEach
  void setUp(Simulator started) {
    simulator = started;
    source = new SourceHarness(simulator);
    tickets = simulator.store().collection("/service/tickets");
  }

  @AfterEach
  void tearDown() {
    source.close();
  }

  @Test
  void aRecordCarriesIdItemTimesAndOrigin() throws InterruptedException {
    simulator.seed().at(Instant.parse("2026-03-01T12:00:00Z")).tickets(1);

    long before = System.currentTimeMillis();

    SourceRecord ticket = source.start().pollUntil(1).get(0);

    assertThat(ticket.topic()).isEqualTo("connectwise.service.tickets");
    assertThat(ticket.keySchema()).isEqualTo(Schema.INT64_SCHEMA);
    assertThat(ticket.key()).isEqualTo(tickets.ids().get(0));
    assertThat(ticket.valueSchema()).isNull();
    assertThat((Map<?, ?>) ticket.value())
        .extracting("summary")
        .isEqualTo(tickets.get(tickets.ids().get(0)).orElseThrow().tree().get("summary").asText());
    assertThat(ticket.timestamp()).isBetween(before, System.currentTimeMillis());
    assertThat(SourceHarness.updated(ticket)).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(ticket.headers().lastWithName("connectwise.operation.id").value())
        .isEqualTo("getServiceTickets");
    assertThat(ticket.headers().lastWithName("connectwise.site").value())
        .isEqualTo("127.0.0.1:" + simulator.port());
  }

  @ParameterizedTest
  @ValueSource(strings = {"keyset", "page"})
  void idsAtAndBelowZeroAreReadOnceWithFewRequests(String paging) throws InterruptedException {
    List<Long> ids = List.of(-4_000_000_000L, -1L, 0L, 1L, 7L);
    Stamp old = Stamp.at(Instant.parse("2026-03-01T12:00:00Z"));
    ids.forEach(id -> tickets.put(JsonNodeFactory.instance.objectNode().put("id", id), old));

    source.set("page.size", "3").set("paging", paging).start().pollUntil(ids.size());
    source.pollOn(3);

    assertThat(source.keys()).isEqualTo(ids);
    long windows =
        simulator.requests().recent("GET", "/service/tickets").stream()
            .filter(each -> each.query("pageSize").equals("3"))
            .count();
    assertThat(windows).isLessThan(30);
  }

  @Test
  void readingGoesOnAboveTheIdZeroAfterARestart() throws InterruptedException {
    Stamp old = Stamp.at(Instant.parse("2026-03-01T12:00:00Z"));
    for (long id : List.of(-5L, 0L, 3L)) {
      tickets.put(JsonNodeFactory.instance.objectNode().put("id", id), old);
    }
    source.start();
    while (source.records().isEmpty()) {
      source.poll(2);
    }

    source.restart().pollUntil(3);
    source.pollOn(3);

    assertThat(source.keys()).isEqualTo(List.of(-5L, 0L, 3L));
  }

  @Test
  void theSnapshotBringsEverythingAndTheNextWindowsWhatChanged() throws InterruptedException {
    simulator.seed().at(Instant.parse("2026-03-01T12:00:00Z")).tickets(1_050);
    source.set("page.size", "100").start().pollUntil(1_050);

    long changed = tickets.ids().get(500);
    tickets.update(changed, ticket -> ticket.put("summary", "changed"));
    simulator.clock().advance(Duration.ofSeconds(5));
    source.pollUntil(1_051);
    source.pollOn(5);

    assertArrivedOnce(1_051);
    assertThat(((Map<?, ?>) source.records().get(1_050).value()).get("summary"))
        .isEqualTo("changed");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 37, 100, 250, 301})
  void aRestartInTheMiddleGoesOnAtTheNextItem(int killedAfter) throws InterruptedException {
    simulator.seed().at(Instant.now()).tickets(302);
    simulator.clock().advance(Duration.ofSeconds(5));
    source.set("page.size", "50").start();

    while (source.records().size() < killedAfter) {
      source.poll(killedAfter - source.records().size());
    }
    source.restart().pollUntil(302);
    source.pollOn(5);

    assertArrivedOnce(302);
  }

  @Test
  void aRenamedQueryKeepsItsPlace() throws InterruptedException {
    simulator.seed().tickets(20);
    simulator.clock().advance(Duration.ofSeconds(5));
    source.set("queries", "a").start().pollUntil(20);

    source.set("queries", "b").restart().pollOn(5);

    assertArrivedOnce(20);
  }

  @Test
  void everyOptionGoesToEveryPage() throws InterruptedException {
    simulator.seed().tickets(200);
    simulator.clock().advance(Duration.ofSeconds(5));
    source.set("options", "{\"conditions\": \"id < 50 or id > 180\", \"fields\": \"summary\"}");

    source.set("page.size", "20").start().pollUntil(69);
    source.pollOn(5);

    assertThat(source.records()).hasSize(69);
    assertThat(source.keys()).allMatch(id -> (Long) id < 50 || (Long) id > 180);
    assertThat(((Map<?, ?>) source.records().get(0).value()).keySet())
        .isEqualTo(Set.of("id", "summary", "_info"));
  }

  @ParameterizedTest
  @ValueSource(longs = {-3_600, 3_600})
  void theServersClockCountsNotOurs(long skew) throws InterruptedException {
    simulator.clock().skew(Duration.ofSeconds(skew));
    simulator.seed().tickets(10);
    simulator.clock().advance(Duration.ofSeconds(5));
    source.start().pollUntil(10);

    tickets.update(tickets.ids().get(3), ticket -> ticket.put("summary", "changed"));
    simulator.clock().advance(Duration.ofSeconds(5));
    source.pollUntil(11);
    source.pollOn(5);

    assertArrivedOnce(11);
  }

  /** Changes of such a list are seen by no filter, so it is read as a whole on each run. */
  @Test
  void aListWhoseItemsDoNotSayWhenTheyWereUpdatedIsReadAsAWhole() throws InterruptedException {
    long id =
        tickets.put(new ObjectMapper().createObjectNode().put("summary", "old"), Stamp.none()).id();
    source.start().pollUntil(1);

    tickets.update(id, ticket -> ticket.put("summary", "new"), Stamp.none());
    source.pollUntil(
        () ->
            source.records().stream()
                .anyMatch(record -> record.value().toString().contains("summary=new")));

    assertThat(source.keys()).containsOnly(id);
  }

  @Test
  void whatWasNeverUpdatedComesWithTheSnapshotAndOnlyThen() throws InterruptedException {
    tickets.put(new ObjectMapper().createObjectNode().put("summary", "old"), Stamp.none());
    simulator.seed().tickets(2);
    simulator.clock().advance(Duration.ofSeconds(5));
    source.start().pollUntil(3);
    source.pollOn(5);

    assertThat(source.records()).hasSize(3);
    assertThat(source.records().get(0).timestamp()).isNotNull();
    assertThat(source.records().get(0).headers().lastWithName("connectwise.last.updated")).isNull();
  }

  @Test
  void aServerThatIgnoresTheWindowCostsRequestsButNoDuplicates() throws InterruptedException {
    simulator.faults().add(Fault.of("ignoreLastUpdated"));
    simulator.seed().at(Instant.parse("2026-03-01T12:00:00Z")).tickets(30);

    source.start().pollUntil(30);
    source.pollOn(10);

    assertArrivedOnce(30);
  }

  @Test
  void countsAndSingleObjectsArriveOnEveryRun() throws InterruptedException {
    simulator.seed().tickets(7);
    source.set("queries", "count,info");
    source.set("query.count.operation.id", "getServiceTicketsCount");
    source.set("query.info.operation.id", "getSystemInfo");

    source.start().pollUntil(6);

    List<SourceRecord> counts =
        source.records().stream()
            .filter(each -> each.topic().equals("connectwise.service.tickets.count"))
            .toList();
    assertThat(counts).hasSizeGreaterThan(1);
    assertThat(counts).allMatch(each -> each.value().equals(Map.of("count", 7L)));
    assertThat(counts.get(0).key()).isNull();
    assertThat(source.records()).anyMatch(each -> each.topic().equals("connectwise.system.info"));
  }

  @Test
  void keyFieldsMakeTheKey() throws InterruptedException {
    simulator.seed().companies(3).tickets(3);
    source.set("queries", "one,two");
    source.set("query.one.key.fields", "company/id");
    source.set("query.two.key.fields", "company/id, id");
    source.set("query.two.options", "{\"conditions\": \"id > 0\"}");
    source.set("query.one.topic", "one");

    source.start().pollUntil(6);

    for (SourceRecord each : source.records()) {
      Object company = ((Map<?, ?>) ((Map<?, ?>) each.value()).get("company")).get("id");
      Object id = ((Map<?, ?>) each.value()).get("id");
      assertThat(each.key())
          .isEqualTo(
              each.topic().equals("one") ? company : Map.of("company/id", company, "id", id));
    }
  }

  /** Every version that is in the log arrived, each once. */
  private void assertArrivedOnce(int count) {
    List<String> arrived =
        source.records().stream()
            .map(each -> each.key() + "@" + SourceHarness.updated(each))
            .toList();
    Set<String> current =
        tickets.items().stream()
            .map(item -> item.id() + "@" + item.updated().orElseThrow())
            .collect(Collectors.toSet());
    assertThat(arrived).hasSize(count).doesNotHaveDuplicates().containsAll(current);
  }
}
