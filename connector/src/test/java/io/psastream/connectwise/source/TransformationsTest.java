package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Stamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Cast;
import org.apache.kafka.connect.transforms.ExtractField;
import org.apache.kafka.connect.transforms.Filter;
import org.apache.kafka.connect.transforms.Flatten;
import org.apache.kafka.connect.transforms.HoistField;
import org.apache.kafka.connect.transforms.InsertField;
import org.apache.kafka.connect.transforms.MaskField;
import org.apache.kafka.connect.transforms.RegexRouter;
import org.apache.kafka.connect.transforms.TimestampConverter;
import org.apache.kafka.connect.transforms.TimestampRouter;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.ValueToKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kafka's transformations over everything that a source sends: a snapshot, changes, items that were
 * never updated, deletions, heartbeats. What does not work is in {@code docs/data.md}.
 */
@ExtendWith(SimulatorExtension.class)
class TransformationsTest {

  private static final String TOPIC = "connectwise.service.tickets";
  private static final int TICKETS = 5;

  private Simulator simulator;

  /** What a record is sent for. */
  private enum Kind {
    ITEM,
    TOMBSTONE,
    CHECKPOINT;

    static Kind of(SourceRecord record) {
      return !record.topic().equals(TOPIC) ? CHECKPOINT : record.value() == null ? TOMBSTONE : ITEM;
    }
  }

  /**
   * A transformation.
   *
   * @param refused the kinds of records that it refuses or spoils
   * @param text what it makes of an item
   */
  private record Smt(
      Supplier<Transformation<SourceRecord>> smt,
      Map<String, String> config,
      Set<Kind> refused,
      Function<SourceRecord, Object> text) {}

  static List<Smt> transformations() {
    return List.of(
        new Smt(
            Flatten.Value::new,
            Map.of("delimiter", "_"),
            Set.of(),
            smt -> field(smt, "status_name")),
        new Smt(Cast.Value::new, Map.of("spec", "id:string"), Set.of(), smt -> field(smt, "id")),
        new Smt(Cast.Key::new, Map.of("spec", "string"), Set.of(), SourceRecord::key),
        new Smt(
            ExtractField.Value::new,
            Map.of("field", "summary"),
            Set.of(Kind.CHECKPOINT),
            SourceRecord::value),
        new Smt(Filter::new, Map.of(), Set.of(), smt -> ""),
        new Smt(
            HoistField.Value::new,
            Map.of("field", "ticket"),
            Set.of(Kind.TOMBSTONE),
            smt -> ((Struct) field(smt, "ticket")).getString("summary")),
        new Smt(
            HoistField.Key::new,
            Map.of("field", "id"),
            Set.of(),
            smt -> ((Struct) smt.key()).get("id").toString()),
        new Smt(
            InsertField.Value::new,
            Map.of("timestamp.field", "at", "static.field", "from", "static.value", "psa"),
            Set.of(),
            smt -> field(smt, "from") + field(smt, "at").toString()),
        new Smt(
            MaskField.Value::new,
            Map.of("fields", "summary", "replacement", "x"),
            Set.of(Kind.TOMBSTONE),
            smt -> field(smt, "summary")),
        new Smt(
            RegexRouter::new,
            Map.of("regex", ".*\\.(.*)", "replacement", "$1"),
            Set.of(),
            SourceRecord::topic),
        new Smt(TimestampRouter::new, Map.of(), Set.of(), SourceRecord::topic),
        new Smt(
            TimestampConverter.Value::new,
            Map.of("field", "requiredDate", "target.type", "string", "format", "yyyy-MM-dd"),
            Set.of(),
            smt -> field(smt, "requiredDate") == null ? "" : field(smt, "requiredDate")),
        new Smt(
            ValueToKey::new,
            Map.of("fields", "id,summary"),
            Set.of(Kind.TOMBSTONE, Kind.CHECKPOINT),
            smt -> ((Struct) smt.key()).getString("summary")));
  }

  private static Object field(SourceRecord record, String name) {
    return ((Struct) record.value()).get(name);
  }

  @BeforeEach
  void setUp(Simulator started) {
    simulator = started;
    simulator.seed().tickets(TICKETS - 1);
    simulator
        .store()
        .collection("/service/tickets")
        .put(new ObjectMapper().createObjectNode().put("summary", "old"), Stamp.none());
  }

  /** The records of a whole life. */
  private List<SourceRecord> records(Map<String, String> settings) throws InterruptedException {
    ItemCollection tickets = simulator.store().collection("/service/tickets");
    try (SourceHarness source = new SourceHarness(simulator)) {
      source
          .set("schema.mode", "typed")
          .set("deletes.detect", "sweep")
          .set("deletes.max.ratio", "1")
          .set("deletes.schedule.interval.ms", "100")
          .set("heartbeat.topic", "heartbeats");
      settings.forEach(source::set);
      source.start().pollUntil(() -> source.of(TOPIC).size() == TICKETS);
      tickets.update(tickets.ids().get(1), ticket -> ticket.put("summary", "changed"));
      simulator.clock().advance(Duration.ofSeconds(5));
      tickets.delete(tickets.ids().get(2));
      source.pollUntil(() -> source.of(TOPIC).size() == TICKETS + 2);
      return List.copyOf(source.records());
    }
  }

  private static Set<Kind> refused(
      Transformation<SourceRecord> smt, List<SourceRecord> records, List<SourceRecord> results) {
    Set<Kind> refused = EnumSet.noneOf(Kind.class);
    for (SourceRecord record : records) {
      try {
        SourceRecord result = smt.apply(record);
        if (result != null && (record.value() == null) != (result.value() == null)) {
          refused.add(Kind.of(record));
        } else if (result != null && Kind.of(record) == Kind.ITEM) {
          results.add(result);
        }
      } catch (DataException | IllegalArgumentException e) {
        refused.add(Kind.of(record));
      }
    }
    return refused;
  }

  @ParameterizedTest
  @MethodSource("transformations")
  void worksAsDataMdSays(Smt each) throws InterruptedException {
    List<SourceRecord> records =
        records(
            Map.of(
                "info.format", "none",
                "unknown.fields", "drop",
                "options", "{\"fields\":\"id,summary,requiredDate,company/name,status/name\"}"));
    assertThat(records).extracting(Kind::of).contains(Kind.values());
    try (Transformation<SourceRecord> smt = each.smt().get()) {
      smt.configure(each.config());
      List<SourceRecord> results = new ArrayList<>();

      assertThat(refused(smt, records, results)).isEqualTo(each.refused());
      assertThat(results).hasSize(smt instanceof Filter ? 0 : TICKETS + 1);
      assertThat(results.stream().map(each.text()))
          .filteredOn(text -> text != null)
          .allMatch(text -> text instanceof String);
    }
  }

  /** Keys are numbers, unless key.fields names several or a parent is part of them. */
  @Test
  void keysThatAreNumbersHaveNoFields() throws InterruptedException {
    List<SourceRecord> records = records(Map.of());
    try (Transformation<SourceRecord> extract = new ExtractField.Key<>();
        Transformation<SourceRecord> insert = new InsertField.Key<>()) {
      extract.configure(Map.of("field", "id"));
      insert.configure(Map.of("topic.field", "topic"));

      assertThat(refused(extract, records, new ArrayList<>())).contains(Kind.values());
      assertThat(refused(insert, records, new ArrayList<>())).contains(Kind.values());
    }
  }

  @Test
  void flattenRefusesMapsAndTakesWhatHasNone() throws InterruptedException {
    try (Transformation<SourceRecord> flatten = new Flatten.Value<>()) {
      flatten.configure(Map.of("delimiter", "_"));
      assertThat(refused(flatten, records(Map.of()), new ArrayList<>())).containsExactly(Kind.ITEM);

      List<SourceRecord> results = new ArrayList<>();
      simulator.seed().tickets(1); // in the place of the one that was deleted
      assertThat(refused(flatten, records(Map.of("info.format", "json")), results)).isEmpty();
      assertThat(results.get(0).valueSchema().fields())
          .extracting(Field::schema)
          .extracting(Schema::type)
          .doesNotContain(Schema.Type.STRUCT, Schema.Type.MAP);
      assertThat((String) field(results.get(0), "company__info")).startsWith("{");
    }
  }

  @Test
  void everyRecordHasATimestamp() throws InterruptedException {
    for (String timestamp : List.of("read", "updated")) {
      List<SourceRecord> records = records(Map.of("record.timestamp", timestamp));
      long now = System.currentTimeMillis();

      assertThat(records).extracting(Kind::of).contains(Kind.values());
      assertThat(records).allMatch(each -> each.timestamp() >= 0 && each.timestamp() <= now);
      simulator.seed().tickets(1);
    }
  }
}
