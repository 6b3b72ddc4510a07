package io.psastream.connectwise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The schemas as io.debezium.time and io.debezium.data build them. */
class DebeziumTypesTest {

  @ParameterizedTest
  @CsvSource({
    "Date,           INT32,  20484,                           2026-01-31T00:00:00Z",
    "Date,           INT32,  -1,                              1969-12-31T00:00:00Z",
    "Timestamp,      INT64,  1769860800999,                   2026-01-31T12:00:00Z",
    "MicroTimestamp, INT64,  1769860800999999,                2026-01-31T12:00:00Z",
    "NanoTimestamp,  INT64,  1769860800999999999,             2026-01-31T12:00:00Z",
    "ZonedTimestamp, STRING, 2026-01-31T14:00:00.123456+02:00, 2026-01-31T12:00:00Z",
    "ZonedTimestamp, STRING, 2026-01-31T12:00:00Z,            2026-01-31T12:00:00Z",
    "Time,           INT32,  43200000,                        12:00:00",
    "MicroTime,      INT64,  43200000000,                     12:00:00",
    "MicroTime,      INT64,  -3600000000,                     PT-1H",
    "MicroTime,      INT64,  90000000000,                     PT25H",
    "NanoTime,       INT64,  43200000000000,                  12:00:00",
    "ZonedTime,      STRING, 14:00:00+02:00,                  12:00:00",
    "MicroDuration,  INT64,  90000000,                        PT1M30S",
    "NanoDuration,   INT64,  90000000000,                     PT1M30S",
    "Interval,       STRING, P1Y2M3DT4H5M6.78S,               P1Y2M3DT4H5M6.78S",
    "Year,           INT32,  2026,                            2026",
    "IsoDate,        STRING, 2026-01-31Z,                     2026-01-31T00:00:00Z",
    "IsoTime,        STRING, 12:00:00.5Z,                     12:00:00",
    "IsoTimestamp,   STRING, 2026-01-31T12:00:00.5Z,          2026-01-31T12:00:00Z",
  })
  void writesTimesTheWayTheApiDoes(String type, Schema.Type of, String value, String json) {
    Schema schema = schema(type, of);

    assertThat(ConnectToJson.document(row(schema), row(schema, value)).path("a").asText())
        .isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource({
    "Timestamp, INT64, 9223372036854775807",
    "Timestamp, INT64, -9223372036854775808",
    "MicroTimestamp, INT64, 9223372036854775807",
    "Date, INT32, 2147483647",
    "ZonedTimestamp, STRING, infinity",
    "IsoTime, STRING, later",
    "Eon, INT64, 1",
  })
  void refusesWhatIsNoTimeWithoutQuotingIt(String type, Schema.Type of, String value) {
    Schema schema = schema(type, of);

    assertThatThrownBy(() -> ConnectToJson.document(row(schema), row(schema, value)))
        .isInstanceOf(DataException.class)
        .hasMessageNotContaining(value + " ");
  }

  @Test
  void readsDecimalsOfAnyScale() {
    Schema decimal =
        SchemaBuilder.struct()
            .name("io.debezium.data.VariableScaleDecimal")
            .version(1)
            .optional()
            .field("scale", Schema.INT32_SCHEMA)
            .field("value", Schema.BYTES_SCHEMA)
            .build();

    assertThat(json(decimal, 2, 12_345)).isEqualTo("{\"a\":123.45}");
    assertThat(json(decimal, -3, 5)).isEqualTo("{\"a\":5000}");
    assertThatThrownBy(() -> json(decimal, Integer.MIN_VALUE, 5)).isInstanceOf(DataException.class);
  }

  private static String json(Schema decimal, int scale, int unscaled) {
    Struct value =
        new Struct(decimal)
            .put("scale", scale)
            .put("value", ByteBuffer.allocate(Integer.BYTES).putInt(unscaled).flip());
    return ConnectToJson.document(null, new Struct(row(decimal)).put("a", value)).toString();
  }

  private static Schema schema(String type, Schema.Type of) {
    return new SchemaBuilder(of).name("io.debezium.time." + type).version(1).optional().build();
  }

  private static Schema row(Schema field) {
    return SchemaBuilder.struct().field("a", field).build();
  }

  private static Struct row(Schema field, String value) {
    Object typed =
        switch (field.type()) {
          case INT32 -> Integer.valueOf(value);
          case INT64 -> Long.valueOf(value);
          default -> value;
        };
    return new Struct(row(field)).put("a", typed);
  }
}
