package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.ItemCollection;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

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
