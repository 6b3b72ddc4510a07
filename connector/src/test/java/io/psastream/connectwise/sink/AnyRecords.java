package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;

/** Records of any form: with and without schemas, as JSON, as text that is none. */
final class AnyRecords {

  /** In every text of every record, so that it can be told whether one is shown. */
  static final String SECRET = "s3cr3t";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NAMES =
      List.of(
          "id",
          "summary",
          "company",
          "name",
          "customFields",
          "status",
          "file",
          "op",
          "before",
          "after",
          "payload",
          "schema",
          "__deleted",
          "_info",
          "",
          "a/b",
          "~",
          "é");

  private final Random random;

  AnyRecords(Random random) {
    this.random = random;
  }

  /** A record of the only partition that a transform has given this topic. */
  SinkRecord record(String topic, int offset, List<String> operations) {
    SchemaAndValue key = random.nextInt(4) > 0 ? usualKey() : any(3);
    SchemaAndValue value = random.nextInt(3) > 0 ? usualValue() : any(4);
    ConnectHeaders headers = new ConnectHeaders();
    if (random.nextInt(3) > 0) {
      headers.add("op", pick(operations), null);
    } else if (random.nextBoolean()) {
      headers.add("op", any(2));
    }
    return new SinkRecord(
        topic,
        0,
        key.schema(),
        key.value(),
        value.schema(),
        value.value(),
        offset,
        random.nextInt(9) == 0 ? null : Long.valueOf(1_000 + offset),
        TimestampType.CREATE_TIME,
        headers,
        Fixtures.TOPIC,
        0,
        offset);
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private SchemaAndValue usualKey() {
    return switch (random.nextInt(3)) {
      case 0 -> new SchemaAndValue(Schema.INT64_SCHEMA, (long) random.nextInt(4));
      case 1 -> new SchemaAndValue(null, String.valueOf(random.nextInt(4)));
      default -> new SchemaAndValue(null, SECRET + random.nextInt(4));
    };
  }

  /** What routes expect, with some fields of another kind. */
  private SchemaAndValue usualValue() {
    if (random.nextInt(8) == 0) {
      return SchemaAndValue.NULL;
    }
    Map<String, Object> item = new HashMap<>();
    item.put("id", 5);
    item.put("summary", SECRET);
    item.put("name", SECRET);
    item.put("company", Map.of("id", 1));
    for (int i = random.nextInt(3); i > 0; i--) {
      item.put(pick(NAMES), any(3).value());
    }
    Object value = random.nextInt(5) == 0 ? List.of(item, item) : item;
    return new SchemaAndValue(null, random.nextBoolean() ? value : json(value));
  }

  private static Object json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (java.io.IOException e) {
      return value; // what JSON cannot say stays as it is
    }
  }

  SchemaAndValue any(int levels) {
    return switch (random.nextInt(levels > 0 ? 21 : 15)) {
      case 0 -> SchemaAndValue.NULL;
      case 1 -> new SchemaAndValue(Schema.OPTIONAL_STRING_SCHEMA, null);
      case 2 -> new SchemaAndValue(null, random.nextLong());
      case 3 ->
          new SchemaAndValue(Schema.FLOAT64_SCHEMA, Double.longBitsToDouble(random.nextLong()));
      case 4 -> new SchemaAndValue(Schema.BOOLEAN_SCHEMA, random.nextBoolean());
      case 5 -> new SchemaAndValue(null, text());
      case 6 -> new SchemaAndValue(null, text().getBytes(StandardCharsets.UTF_8));
      case 7 ->
          new SchemaAndValue(Schema.BYTES_SCHEMA, ByteBuffer.wrap(new byte[] {0, -1, 13, 10}));
      case 8 ->
          new SchemaAndValue(Timestamp.SCHEMA, Date.from(Instant.ofEpochMilli(random.nextLong())));
      case 9 -> new SchemaAndValue(Time.SCHEMA, Date.from(Instant.ofEpochMilli(random.nextInt())));
      case 10 ->
          new SchemaAndValue(
              Decimal.schema(3), new BigDecimal(new BigInteger(random.nextInt(5_000), random), 3));
      case 11 ->
          new SchemaAndValue(null, new BigDecimal(new BigInteger(99, random), random.nextInt()));
      case 12 ->
          new SchemaAndValue(null, "{\"a\":" + random.nextInt() + "e" + random.nextInt() + "}");
      case 13 -> new SchemaAndValue(null, nested(random.nextInt(1_500)));
      case 14 -> new SchemaAndValue(null, deep(random.nextInt(10) == 0 ? 20_000 : 400));
      case 15, 16 -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(any(levels - 1).value());
        }
        yield new SchemaAndValue(null, list);
      }
      case 17, 18 -> {
        Map<Object, Object> map = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          map.put(random.nextInt(6) > 0 ? pick(NAMES) : random.nextLong(), any(levels - 1).value());
        }
        yield new SchemaAndValue(null, map);
      }
      default -> struct(levels);
    };
  }

  private String text() {
    return pick(
        List.of(
            SECRET,
            "{" + SECRET,
            "[\"" + SECRET + "\",",
            "[\"" + SECRET + "\"]",
            "{\"summary\":\"" + SECRET + "\"}",
            "\0\ud800" + SECRET,
            "line\r\n" + SECRET,
            "ü😀\u202e" + SECRET,
            "../" + SECRET + "?x=1#%2f",
            SECRET.repeat(2_000),
            "1e999999999",
            "${value." + SECRET + "}",
            "\"\\' or 1=1 " + SECRET,
            ""));
  }

  private static String nested(int levels) {
    return "{\"a\":" + "[".repeat(levels) + "]".repeat(levels) + "}";
  }

  private static Object deep(int levels) {
    Object deep = SECRET;
    for (int i = 0; i < levels; i++) {
      deep = i % 2 == 0 ? List.of(deep) : Map.of("a", deep);
    }
    return deep;
  }

  private SchemaAndValue struct(int levels) {
    SchemaBuilder builder = SchemaBuilder.struct().name(random.nextBoolean() ? "any" : null);
    Map<String, Object> values = new HashMap<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      String name = pick(NAMES) + "_".repeat(random.nextInt(2));
      SchemaAndValue value = any(levels - 1);
      if (name.isEmpty()) {
        continue; // Connect has no such field
      }
      if (value.schema() != null && builder.field(name) == null) {
        builder.field(name, value.schema());
        values.put(name, value.value());
      } else if (builder.field(name) == null) {
        builder.field(
            name, SchemaBuilder.string().optional().defaultValue(SECRET + " by default").build());
      }
    }
    Schema schema = builder.build();
    Struct struct = new Struct(schema);
    values.forEach(struct::put);
    return new SchemaAndValue(schema, struct);
  }
}
