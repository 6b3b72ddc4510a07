package io.psastream.connectwise.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.source.offset.SourcePartition;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connector tells of itself while it runs. */
@ExtendWith(SimulatorExtension.class)
class NotificationsTest {

  private static final int TICKETS = 60;
  private static final String TOPIC = "connectwise.service.tickets";

  private Simulator simulator;
  private SourceHarness source;
  private ItemCollection tickets;

  @BeforeEach
  void setUp(Simulator started) {
    simulator = started;
    simulator.clock().advance(Duration.ofSeconds(-5)); // so that it is not ahead of the local one
    simulator.seed().tickets(TICKETS);
    simulator.clock().advance(Duration.ofSeconds(5));
    tickets = simulator.store().collection("/service/tickets");
    source =
        new SourceHarness(simulator)
            .set("page.size", "7")
            .set("notification.topic", "told")
            .set("notification.interval.ms", "0");
  }

  @AfterEach
  void tearDown() {
    source.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSnapshotIsToldFromItsBeginningToItsEndAndAfterItsItems(boolean exactlyOnce)
      throws InterruptedException {
    if (exactlyOnce) {
      source.exactlyOnce();
    }
    source.set("options", "{\"conditions\": \"id > 0 or id < 0\"}");
    source.start().pollUntil(() -> !told("snapshot.completed").isEmpty());

    assertThat(told("snapshot.started")).hasSize(1);
    assertThat(told("snapshot.progress"))
        .hasSizeGreaterThan(3)
        .allMatch(each -> each.get("total").equals((long) TICKETS))
        .extracting(each -> each.get("items"))
        .isSorted()
        .doesNotHaveDuplicates();
    Map<?, ?> completed = told("snapshot.completed").get(0);
    assertThat(completed.get("items")).isEqualTo((long) TICKETS);
    assertThat((long) completed.get("requests")).isBetween(10L, 30L);
    assertThat((long) completed.get("durationMs")).isNotNegative();
    assertThat(completed.get("connector")).isEqualTo("connectwise-source");
    assertThat(completed.get("query")).isEqualTo("getServiceTickets");
    assertThat(topicsUpTo("snapshot.completed")).filteredOn(TOPIC::equals).hasSize(TICKETS);
    assertThat(told("window.completed")).isEmpty();
  }

  @Test
  void afterARestartWithinASnapshotItGoesOn() throws InterruptedException {
    source.start();
    source.pollUntil(14);
    source.restart().pollUntil(() -> !told("snapshot.completed").isEmpty());

    assertThat(told("snapshot.started")).hasSize(1);
    assertThat(told("snapshot.resumed")).hasSize(1);
    assertThat(source.of(TOPIC)).hasSize(TICKETS);
  }

  /** Up to that time everything has been sent before. */
  @Test
  void theEndOfEachWindowSaysUntilWhenEverythingIsThere() throws InterruptedException {
    source.set("notification.windows", "true").set("safety.lag.ms", "1000").start();
    for (int change = 0; change < 2; change++) {
      Instant now = simulator.clock().instant();
      int index = change;
      tickets.update(tickets.ids().get(change), ticket -> ticket.put("summary", "new " + index));
      source.pollUntil(() -> told("window.completed").stream().anyMatch(each -> after(each, now)));
      SourceRecord first =
          source.of("told").stream()
              .filter(each -> "window.completed".equals(value(each).get("type")))
              .filter(each -> after(value(each), now))
              .findFirst()
              .orElseThrow();
      int at = source.records().indexOf(first);
      assertThat(source.records().subList(0, at))
          .filteredOn(each -> each.topic().equals(TOPIC))
          .anyMatch(each -> ("new " + index).equals(((Map<?, ?>) each.value()).get("summary")));
    }
  }

  private static boolean after(Map<?, ?> window, Instant time) {
    return Instant.parse((String) window.get("completeTo")).isAfter(time);
  }

  @Test
  void whatBecomesOfSignalsIsToldByTheirIds() throws InterruptedException {
    SignalFeed signals =
        source.set("schedule.interval.ms", "3600000").set("deletes.detect", "sweep").signals();
    source.start().pollUntil(() -> told("sweep.completed").size() == 1);
    List<Long> ids = tickets.ids();
    tickets.delete(ids.get(3));

    signals.send("{\"type\":\"reread\",\"id\":\"a\",\"ids\":" + ids + "}");
    signals.send("{\"type\":\"sweep\",\"id\":2}");
    signals.send("{\"type\":\"refresh\",\"id\":\"c\"}");
    signals.send("{\"type\":\"reread\",\"id\":\"d\",\"conditions\":\"noSuchField = 1\"}");
    signals.send("{\"type\":\"reread\",\"id\":\"e\"}");
    signals.send("{\"type\":\"refresh\",\"id\":\"f\",\"query\":\"others\"}");
    signals.send("no signal");
    source.pollUntil(
        () -> of("c", "signal.done") && of("d", "signal.rejected") && of("2", "signal.done"));
    signals.send("{\"type\":\"pause\",\"id\":\"g\"}");
    signals.send("{\"type\":\"resume\",\"id\":\"h\"}");
    source.pollUntil(() -> of("g", "signal.done") && of("h", "signal.done"));

    assertThat(told("signal.taken"))
        .extracting(each -> each.get("signal"))
        .containsExactly("a", "2", "c", "d", "g", "h");
    assertThat(told("signal.done"))
        .extracting(each -> each.get("signal"))
        .containsExactlyInAnyOrder("a", "2", "c", "g", "h");
    assertThat(told("signal.rejected"))
        .extracting(each -> each.get("signal"))
        .containsExactlyInAnyOrder("d", "e", "f", null);
    assertThat(told("sweep.completed").get(1))
        .containsEntry("records", 1L)
        .containsEntry("items", TICKETS - 1L);
    // What the reread has sent meanwhile, the refresh does not send.
    assertThat((long) told("refresh.completed").get(0).get("records")).isBetween(0L, TICKETS - 1L);
  }

  private boolean of(String id, String type) {
    return told(type).stream().anyMatch(each -> id.equals(each.get("signal")));
  }

  /** Each is told once, however often it is tried again. */
  @Test
  void aTroubleIsToldWhenItBeginsAndWhenItIsOver() throws InterruptedException {
    source
        .set("queries", "tickets,companies")
        .set("query.tickets.operation.id", "getServiceTickets")
        .set("query.companies.operation.id", "getCompanyCompanies")
        .set("max.retries", "0");
    source.properties().remove("operation.id");
    simulator.faults().add(Fault.of("forbid").on("/company/companies"));
    simulator
        .faults()
        .add(Fault.of("unavailable").with("status", 503).on("/service/tickets").times(3));
    source.start().pollUntil(() -> of("tickets", "snapshot.completed", "query"));
    source.pollOn(5);
    simulator.faults().clear();
    source.pollUntil(() -> of("companies", "query.recovered", "query"));

    assertThat(told("query.refused")).hasSize(1);
    assertThat(told("query.refused").get(0))
        .containsEntry("query", "companies")
        .containsEntry("pass", "window")
        .containsEntry("failure", "forbidden")
        .containsEntry("status", 403L);
    assertThat(told("query.delayed")).hasSize(1);
    assertThat(told("query.delayed").get(0))
        .containsEntry("query", "tickets")
        .containsEntry("failure", "unavailable")
        .containsKey("retryMs");
    assertThat(told("query.recovered"))
        .extracting(each -> each.get("query"))
        .containsExactly("tickets", "companies");
  }

  /** The task ends, which nobody sees in a topic otherwise. */
  @Test
  void aSweepThatIsRefusedIsToldBeforeTheTaskEnds() throws InterruptedException {
    source.set("deletes.detect", "sweep").set("deletes.schedule.interval.ms", "100").signals();
    source.start().pollUntil(() -> told("sweep.completed").size() == 1);
    tickets.ids().subList(0, 20).forEach(tickets::delete);

    ConnectException end = endOfTheTask();

    assertThat(told("sweep.refused")).hasSize(1);
    assertThat(told("sweep.refused").get(0))
        .containsEntry("query", "getServiceTickets")
        .containsEntry("pass", "sweep")
        .containsEntry("reason", end.getMessage());
    assertThat(end).hasMessageContaining("20 of 60").hasMessageContaining("deletes.max.ratio");
    assertThat(told("query.failed")).isEmpty();
    assertThat(source.of(TOPIC)).allMatch(each -> each.value() != null);
  }

  @Test
  void whateverElseOfAQueryEndsTheTaskIsTold() throws InterruptedException {
    source.start().pollUntil(() -> !told("snapshot.completed").isEmpty());
    simulator.faults().add(Fault.of("unauthorized"));

    ConnectException end = endOfTheTask();

    assertThat(told("query.failed")).hasSize(1);
    assertThat(told("query.failed").get(0))
        .containsEntry("pass", "window")
        .containsEntry("failure", "unauthorized")
        .containsEntry("status", 401L)
        .containsEntry("reason", end.getMessage());
  }

  private ConnectException endOfTheTask() {
    return catchThrowableOfType(ConnectException.class, () -> source.pollUntil(() -> false));
  }

  @Test
  void deletionsThatAreLeftToTheNextSweepAreTold() throws InterruptedException {
    SignalFeed signals =
        source.set("schedule.interval.ms", "3600000").set("deletes.detect", "sweep").signals();
    source.start().pollUntil(() -> told("sweep.completed").size() == 1);
    List<Long> gone = tickets.ids().subList(0, 8);
    gone.forEach(tickets::delete);
    for (long id : gone) {
      signals.send("{\"Action\":\"deleted\",\"Type\":\"ticket\",\"ID\":" + id + "}");
    }
    source.pollUntil(() -> !told("signal.rejected").isEmpty());

    assertThat(told("signal.rejected").get(0))
        .containsEntry("query", "getServiceTickets")
        .containsEntry("signalType", "changed");
    assertThat(told("signal.rejected").get(0).get("reason").toString())
        .contains("deletes.max.ratio");
  }

  private boolean of(String value, String type, String field) {
    return told(type).stream().anyMatch(each -> value.equals(each.get(field)));
  }

  /**
   * As heartbeats do, they have the form of the query's values, and their offsets store nothing.
   */
  @ParameterizedTest
  @CsvSource({"none,", "json,", "json,ByteArrayConverter", "typed,"})
  void theyHaveTheFormOfTheValues(String mode, String converter) throws InterruptedException {
    tickets.update(tickets.ids().get(9), ticket -> ticket.put("brandNew", "secret"));
    simulator.clock().advance(Duration.ofSeconds(5));
    source.set("schema.mode", mode);
    if (converter != null) {
      source.set("value.converter", converter);
    }
    source.start().pollUntil(() -> !told("snapshot.completed").isEmpty());

    assertThat(told("snapshot.completed").get(0)).containsEntry("items", (long) TICKETS);
    assertThat(told("field.unknown"))
        .extracting(each -> each.get("field"))
        .containsExactlyElementsOf(mode.equals("typed") ? List.of("brandNew") : List.of());
    assertThat(source.of("told")).allMatch(each -> each.key().equals("getServiceTickets"));
    assertThat(source.of("told").toString()).doesNotContain("secret");
    Map<Map<String, ?>, Map<String, ?>> own = new HashMap<>(source.offsets());
    own.keySet().removeIf(partition -> !SourcePartition.isNotification(partition));
    assertThat(own).hasSize(1);
    assertThat(new ConnectWiseSourceConnector().alterOffsets(source.properties(), own)).isTrue();
  }

  private List<String> topicsUpTo(String type) {
    int end = 0;
    for (SourceRecord each : source.records()) {
      if (each.topic().equals("told") && value(each).get("type").equals(type)) {
        break;
      }
      end++;
    }
    return source.records().subList(0, end).stream().map(SourceRecord::topic).toList();
  }

  private List<Map<String, Object>> told(String type) {
    return source.of("told").stream()
        .map(NotificationsTest::value)
        .filter(each -> type.equals(each.get("type")))
        .toList();
  }

  private static Map<String, Object> value(SourceRecord record) {
    Map<String, Object> fields = new HashMap<>();
    if (record.value() instanceof Struct struct) {
      for (Field field : struct.schema().fields()) {
        if (struct.get(field) != null) {
          fields.put(field.name(), struct.get(field));
        }
      }
    } else if (record.value() instanceof Map<?, ?> map) {
      map.forEach((name, value) -> fields.put(name.toString(), value));
    } else {
      fields.putAll(json(record.value()));
    }
    return fields;
  }

  private static Map<String, Object> json(Object value) {
    try {
      ObjectMapper mapper = new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);
      return mapper.readValue(
          value instanceof byte[] bytes ? bytes : value.toString().getBytes(UTF_8),
          new TypeReference<Map<String, Object>>() {});
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
