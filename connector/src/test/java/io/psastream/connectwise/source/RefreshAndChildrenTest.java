package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.http.LoggedRequest;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Stamp;
import io.psastream.connectwise.source.config.SourceConfig;
import io.psastream.connectwise.source.offset.SourcePartition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Full refreshes and queries that run for each item of another. */
@ExtendWith(SimulatorExtension.class)
class RefreshAndChildrenTest {

  private static final int TICKETS = 30;
  private static final String TOPIC = "connectwise.service.tickets";
  private static final String NOTES = "connectwise.service.tickets.notes";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Simulator simulator;
  private SourceHarness source;
  private ItemCollection tickets;

  @BeforeEach
  void setUp(Simulator started) {
    simulator = started;
    simulator.seed().at(Instant.now().minus(Duration.ofDays(2))).tickets(TICKETS);
    simulator.clock().advance(Duration.ofSeconds(5));
    tickets = simulator.store().collection("/service/tickets");
    source = new SourceHarness(simulator).set("page.size", "10");
  }

  @AfterEach
  void tearDown() {
    source.close();
  }

  @Test
  void aRefreshSendsEverythingAgainAndMarksIt() throws InterruptedException {
    source.set("full.refresh.schedule.interval.ms", "300").start().pollUntil(TICKETS * 2);

    List<SourceRecord> again = source.records().subList(TICKETS, TICKETS * 2);
    assertThat(again).allMatch(RefreshAndChildrenTest::refreshed);
    assertThat(again).extracting(SourceRecord::key).doesNotHaveDuplicates();
    assertThat(source.records().subList(0, TICKETS)).noneMatch(RefreshAndChildrenTest::refreshed);
  }

  @Test
  void aRefreshOfChangesFindsTheOneThatLeftNoTrace() throws InterruptedException {
    source.set("full.refresh.schedule.interval.ms", "200");
    source.set("full.refresh.emit", "changed").start().pollUntil(TICKETS);

    long merged = tickets.ids().get(4);
    tickets.silentChange(merged, ticket -> ticket.put("summary", "merged"));
    source.pollUntil(TICKETS + 1);
    source.pollOn(20);

    assertThat(source.records()).hasSize(TICKETS + 1);
    SourceRecord found = source.records().get(TICKETS);
    assertThat(found.key()).isEqualTo(merged);
    assertThat(refreshed(found)).isTrue();
    assertThat(((Map<?, ?>) found.value()).get("summary")).isEqualTo("merged");
  }

  /** Windows have passed its time long before it became visible, and all is not read again. */
  @Test
  void aRefreshThatLooksBackFindsWhatBecameVisibleLate() throws InterruptedException {
    source.set("full.refresh.schedule.interval.ms", "200");
    source.set("full.refresh.lookback.ms", "3600000").set("full.refresh.emit", "changed");
    Instant now = simulator.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    SourceConfig config = source.config();
    source
        .offsets()
        .put(
            SourcePartition.of(config.connection(), config.queries().get(0)),
            Map.of("version", 1L, "from", now.toString(), "to", now.toString()));
    long late = tickets.ids().get(4);
    tickets.update(
        late, ticket -> ticket.put("summary", "late"), Stamp.at(now.minus(Duration.ofMinutes(30))));

    source.start().pollUntil(1);
    source.restart().pollUntil(2);
    source.pollOn(5);

    assertThat(source.keys()).containsOnly(late).hasSizeLessThan(4);
    assertThat(source.records()).allMatch(RefreshAndChildrenTest::refreshed);
    assertThat(lists())
        .filteredOn(each -> !"1".equals(each.query("pageSize")))
        .isNotEmpty()
        .allMatch(each -> each.query("conditions").contains("lastUpdated > "));
  }

  private List<LoggedRequest> lists() {
    return simulator.requests().recent("GET", "/service/tickets");
  }

  @Test
  void aRefreshThatIsInterruptedGoesOnAtTheNextItem() throws InterruptedException {
    source.set("full.refresh.schedule.interval.ms", "200").start().pollUntil(TICKETS + 10);
    int before = source.records().size();

    source.set("full.refresh.schedule.interval.ms", "60000").restart().pollUntil(TICKETS * 2);
    source.pollOn(10);

    assertThat(before).isLessThan(TICKETS * 2);
    assertThat(source.records()).hasSize(TICKETS * 2);
    assertThat(source.records().subList(TICKETS, TICKETS * 2))
        .extracting(SourceRecord::key)
        .doesNotHaveDuplicates();
  }

  @Test
  void anItemAndItsChildrenArriveTogetherBeforeTheOffsetMoves() throws InterruptedException {
    tickets.ids().forEach(id -> addNotes(id, 3));
    withNotes();

    source.start();
    while (source.records().size() < 50) {
      source.poll(50 - source.records().size()); // dies in the middle of an item's children
    }
    source.restart().pollUntil(() -> source.offsets().values().toString().contains("id=" + last()));
    source.pollOn(5);

    for (long ticket : tickets.ids()) {
      assertThat(source.of(NOTES))
          .filteredOn(each -> parentOf(each) == ticket)
          .hasSizeGreaterThanOrEqualTo(3);
    }
    assertThat(source.of(TOPIC).size() - TICKETS).as("tickets sent twice").isLessThanOrEqualTo(1);
    assertThat(source.of(NOTES).get(0).key())
        .isEqualTo(Map.of("parentId", parentOf(source.of(NOTES).get(0)), "id", noteId(0)));
  }

  @Test
  void childrenCostOneRequestForEachParentThatChanged() throws InterruptedException {
    tickets.ids().forEach(id -> addNotes(id, 1));
    withNotes();
    source.start().pollUntil(TICKETS * 2);
    simulator.requests().clear();

    long changed = tickets.ids().get(3);
    addNotes(changed, 1);
    tickets.update(changed, ticket -> ticket.put("summary", "has a new note"));
    simulator.clock().advance(Duration.ofSeconds(5));
    source.pollUntil(TICKETS * 2 + 3);

    assertThat(
            simulator.requests().recent().stream()
                .filter(each -> each.path().endsWith("/notes"))
                .count())
        .isEqualTo(1);
  }

  @Test
  void aParentThatWasDeletedMeanwhileHasNoChildren() throws InterruptedException {
    withNotes();
    simulator
        .faults()
        .before(
            Fault.of("hook").on("/service/tickets/*/notes").times(1),
            request -> tickets.delete(tickets.ids().get(0)));

    source.start().pollUntil(TICKETS);

    assertThat(source.of(TOPIC)).hasSize(TICKETS);
  }

  /**
   * The refresh takes thirty slow requests for children, much longer than both others together,
   * which are due all the time.
   */
  @Test
  void changesAndSweepsDoNotWaitForTheEndOfARefreshWithChildren() throws InterruptedException {
    withNotes();
    source.set("page.size", "3").set("full.refresh.schedule.interval.ms", "500");
    source.set("query.tickets.deletes.detect", "sweep").set("heartbeat.topic", "heartbeats");
    source.set("query.tickets.deletes.schedule.interval.ms", "100");
    Instant justNow = simulator.clock().instant().minusSeconds(5);
    tickets.update(last(), ticket -> ticket.put("summary", "newest"), Stamp.at(justNow));
    source.set("overlap.ms", "10000"); // so a window holds only what changed
    source.start().pollUntil(TICKETS);
    simulator.faults().add(Fault.of("latency").with("ms", 300).on("/service/tickets/*/notes"));
    source.pollUntil(() -> refreshes() > 0);
    simulator.requests().clear();

    tickets.update(
        tickets.ids().get(0),
        ticket -> ticket.put("summary", "urgent"),
        Stamp.at(simulator.clock().instant().minusSeconds(3)));
    source.pollUntil(() -> sweeps() > 0 && source.records().stream().anyMatch(this::isUrgent));

    assertThat(refreshes()).isLessThan(TICKETS);
  }

  private boolean isUrgent(SourceRecord record) {
    return record.topic().equals(TOPIC)
        && !refreshed(record)
        && ((Map<?, ?>) record.value()).get("summary").equals("urgent");
  }

  private long refreshes() {
    return source.of(TOPIC).stream().filter(RefreshAndChildrenTest::refreshed).count();
  }

  private long sweeps() {
    return simulator.requests().recent("GET", "/service/tickets").stream()
        .filter(each -> "id".equals(each.query("fields")))
        .count();
  }

  private void withNotes() {
    source.set("queries", "tickets,notes");
    source.set("query.notes.operation.id", "getServiceTicketsByParentIdNotes");
    source.set("query.notes.parent", "tickets");
    source.set("query.notes.options", "{\"parentId\": \"${parent.id}\"}");
  }

  private void addNotes(long ticket, int count) {
    for (int i = 0; i < count; i++) {
      ObjectNode note = JSON.createObjectNode().put("ticketId", ticket).put("text", "note " + i);
      simulator.store().collection("/service/tickets/" + ticket + "/notes").put(note);
    }
  }

  private long last() {
    return tickets.ids().get(TICKETS - 1);
  }

  private static long parentOf(SourceRecord note) {
    return (Long) ((Map<?, ?>) note.key()).get("parentId");
  }

  private Object noteId(int index) {
    return ((Map<?, ?>) source.of(NOTES).get(index).value()).get("id");
  }

  private static boolean refreshed(SourceRecord record) {
    return record.headers().lastWithName("connectwise.refresh") != null;
  }
}
