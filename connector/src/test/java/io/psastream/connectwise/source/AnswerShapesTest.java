package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.http.LoggedRequest;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Stamp;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Everything that is not a list of items with an id, read without special configuration. */
@ExtendWith(SimulatorExtension.class)
class AnswerShapesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Simulator simulator;
  private SourceHarness source;

  @BeforeEach
  void setUp(Simulator started) {
    simulator = started;
    source = new SourceHarness(simulator).set("schedule.interval.ms", "3600000");
  }

  @AfterEach
  void tearDown() {
    source.close();
  }

  private SourceHarness reading(String operation, String options) {
    return source.set("operation.id", operation).set("options", options);
  }

  private static List<Object> values(List<SourceRecord> records) {
    return records.stream().map(SourceRecord::value).map(Object.class::cast).toList();
  }

  @Test
  void aReportComesRowByRowAndPageByPage() throws InterruptedException {
    simulator.seed().tickets(7);
    reading(
            "getSystemReportsByReportName",
            "{\"reportName\":\"Service\",\"columns\":\"id,summary\",\"conditions\":\"id > 0\"}")
        .set("page.size", "3")
        .set("key.fields", "id");

    source.start().pollUntil(7);
    source.pollOn(3);

    List<Object> ids =
        simulator.store().collection("/service/tickets").ids().stream()
            .map(Object.class::cast)
            .toList();
    assertThat(source.keys()).isEqualTo(ids);
    assertThat(source.records().get(0).topic()).isEqualTo("connectwise.system.reports");
    assertThat(values(source.records()))
        .allMatch(row -> ((Map<?, ?>) row).keySet().equals(Set.of("id", "summary")));
    List<LoggedRequest> asked = simulator.requests().recent("GET", "/system/reports/Service");
    assertThat(asked)
        .extracting(each -> each.query("page"))
        .containsExactly("1", "2", "1000000", "3", "4");
    assertThat(asked)
        .allMatch(each -> each.query("columns").equals("id,summary"))
        .allMatch(each -> each.query("conditions").contains("id > 0"))
        .allMatch(each -> each.query("pageSize").matches("[23]"));
  }

  @Test
  void aReportIsTakenUpAgainAtItsNextRow() throws InterruptedException {
    simulator.seed().tickets(10);
    reading("getSystemReportsByReportName", "{\"reportName\":\"service\"}")
        .set("page.size", "4")
        .set("key.fields", "id")
        .set("schema.mode", "json")
        .start();
    while (source.records().size() < 6) {
      source.poll(6 - source.records().size());
    }

    source.restart().pollUntil(10);

    assertThat(source.keys()).hasSize(10).doesNotHaveDuplicates();
    assertThat((String) source.records().get(9).value()).startsWith("{\"id\":");
  }

  @Test
  void theAuditTrailComesByPageNumber() throws InterruptedException {
    ItemCollection trail = simulator.store().collection("/system/audittrail");
    for (int i = 0; i < 5; i++) {
      ObjectNode entry = JSON.createObjectNode().put("text", "entry " + i);
      trail.putWithoutId(entry, Stamp.none());
    }
    reading("getSystemAudittrail", "{\"type\":\"Ticket\",\"id\":5}").set("page.size", "2");

    source.start().pollUntil(5);
    source.pollOn(3);

    assertThat(source.keys()).hasSize(5).containsOnlyNulls();
    assertThat(values(source.records()))
        .extracting(row -> String.valueOf(((Map<?, ?>) row).get("text")))
        .containsExactly("entry 0", "entry 1", "entry 2", "entry 3", "entry 4");
    assertThat(simulator.requests().recent("GET", "/system/audittrail"))
        .hasSize(4)
        .allMatch(each -> each.query("type").equals("Ticket") && each.query("id").equals("5"))
        .allMatch(each -> each.query("orderBy").isEmpty() && each.query("pageId").isEmpty());
  }

  @Test
  void aListThatAnswersAnObjectIsAListOfOne() throws InterruptedException {
    simulator.faults().add(Fault.of("oddShape"));
    simulator.seed().at(Instant.parse("2026-03-01T12:00:00Z")).tickets(1);

    source.start().pollUntil(1);
    source.pollOn(3);

    assertThat(source.keys())
        .containsExactly(simulator.store().collection("/service/tickets").ids().get(0));
  }

  @Test
  void anObjectThatComesAsAnArrayIsItsElements() throws InterruptedException {
    simulator.faults().add(Fault.of("oddShape"));
    simulator.seed().tickets(2);
    long id = simulator.store().collection("/service/tickets").ids().get(1);
    reading("getServiceTicketsById", "{\"id\":" + id + "}");

    source.start().pollUntil(1);

    assertThat(source.keys()).containsExactly(id);
  }

  @Test
  void jsonModeGivesTheTextThatTheServerSent() throws InterruptedException {
    simulator.seed().at(Instant.parse("2026-03-01T12:00:00Z")).companies(2).tickets(3);
    source.set("schema.mode", "JSON").set("queries", "byid,bycompany");
    source.set("query.bycompany.key.fields", "company/id");
    source.set("query.bycompany.options", "{\"conditions\":\"id > 0\"}");
    source.set("query.bycompany.topic", "bycompany");

    source.start().pollUntil(6);

    ItemCollection tickets = simulator.store().collection("/service/tickets");
    for (SourceRecord each : source.records()) {
      JsonNode sent = read(each.value());
      long id = sent.get("id").longValue();
      assertThat(each.valueSchema()).isEqualTo(Schema.STRING_SCHEMA);
      assertThat(each.value()).isEqualTo(tickets.get(id).orElseThrow().json());
      assertThat(SourceHarness.updated(each)).isEqualTo("2026-03-01T12:00:00Z");
      assertThat(each.key())
          .isEqualTo(
              each.topic().equals("bycompany") ? sent.path("company").get("id").longValue() : id);
    }
  }

  private static JsonNode read(Object text) {
    try {
      return JSON.readTree((String) text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
