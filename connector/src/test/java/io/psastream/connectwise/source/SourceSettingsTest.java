package io.psastream.connectwise.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.TestLogging;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Stamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a query begins, when it runs, whose changes it leaves out, and what it says when idle. */
@ExtendWith(SimulatorExtension.class)
class SourceSettingsTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private Simulator simulator;
  private SourceHarness source;
  private ItemCollection tickets;

  @BeforeEach
  void setUp(Simulator started) {
    simulator = started;
    simulator.clock().freezeAt(NOON);
    tickets = simulator.store().collection("/service/tickets");
    source = new SourceHarness(simulator);
  }

  @AfterEach
  void tearDown() {
    source.close();
  }

  @Test
  void timestampIsLastUpdatedAsFarAsABrokerTakesItWhereThatIsWanted() throws InterruptedException {
    long before = System.currentTimeMillis();
    simulator.seed().at(NOON).tickets(1);
    simulator.seed().at(Instant.parse("1955-01-01T00:00:00Z")).tickets(1);
    simulator.seed().at(Instant.parse("2999-01-01T00:00:00Z")).tickets(1);
    simulator
        .store()
        .collection("/service/tickets")
        .put(new ObjectMapper().createObjectNode(), Stamp.none());

    source.set("record.timestamp", "updated").set("mode", "snapshot").start().pollUntil(4);

    List<Long> timestamps = source.records().stream().map(SourceRecord::timestamp).toList();
    assertThat(timestamps.subList(0, 2)).containsExactly(NOON.toEpochMilli(), 0L);
    assertThat(timestamps.subList(2, 4))
        .allMatch(time -> time >= before && time <= System.currentTimeMillis());
    assertThat(source.records().subList(0, 3))
        .extracting(SourceHarness::updated)
        .extracting(Instant::toString)
        .containsExactly("2026-03-01T12:00:00Z", "1955-01-01T00:00:00Z", "2999-01-01T00:00:00Z");
  }

  /** Whose place it was nobody knows, and the other query would never send what is there. */
  @Test
  void aNamedQueryBesideOneOfTheSameItemsBeginsAnew() throws InterruptedException {
    simulator.seed().at(NOON.minusSeconds(100)).tickets(3);
    source.start().pollUntil(3);
    source.close();

    source.set("queries", "old, new").set("query.new.offset.name", "new");
    source.set("query.old.topic", "old").set("query.new.topic", "new").start().pollUntil(6);
    source.pollOn(5);

    assertThat(source.of("old")).isEmpty();
    assertThat(source.of("new")).hasSize(3);
  }

  @Test
  void beginsAtATime() throws InterruptedException {
    simulator.seed().at(NOON.minusSeconds(100)).tickets(3);
    simulator.seed().at(NOON.minusSeconds(50)).tickets(4);

    source.set("start.at", NOON.minusSeconds(60).toString()).start().pollUntil(4);
    source.pollOn(5);

    assertThat(source.records())
        .hasSize(4)
        .allMatch(each -> SourceHarness.updated(each).equals(NOON.minusSeconds(50)));
  }

  @Test
  void beginsSoLongBeforeNow() throws InterruptedException {
    simulator.seed().at(NOON.minus(Duration.ofDays(40))).tickets(3);
    simulator.seed().at(NOON.minus(Duration.ofDays(20))).tickets(4);

    source.set("start.at", "P30D").start().pollUntil(4);
    source.pollOn(5);

    assertThat(source.records()).hasSize(4);
  }

  /** Who deletes a connector and creates it again, or gives it another topic, waits for all. */
  @Test
  void saysThatItGoesOnWhereItWas() throws Exception {
    simulator.seed().at(NOON.minusSeconds(100)).tickets(3);
    source.set("topic", "old").start().pollUntil(3);
    source.close();

    List<String> log =
        TestLogging.of(
            () -> {
              source.set("topic", "new").start();
              source.pollOn(5);
            });

    assertThat(source.of("new")).isEmpty();
    assertThat(log)
        .filteredOn(
            line -> line.contains("Query getServiceTickets goes on where its stored offset"))
        .singleElement()
        .asString()
        .contains("INFO", "nor to another topic", "reset the offset");
  }

  /** A start that the server's clock has not reached selects nothing, rather than everything. */
  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "2026-03-01T12:10:00Z"})
  void beginsNow(String start) throws InterruptedException {
    simulator.seed().at(NOON.minus(Duration.ofDays(1))).tickets(3);
    source.set("start.at", start).start();
    source.pollOn(5);
    assertThat(source.records()).isEmpty();

    simulator.clock().freezeAt(NOON.plusSeconds(1_000));
    simulator.seed().at(NOON.plusSeconds(900)).tickets(2);
    source.pollUntil(2);

    assertThat(source.records()).hasSize(2);
  }

  /** A field that is mistyped makes all keys null, which nobody would see. */
  @ParameterizedTest
  @ValueSource(strings = {"compnay/id", "company/id, compnay/id"})
  void tellsOnceOfItemsWithoutAFieldOfTheirKey(String fields) throws Exception {
    simulator.seed().at(NOON.minusSeconds(100)).tickets(3);
    source.set("key.fields", fields);

    List<String> log = TestLogging.of(() -> source.start().pollUntil(3));

    assertThat(log)
        .filteredOn(line -> line.contains("key.fields"))
        .singleElement()
        .asString()
        .contains("Query getServiceTickets: an item has no compnay/id");
  }

  @Test
  void runsAtTheTimesOfACronExpression() throws InterruptedException {
    simulator.seed().at(NOON.minusSeconds(100)).tickets(3);

    source.properties().remove("schedule.interval.ms");
    source.set("schedule.cron", "* * * * * ?");
    source.start().pollUntil(3);

    assertThat(source.records()).hasSize(3);
  }

  @Test
  void leavesOutWhatTheSinksMemberHasWritten() throws InterruptedException {
    simulator.seed().at(NOON.minusSeconds(100)).tickets(5);
    source.set("skip.updated.by", "SyncMember, Other").start().pollUntil(5);

    update(0, "SyncMember");
    update(1, "Somebody");
    simulator.clock().advance(Duration.ofSeconds(5));
    source.pollUntil(6);
    source.pollOn(5);

    assertThat(source.records()).hasSize(6);
    assertThat(source.records().get(5).key()).isEqualTo(tickets.ids().get(1));
  }

  @Test
  void anIdleQueryTellsWhereItStands() throws InterruptedException {
    simulator.seed().at(NOON.minusSeconds(100)).tickets(2);
    source.set("heartbeat.topic", "heartbeats").set("heartbeat.interval.ms", "1000");
    source.start().pollUntil(2);
    Object before = offset().get("to");

    simulator.clock().advance(Duration.ofMinutes(10));
    source.pollUntil(
        () -> !source.of("heartbeats").isEmpty() && !offset().get("to").equals(before));

    SourceRecord heartbeat = source.of("heartbeats").get(0);
    assertThat(heartbeat.key()).isEqualTo("getServiceTickets");
    assertThat(Instant.parse(offset().get("to").toString()))
        .isBetween(NOON.plusSeconds(599), NOON.plusSeconds(660));
    source.restart().pollOn(10);
    assertThat(source.of("connectwise.service.tickets")).hasSize(2);
  }

  @Test
  void aByteArrayConverterGetsNothingButBytes() throws InterruptedException {
    simulator.seed().at(NOON.minusSeconds(100)).tickets(2);
    source.set("heartbeat.topic", "heartbeats").set("heartbeat.interval.ms", "1000");
    source.set("schema.mode", "json");
    source.set("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");

    source.start().pollUntil(() -> !source.of("heartbeats").isEmpty());

    assertThat(source.records())
        .hasSizeGreaterThan(2)
        .allMatch(record -> record.valueSchema().equals(Schema.BYTES_SCHEMA));
    assertThat(new String((byte[]) source.records().get(0).value(), UTF_8))
        .startsWith("{\"id\":" + tickets.ids().get(0) + ",");
    assertThat(new String((byte[]) source.of("heartbeats").get(0).value(), UTF_8))
        .isEqualTo("{\"query\":\"getServiceTickets\"}");
  }

  @Test
  void aHeartbeatBetweenJsonTextIsJsonText() throws InterruptedException {
    source.set("heartbeat.topic", "heartbeats").set("heartbeat.interval.ms", "1000");

    source.set("schema.mode", "json").start().pollUntil(() -> !source.of("heartbeats").isEmpty());

    assertThat(source.of("heartbeats").get(0).value())
        .isEqualTo("{\"query\":\"getServiceTickets\"}");
  }

  private Map<String, ?> offset() {
    return source.offsets().values().iterator().next();
  }

  private void update(int index, String member) {
    tickets.update(
        tickets.ids().get(index),
        ticket -> ticket.put("summary", "changed by " + member),
        Stamp.now().by(member));
  }
}
