package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.TestLogging;
import io.psastream.connectwise.metrics.Beans;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Stamp;
import io.psastream.connectwise.simulator.store.StoredItem;
import io.psastream.connectwise.source.offset.KnownIds;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sweeps: what was deleted gets a tombstone, and nothing else does. */
@ExtendWith(SimulatorExtension.class)
class DeletionsTest {

  private static final int TICKETS = 60;
  private static final String TOPIC = "connectwise.service.tickets";

  private Simulator simulator;
  private SourceHarness source;
  private ItemCollection tickets;

  @BeforeEach
  void setUp(Simulator started) {
    simulator = started;
    simulator.seed().tickets(TICKETS);
    simulator.clock().advance(Duration.ofSeconds(5));
    tickets = simulator.store().collection("/service/tickets");
    source =
        new SourceHarness(simulator)
            .set("deletes.detect", "sweep")
            .set("deletes.schedule.interval.ms", "100")
            .set("heartbeat.topic", "heartbeats")
            .set("page.size", "25");
  }

  @AfterEach
  void tearDown() {
    source.close();
  }

  @Test
  void aDeletedItemGetsATombstoneWithItsKeyOnce() throws InterruptedException {
    source.start().pollUntil(TICKETS);
    long gone = tickets.ids().get(7);

    tickets.delete(gone);
    source.pollUntil(() -> !tombstones().isEmpty());
    source.pollOn(20);

    assertThat(tombstones()).extracting(SourceRecord::key).containsExactly(gone);
    assertThat(tombstones().get(0).keySchema()).isEqualTo(source.of(TOPIC).get(0).keySchema());
  }

  @Test
  void whatIsDeletedWhileTheConnectorIsDownIsNotMissed() throws InterruptedException {
    source.start().pollUntil(TICKETS);
    tickets.update(tickets.ids().get(0), ticket -> ticket.put("summary", "one more"));
    simulator.clock().advance(Duration.ofSeconds(5));
    source.pollUntil(TICKETS + 1);
    source.close();
    long gone = tickets.ids().get(20);

    tickets.delete(gone);
    source.start().pollUntil(() -> !tombstones().isEmpty());
    source.restart().pollOn(20);

    assertThat(tombstones()).extracting(SourceRecord::key).containsExactly(gone);
  }

  /** Also of what was sent before the query had a name, and is not stored under it otherwise. */
  @Test
  void aQueryThatGetsANameGoesOnAndKnowsWhatItHasSent() throws InterruptedException {
    source.start().pollUntil(TICKETS);
    awaitSweep();
    source.close();

    source.set("offset.name", "all").start().pollOn(5);
    tickets.update(tickets.ids().get(0), ticket -> ticket.put("summary", "one more"));
    simulator.clock().advance(Duration.ofSeconds(5));
    source.pollUntil(() -> source.of(TOPIC).size() > TICKETS);
    awaitSweep();
    source.close();
    assertThat(source.of(TOPIC)).hasSize(TICKETS + 1);
    source.offsets().keySet().removeIf(place -> !place.get("options").equals("name:all"));
    long gone = tickets.ids().get(20);

    tickets.delete(gone);
    source.set("options", "{\"conditions\": \"id > 0\"}");
    source.start().pollUntil(() -> !tombstones().isEmpty());

    assertThat(tombstones()).extracting(SourceRecord::key).containsExactly(gone);
    assertThat(source.of(TOPIC)).hasSize(TICKETS + 2);
  }

  /** A transformation may drop the records of the heartbeat topic, and Connect their offsets. */
  @Test
  void knownIdsThatNeverReachKafkaStayInTheOffsetsOfItems() throws InterruptedException {
    source.drop("heartbeats").start().pollUntil(TICKETS);
    for (int change = 1; change <= 2; change++) {
      awaitSweep();
      tickets.update(tickets.ids().get(change), ticket -> ticket.put("summary", "one more"));
      simulator.clock().advance(Duration.ofSeconds(5));
      source.pollUntil(TICKETS + change);
    }
    source.close();
    long gone = tickets.ids().get(20);

    tickets.delete(gone);
    source.start().pollUntil(() -> !tombstones().isEmpty());

    assertThat(source.of("heartbeats")).isEmpty();
    assertThat(tombstones()).extracting(SourceRecord::key).containsExactly(gone);
  }

  @Test
  void whatLeavesTheFilterIsNotDeleted() throws InterruptedException {
    source.set("options", "{\"conditions\": \"summary != 'moved'\"}").start().pollUntil(TICKETS);

    tickets.update(tickets.ids().get(3), ticket -> ticket.put("summary", "moved"));
    awaitSweep();

    assertThat(tombstones()).isEmpty();
  }

  @Test
  void tooManyAtOnceAreNotBelieved() throws InterruptedException {
    source.start().pollUntil(TICKETS);
    tickets.ids().subList(0, 7).forEach(tickets::delete);

    assertThatThrownBy(() -> source.pollOn(200))
        .isInstanceOf(ConnectException.class)
        .hasMessageStartingWith(
            "Query getServiceTickets does not find 7 of 60 known items, more than"
                + " deletes.max.ratio permits (0.1). No deletion was sent.");
    assertThat(tombstones()).isEmpty();
  }

  /** As with a permission that comes back: it has its former lastUpdated. */
  @Test
  void whatIsThereAgainIsSentByARefreshAlthoughItIsAsItWasSentBefore() throws InterruptedException {
    source.set("full.refresh.schedule.interval.ms", "100").set("full.refresh.emit", "changed");
    source.start().pollUntil(TICKETS);
    StoredItem hidden = tickets.get(tickets.ids().get(7)).orElseThrow();

    tickets.delete(hidden.id());
    source.pollUntil(() -> !tombstones().isEmpty());
    tickets.put(hidden.tree(), Stamp.at(hidden.updated().orElseThrow()));
    source.pollUntil(() -> source.of(TOPIC).size() == TICKETS + 2);

    assertThat(source.of(TOPIC).get(TICKETS + 1).key()).isEqualTo(hidden.id());
  }

  @Test
  void anEmptyListIsNotBelieved() throws InterruptedException {
    source.start().pollUntil(TICKETS);
    simulator.faults().add(Fault.of("emptyList").on("/service/tickets"));

    assertThatThrownBy(() -> source.pollOn(200))
        .hasMessageContaining("does not find 60 of 60 known items");
    assertThat(tombstones()).isEmpty();
  }

  @Test
  void anItemThatTheListLeavesOutButThatExistsIsNotDeleted() throws InterruptedException {
    source.start().pollUntil(TICKETS);
    long last = tickets.ids().get(TICKETS - 1);
    simulator
        .faults()
        .add(Fault.of("hideRows").on("/service/tickets").with("conditions", "id = " + last));

    awaitSweep();

    assertThat(tombstones()).isEmpty();
  }

  @Test
  void anEndpointThatIsGoneProvesNoDeletion() throws InterruptedException {
    source.set("unavailable.timeout.ms", "0").start().pollUntil(TICKETS);
    tickets.delete(tickets.ids().get(5));
    simulator.faults().add(Fault.of("misrouted").on("/service/tickets/*").with("body", "json"));

    assertThatThrownBy(() -> source.pollOn(200))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("404");
    assertThat(tombstones()).isEmpty();
  }

  @Test
  void aPageThatFailsIsReadAgainBeforeAnythingIsConcluded() throws InterruptedException {
    source.start().pollUntil(TICKETS);
    long gone = tickets.ids().get(30);
    tickets.delete(gone);
    simulator.faults().add(Fault.of("unavailable").on("/service/tickets").times(9));

    source.pollUntil(() -> !tombstones().isEmpty());

    assertThat(tombstones()).extracting(SourceRecord::key).containsExactly(gone);
  }

  /** An id that a sweep cannot hold must not stand for the one that it would be in 32 bits. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void itemsWhoseIdsAreOutOfRangeArriveAreNamedOnceAndHideNoDeletion(long seed) throws Exception {
    Random random = new Random(seed);
    for (long known : List.copyOf(tickets.ids())) {
      long beyond = known + (1L + random.nextInt(1 << 20)) * (1L << 32);
      put(random.nextBoolean() ? beyond : -beyond);
    }
    List.of(-1L, 0L, (long) Integer.MAX_VALUE, 1L + Integer.MAX_VALUE).forEach(this::put);
    simulator.clock().advance(Duration.ofSeconds(5));
    List<Long> ids = tickets.ids();
    List<Long> gone = ids.stream().filter(id -> random.nextInt(3) == 0).toList();
    List<Long> found = gone.stream().filter(KnownIds::takes).toList();
    source.set("name", "deletions").set("deletes.max.ratio", "1");

    List<String> log =
        TestLogging.of(
            () -> {
              source.start().pollUntil(() -> source.of(TOPIC).size() >= ids.size());
              gone.forEach(tickets::delete);
              source.pollUntil(() -> tombstones().size() >= found.size());
              awaitSweep();
            });

    assertThat(source.of(TOPIC)).extracting(SourceRecord::key).containsAll(ids);
    assertThat(tombstones())
        .extracting(each -> (Long) each.key())
        .containsExactlyInAnyOrderElementsOf(found);
    assertThat(log).filteredOn(line -> line.contains("ids are not from 0")).hasSize(1);
    assertThat(log).anyMatch(line -> line.contains("Query getServiceTickets reads items whose"));
    assertThat(Beans.of("connector=deletions,task=0,query=getServiceTickets"))
        .containsEntry(
            "ids-out-of-range-total",
            (double) ids.stream().filter(id -> !KnownIds.takes(id)).count());
  }

  private void put(long id) {
    tickets.put(new ObjectMapper().createObjectNode().put("id", id).put("summary", "of an id"));
  }

  private void awaitSweep() throws InterruptedException {
    int before = sweeps();
    source.pollUntil(() -> sweeps() >= before + 2);
  }

  /** A sweep asks for ids alone. */
  private int sweeps() {
    return (int)
        simulator.requests().recent("GET", "/service/tickets").stream()
            .filter(each -> "id".equals(each.query("fields")))
            .filter(each -> each.query("conditions").isEmpty())
            .count();
  }

  private List<SourceRecord> tombstones() {
    return source.of(TOPIC).stream().filter(each -> each.value() == null).toList();
  }
}
