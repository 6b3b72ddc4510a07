package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.metrics.Beans;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Stamp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A query that runs every hour, and what signals make of it. */
@ExtendWith(SimulatorExtension.class)
class SignalsTest {

  private static final int TICKETS = 60;
  private static final String TOPIC = "connectwise.service.tickets";

  private Simulator simulator;
  private SourceHarness source;
  private SignalFeed signals;
  private ItemCollection tickets;

  @BeforeEach
  void setUp(Simulator started) throws InterruptedException {
    simulator = started;
    simulator.seed().tickets(TICKETS);
    simulator.clock().advance(Duration.ofSeconds(5));
    tickets = simulator.store().collection("/service/tickets");
    tickets.update(
        tickets.ids().get(5),
        ticket -> ticket.put("summary", "old"),
        Stamp.at(simulator.clock().instant().minus(Duration.ofDays(2))));
    source =
        new SourceHarness(simulator)
            .set("schedule.interval.ms", "3600000")
            .set("deletes.detect", "sweep");
    signals = source.signals();
    source.start().pollUntil(() -> items().size() == TICKETS && sweeps() == 1);
  }

  @AfterEach
  void tearDown() {
    source.close();
  }

  /** As the vendor sends it, and doubled. */
  @Test
  void aChangeADeletionAndASilentChangeArriveAtOnceAndOnce() throws InterruptedException {
    long changed = tickets.ids().get(3);
    long gone = tickets.ids().get(4);
    long merged = tickets.ids().get(5);
    tickets.update(changed, ticket -> ticket.put("summary", "changed"));
    tickets.silentChange(merged, ticket -> ticket.put("summary", "merged"));
    tickets.delete(gone);

    for (int times = 0; times < 2; times++) {
      signals.send(callback("updated", changed));
      signals.send(callback("deleted", gone));
      signals.send(changed(merged));
      signals.send(callback("deleted", tickets.ids().get(0)));
      source.pollUntil(() -> items().size() == TICKETS + 2 && tombstones().size() == 1);
    }
    awaitAnother();

    assertThat(tombstones()).extracting(SourceRecord::key).containsExactly(gone);
    List<SourceRecord> sent = items().subList(TICKETS, items().size());
    assertThat(sent)
        .filteredOn(each -> !marked(each))
        .extracting(SourceRecord::key)
        .startsWith(changed);
    assertThat(sent)
        .filteredOn(SignalsTest::marked)
        .extracting(SourceRecord::key)
        .containsExactly(merged);
  }

  @Test
  void whatIsAskedForIsReadAgain() throws InterruptedException {
    List<Long> ids = tickets.ids();
    signals.send("{\"type\":\"reread\",\"ids\":[" + ids.get(7) + "," + ids.get(9) + ",99999]}");
    source.pollUntil(() -> items().size() == TICKETS + 2);
    signals.send(
        "{\"type\":\"reread\",\"query\":\"getServiceTickets\",\"conditions\":\"id <= "
            + ids.get(2)
            + " or id = "
            + ids.get(5)
            + "\"}");
    source.pollUntil(() -> items().size() == TICKETS + 6);
    signals.send("{\"type\":\"refresh\"}");
    source.pollUntil(() -> items().size() == 2 * TICKETS + 6);
    tickets.delete(ids.get(1));
    signals.send("{\"type\":\"sweep\"}");
    source.pollUntil(() -> tombstones().size() == 1);

    List<SourceRecord> again = items().subList(TICKETS, items().size());
    assertThat(again).allMatch(SignalsTest::marked);
    assertThat(again.subList(0, 6))
        .extracting(SourceRecord::key)
        .containsExactly(ids.get(7), ids.get(9), ids.get(0), ids.get(1), ids.get(2), ids.get(5));
  }

  /** In typed mode a page is several batches. */
  @Test
  void aPageOfTypedItemsIsReadAgainAsAWhole() throws Exception {
    source.close();
    simulator.seed().tickets(2 * Decoders.STRUCTS + 1 - TICKETS);
    int all = tickets.ids().size();
    source =
        new SourceHarness(simulator)
            .set("schedule.interval.ms", "3600000")
            .set("deletes.detect", "sweep")
            .set("schema.mode", "typed");
    signals = source.signals();
    source.start().pollUntil(() -> items().size() == all);

    signals.send("{\"type\":\"reread\",\"conditions\":\"id > 0\"}");
    source.pollUntil(() -> items().size() >= 2 * all);

    assertThat(all).isEqualTo(2 * Decoders.STRUCTS + 1);
    assertThat(items().subList(all, items().size()))
        .allMatch(SignalsTest::marked)
        .extracting(SourceRecord::key)
        .containsExactlyElementsOf(tickets.ids());
    assertThat(Beans.of("connector=tickets,task=0,query=getServiceTickets"))
        .containsEntry("items-total", 2.0 * all)
        .containsEntry("snapshot-items", (long) all);
  }

  @Test
  void aPauseOutlivesTheTask() throws InterruptedException {
    signals.send("{\"type\":\"pause\"}");
    source.pollUntil(() -> !source.of("heartbeats").isEmpty() && paused());
    long changed = tickets.ids().get(3);
    tickets.update(changed, ticket -> ticket.put("summary", "changed"));
    source.restart();
    int before = simulator.requests().recent("GET", "/service/tickets").size();
    signals.send(callback("updated", changed));
    signals.send("{\"type\":\"refresh\"}");
    source.pollOn(2);
    assertThat(simulator.requests().recent("GET", "/service/tickets")).hasSize(before);

    signals.send("{\"type\":\"resume\"}");
    // The refresh may leave the changed one to the window, or the window may come first.
    source.pollUntil(() -> items().size() >= 2 * TICKETS);

    assertThat(paused()).isFalse();
    assertThat(items().subList(TICKETS, items().size()))
        .filteredOn(each -> !marked(each))
        .extracting(SourceRecord::key)
        .containsExactly(changed);
  }

  /** What the site refuses is dropped, and what it does not answer is asked again. */
  @Test
  void noSignalFailsTheTask() throws InterruptedException {
    simulator.faults().add(Fault.of("unavailable").on("/service/tickets").times(9));
    signals.send("{\"type\":\"reread\",\"conditions\":\"noSuchField = 1\"}");
    signals.send("{\"type\":\"reread\",\"conditions\":\"id = 1) or (id > 0\"}");
    signals.send("{\"type\":\"reread\",\"ids\":[" + tickets.ids().get(1) + "]}");
    Random random = new Random(11);
    String valid = callback("deleted", tickets.ids().get(0));
    for (int i = 0; i < 300; i++) {
      byte[] forged = valid.getBytes(StandardCharsets.UTF_8);
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        forged[random.nextInt(forged.length)] = (byte) (32 + random.nextInt(95));
      }
      signals.send("tickets", random.nextInt(9) == 0 ? null : forged);
    }
    signals.send("others", "{\"type\":\"pause\"}".getBytes(StandardCharsets.UTF_8));
    source.pollUntil(() -> items().size() == TICKETS + 1);
    awaitAnother();

    assertThat(tombstones()).isEmpty();
    assertThat(items()).hasSize(TICKETS + 2);
  }

  @Test
  void aFloodCostsAWindowASecondAndATenthOfThePaceAndChangesNothing() throws InterruptedException {
    long start = System.nanoTime();
    int before = simulator.requests().recent("GET", "/service/tickets").size();
    int asked = simulator.requests().recent("GET", "/service/tickets/*").size();
    Random random = new Random(5);
    for (int i = 0; i < 4_000; i++) {
      long id = random.nextBoolean() ? tickets.ids().get(random.nextInt(TICKETS)) : 1 + i;
      signals.send(random.nextBoolean() ? callback("deleted", id) : changed(id));
      if (i % 400 == 0) {
        source.poll();
      }
    }
    source.pollOn(3);
    double seconds = (System.nanoTime() - start) / 1e9;

    int lists = simulator.requests().recent("GET", "/service/tickets").size() - before;
    int items = simulator.requests().recent("GET", "/service/tickets/*").size() - asked;
    // A window is two requests at the most, what it reads and the end of its list.
    assertThat(lists + items)
        .isLessThanOrEqualTo((int) (2 * (seconds + 2) + 2 * (7 + 1.5 * seconds)));
    assertThat(source.of(TOPIC)).hasSize(TICKETS);
  }

  private boolean paused() {
    return source.offsets().values().stream()
        .anyMatch(offset -> Boolean.TRUE.equals(offset.get("paused")));
  }

  /** Whatever was to come before the next change has come with it. */
  private void awaitAnother() throws InterruptedException {
    long other = tickets.ids().get(20);
    int before = items().size();
    tickets.update(other, ticket -> ticket.put("summary", "another"));
    signals.send(changed(other));
    source.pollUntil(() -> items().size() > before);
  }

  private static String changed(long id) {
    return "{\"type\":\"changed\",\"resource\":\"service/tickets\",\"id\":" + id + "}";
  }

  private static String callback(String action, long id) {
    return "{\"MessageId\":\"7d0c\",\"FromUrl\":\"na.myconnectwise.net\",\"CompanyId\":\"acme\","
        + "\"MemberId\":\"Zach\",\"Action\":\""
        + action
        + "\",\"Type\":\"ticket\",\"ID\":"
        + id
        + ",\"Entity\":null,\"Metadata\":null,\"CallbackObjectRecId\":3}";
  }

  private static boolean marked(SourceRecord record) {
    return record.headers().lastWithName(RecordMapper.REFRESH_HEADER) != null;
  }

  /** A sweep asks for ids alone. */
  private int sweeps() {
    return (int)
        simulator.requests().recent("GET", "/service/tickets").stream()
            .filter(each -> "id".equals(each.query("fields")))
            .filter(each -> each.query("conditions").startsWith("id >"))
            .count();
  }

  private List<SourceRecord> items() {
    return source.of(TOPIC).stream().filter(each -> each.value() != null).toList();
  }

  private List<SourceRecord> tombstones() {
    return source.of(TOPIC).stream().filter(each -> each.value() == null).toList();
  }
}
