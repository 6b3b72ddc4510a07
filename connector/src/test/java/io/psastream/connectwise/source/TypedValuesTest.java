package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Store.StoredFile;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records with the schemas of the catalogue, as a task hands them over. */
@ExtendWith(SimulatorExtension.class)
class TypedValuesTest {

  private Simulator simulator;
  private ItemCollection tickets;
  private SourceHarness source;

  @BeforeEach
  void setUp(Simulator started) {
    simulator = started;
    simulator.seed().tickets(5);
    tickets = simulator.store().collection("/service/tickets");
    source = new SourceHarness(simulator);
    source.properties().remove("schema.mode");
  }

  @AfterEach
  void tearDown() {
    source.close();
  }

  private static Struct value(SourceRecord record) {
    return (Struct) record.value();
  }

  @Test
  void ticketsComeTypedUnlessOtherwiseSaid() throws InterruptedException {
    SourceRecord record = source.start().pollUntil(5).get(0);

    Struct ticket = value(record);
    assertThat(record.valueSchema()).isSameAs(ticket.schema());
    assertThat(ticket.schema().name()).isEqualTo("io.psastream.connectwise.Ticket");
    assertThat(ticket.schema().fields()).allMatch(field -> field.schema().isOptional());
    assertThat(record.keySchema()).isEqualTo(Schema.INT64_SCHEMA);
    assertThat(record.key()).isEqualTo(1L);
    assertThat(ticket.getInt32("id")).isEqualTo(1);
    assertThat(ticket.get("requiredDate")).isInstanceOf(Date.class);
    assertThat(ticket.getStruct("company").schema().name())
        .isEqualTo("io.psastream.connectwise.CompanyReference");
    assertThat(ticket.getMap("_info")).containsKey("lastUpdated");
    assertThat(source.records()).allMatch(each -> each.valueSchema() == record.valueSchema());
  }

  @Test
  void whatTheCatalogueDoesNotKnowIsCollected() throws InterruptedException {
    tickets.update(
        2, ticket -> ticket.put("budgetHours", "many").putObject("brandNew").put("a", 1));

    Struct ticket =
        source.start().pollUntil(5).stream()
            .map(TypedValuesTest::value)
            .filter(each -> each.getInt32("id") == 2)
            .findAny()
            .orElseThrow();

    assertThat(ticket.get("budgetHours")).isNull();
    assertThat(ticket.getMap("_extra"))
        .isEqualTo(Map.of("brandNew", "{\"a\":1}", "budgetHours", "\"many\""));
  }

  @Test
  void digitsThatADoubleDoesNotKeepAreCollected() throws InterruptedException {
    tickets.update(2, ticket -> ticket.put("budgetHours", 9_007_199_254_740_993L));

    Struct ticket =
        source.start().pollUntil(5).stream()
            .map(TypedValuesTest::value)
            .filter(each -> each.getInt32("id") == 2)
            .findAny()
            .orElseThrow();

    assertThat(ticket.get("budgetHours")).isNull();
    assertThat(ticket.getMap("_extra")).isEqualTo(Map.of("budgetHours", "9007199254740993"));
  }

  @Test
  void dirtyValuesArriveCleanOrCollected() throws InterruptedException {
    simulator.seed().dirtyTickets(2);

    Struct ticket = value(source.start().pollUntil(7).get(6));

    assertThat(ticket.getString("summary")).startsWith("with  and \u200b");
    assertThat(((Date) ticket.get("requiredDate")).toInstant())
        .isIn(Instant.parse("0001-01-01T00:00:00Z"), Instant.parse("1900-01-01T00:00:00Z"));
    assertThat(ticket.get("status")).isNull();
    assertThat(ticket.getMap("_extra")).isEqualTo(Map.of("fieldOfTomorrow", "\"unknown\""));
    assertThat(ticket.<Struct>getArray("customFields"))
        .extracting(each -> each.getString("valueType"))
        .containsExactly("number", "string", "boolean", null, "object");
  }

  @Test
  void theTaskStopsOverAnUnknownFieldWhereItIsToldTo() {
    tickets.update(2, ticket -> ticket.put("brandNew", "secret"));

    assertThatThrownBy(() -> source.set("unknown.fields", "fail").start().pollUntil(5))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Query getServiceTickets: getServiceTickets returned item ")
        .hasMessageContaining("brandNew")
        .hasMessageContaining("unknown.fields")
        .hasMessageNotContaining("secret");
  }

  @Test
  void onlyTheFieldsThatAreAskedForAreInTheSchema() throws InterruptedException {
    source.set("options", "{\"fields\":\"summary,Company/name\"}");

    Struct ticket = value(source.start().pollUntil(5).get(0));

    assertThat(ticket.schema().fields())
        .extracting(Field::name)
        .containsExactlyInAnyOrder("id", "summary", "company", "_info", "_extra");
    assertThat(ticket.getStruct("company").schema().fields())
        .extracting(Field::name)
        .containsExactly("name", "_info");
    assertThat(ticket.getStruct("company").getString("name")).isNotBlank();
    assertThat(ticket.getMap("_extra")).isNull();
  }

  @Test
  void timesAreTextWhereThatIsWanted() throws InterruptedException {
    Struct ticket = value(source.set("timestamp.format", "Text").start().pollUntil(5).get(0));

    assertThat(ticket.getString("requiredDate"))
        .isEqualTo(tickets.items().iterator().next().tree().path("requiredDate").asText());
  }

  @Test
  void customFieldsAreAnArrayAndThoseThatAreNamedFieldsBesides() throws InterruptedException {
    source.set("custom.fields", "flatten");
    source.set("custom.fields.captions", "Story Points:number, Region");

    Struct ticket = value(source.start().pollUntil(5).get(0));

    List<Struct> array = ticket.getArray("customFields");
    Struct points =
        array.stream()
            .filter(each -> each.getString("caption").equals("Story Points"))
            .findAny()
            .orElseThrow();
    assertThat(points.getString("valueType")).isEqualTo("number");
    assertThat(ticket.getFloat64("cf_Story_Points"))
        .isEqualTo(Double.parseDouble(points.getString("value")));
    assertThat(ticket.schema().field("cf_Region").schema())
        .isEqualTo(Schema.OPTIONAL_STRING_SCHEMA);
  }

  @Test
  void keysOfSeveralFieldsAndOfChildrenHaveSchemas() throws InterruptedException {
    simulator
        .store()
        .collection("/service/tickets/1/notes")
        .put(new ObjectMapper().createObjectNode().put("text", "hello"));
    source.set("queries", "tickets,notes");
    source.set("query.tickets.key.fields", "company/identifier,id");
    source.set("query.notes.operation.id", "getServiceTicketsByParentIdNotes");
    source.set("query.notes.parent", "tickets");
    source.set("query.notes.options", "{\"parentId\":\"${parent.id}\"}");

    source.start().pollUntil(6);

    List<SourceRecord> all = source.of("connectwise.service.tickets");
    SourceRecord ticket = all.get(0);
    SourceRecord note = source.of("connectwise.service.tickets.notes").get(0);
    assertThat(all.get(1).keySchema()).isSameAs(ticket.keySchema());
    assertThat(all.get(1).valueSchema()).isSameAs(ticket.valueSchema());
    assertThat(ticket.keySchema().name()).isEqualTo("io.psastream.connectwise.TicketKey");
    assertThat(((Struct) ticket.key()).getString("company_identifier")).isNotBlank();
    assertThat(((Struct) ticket.key()).getInt32("id")).isEqualTo(1);
    assertThat(note.keySchema()).isEqualTo(RecordKey.CHILD);
    assertThat(((Struct) note.key()).getInt64("parentId")).isEqualTo(1);
    assertThat(value(note).getString("text")).isEqualTo("hello");
  }

  /** Without one, the Avro converter makes a union of everything of them. */
  @Test
  void heartbeatsAndKeysOfFilesHaveSchemas() throws InterruptedException {
    simulator
        .store()
        .collection("/system/documents")
        .put(new ObjectMapper().createObjectNode().put("title", "a"));
    StoredFile file = new StoredFile("a.bin", "application/x-thing", new byte[] {1});
    simulator.store().file("/system/documents/1/download", file);
    source.set("heartbeat.topic", "heartbeats").set("heartbeat.interval.ms", "1000");
    source.set("queries", "documents,files");
    source.set("query.documents.operation.id", "getSystemDocuments");
    source.set("query.documents.options", "{\"recordType\":\"Ticket\",\"recordId\":\"1\"}");
    source.set("query.files.operation.id", "getSystemDocumentsByIdDownload");
    source.set("query.files.parent", "documents");
    source.set("query.files.options", "{\"id\":\"${parent.id}\"}");

    source.start().pollUntil(() -> !source.of("heartbeats").isEmpty());

    SourceRecord heartbeat = source.of("heartbeats").get(0);
    SourceRecord download = source.of("connectwise.system.documents.download").get(0);
    assertThat(heartbeat.valueSchema().name()).isEqualTo("io.psastream.connectwise.Checkpoint");
    assertThat(value(heartbeat).getString("query")).isEqualTo("documents");
    assertThat(download.keySchema()).isEqualTo(RecordKey.CHILD);
    assertThat(((Struct) download.key()).getInt64("id")).isEqualTo(1);
    assertThat(source.records()).allMatch(each -> each.keySchema() != null);
    assertThat(source.records()).allMatch(each -> each.valueSchema() != null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "none"})
  void thereAreNoMapsWhereNoneAreWanted(String info) throws InterruptedException {
    source.set("schedule.interval.ms", "100").set("info.format", info);
    source.set("queries", "report,tickets");
    source.set("query.report.operation.id", "getSystemReportsByReportName");
    source.set("query.report.options", "{\"reportName\":\"Service\",\"columns\":\"id,summary\"}");
    source.set("query.tickets.operation.id", "getServiceTickets");
    source.set("query.tickets.key.fields", "_info/updatedBy");
    tickets.update(2, ticket -> ticket.put("brand\"New", 5));

    source.start().pollUntil(() -> source.of("connectwise.service.tickets").size() >= 5);

    SourceRecord record =
        source.of("connectwise.service.tickets").stream()
            .filter(each -> value(each).getInt32("id") == 2)
            .findAny()
            .orElseThrow();
    Struct ticket = value(record);
    boolean json = info.equals("json");
    assertThat(maps(ticket.schema())).isEmpty();
    assertThat(maps(source.of("connectwise.system.reports").get(0).valueSchema())).isEmpty();
    assertThat(ticket.getString("_extra")).isEqualTo("{\"brand\\\"New\":5}");
    assertThat(ticket.schema().field("_info") != null).isEqualTo(json);
    assertThat(ticket.getStruct("company").schema().field("_info") != null).isEqualTo(json);
    // The key is found in the text, and windows know the time whether or not there is an _info.
    assertThat(record.key() != null).isEqualTo(json);
    tickets.update(3, each -> each.put("summary", "changed"));
    source.pollUntil(() -> source.of("connectwise.service.tickets").size() == 6);
  }

  /** The paths of the fields that are maps. */
  private static List<String> maps(Schema schema) {
    return switch (schema.type()) {
      case MAP -> List.of("");
      case ARRAY -> maps(schema.valueSchema());
      case STRUCT ->
          schema.fields().stream()
              .flatMap(field -> maps(field.schema()).stream().map(at -> field.name() + "/" + at))
              .toList();
      default -> List.of();
    };
  }

  @Test
  void rowsOfReportsAndItemsOfOperationsGivenAsTextHaveSchemasToo() throws InterruptedException {
    source.set("schedule.interval.ms", "3600000");
    source.set("queries", "report,text");
    source.set("query.report.operation.id", "getSystemReportsByReportName");
    source.set("query.report.options", "{\"reportName\":\"Service\",\"columns\":\"id,summary\"}");
    source.set("query.text.operation.id", "GET /service/tickets");

    source.start().pollUntil(10);

    Struct row = value(source.of("connectwise.system.reports").get(0));
    Struct item = value(source.of("connectwise.service.tickets").get(0));
    assertThat(row.schema().name()).isEqualTo("io.psastream.connectwise.ReportRow");
    assertThat(row.<String, String>getMap("cells")).containsEntry("id", "1");
    assertThat(item.schema().name()).isEqualTo("io.psastream.connectwise.Ticket");
  }
}
