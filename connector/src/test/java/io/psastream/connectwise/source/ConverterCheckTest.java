package io.psastream.connectwise.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.source.ConverterCheck.NotText;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.StringConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the converters of a worker, which no task sees, make of the first records of a task. */
@ExtendWith(SimulatorExtension.class)
class ConverterCheckTest {

  @ParameterizedTest
  @CsvSource({"typed, value", "none, value", "typed, key", "none, key"})
  void aStringConverterStopsTheTaskBeforeItWritesNonsense(
      String mode, String side, Simulator simulator) throws InterruptedException {
    simulator.seed().tickets(2);
    try (SourceHarness source = new SourceHarness(simulator)) {
      SourceRecord record =
          source
              .set("schema.mode", mode)
              .set("key.fields", "company/id, id")
              .start()
              .pollUntil(1)
              .get(0);

      assertThatThrownBy(() -> written(record, side, new StringConverter()))
          .isInstanceOf(NotText.class)
          .isInstanceOf(Error.class) // errors.tolerance=all cannot drop the record
          .hasMessageContaining("Set " + side + ".converter in the connector's configuration")
          .hasMessageContaining("the task stops");
    }
  }

  @Test
  void textAndOneFieldAsKeyPassAStringConverter(Simulator simulator) throws InterruptedException {
    simulator.seed().tickets(2);
    try (SourceHarness source = new SourceHarness(simulator)) {
      SourceRecord record = source.set("schema.mode", "json").start().pollUntil(1).get(0);

      assertThat(written(record, "value", new StringConverter()))
          .startsWith("{")
          .contains("\"id\":1");
      assertThat(written(record, "key", new StringConverter())).isEqualTo("1");
    }
  }

  /** The others see values as they are, whether or not one has been written. */
  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void aJsonConverterWritesTheSameBeforeAndAfterTheFirst(String schemas) {
    ConverterCheck check = new ConverterCheck();
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", schemas), false);
    for (SourceRecord record : List.of(typed(), untyped())) {
      SourceRecord first = check.guarded(List.of(record)).get(0);

      assertThat(written(first, "value", converter)).isEqualTo(written(record, "value", converter));
      assertThat(written(first, "key", converter)).isEqualTo(written(record, "key", converter));
      assertThat(first.value().toString()).isEqualTo(record.value().toString());
      assertThat(first.sourceOffset()).isSameAs(record.sourceOffset());
    }
  }

  @Test
  void recordsAreHandedOverAsTheyAreOnceOneIsWritten() {
    ConverterCheck check = new ConverterCheck();
    check.written(new SourceRecord(Map.of(), Map.of(), "t", null, "a tombstone's", null, null));
    assertThat(check.guarded(List.of(typed())).get(0).value()).isNotSameAs(typed());

    check.written(check.guarded(List.of(typed())).get(0));

    SourceRecord next = untyped();
    assertThat(check.guarded(List.of(next))).containsExactly(next);
    assertThat(check.guarded(List.of(next)).get(0)).isSameAs(next);
  }

  private static SourceRecord typed() {
    Schema schema =
        SchemaBuilder.struct()
            .field("id", Schema.INT32_SCHEMA)
            .field("name", SchemaBuilder.string().optional().defaultValue("none").build())
            .build();
    Struct struct = new Struct(schema).put("id", 7).put("name", null);
    return new SourceRecord(Map.of(), Map.of(), "t", schema, struct, schema, struct);
  }

  private static SourceRecord untyped() {
    Map<String, Object> map = Map.of("id", 7L);
    return new SourceRecord(Map.of(), Map.of(), "t", null, map, null, map);
  }

  private static String written(SourceRecord record, String side, Converter converter) {
    byte[] bytes =
        side.equals("key")
            ? converter.fromConnectData(record.topic(), record.keySchema(), record.key())
            : converter.fromConnectData(record.topic(), record.valueSchema(), record.value());
    return new String(bytes, UTF_8);
  }
}
