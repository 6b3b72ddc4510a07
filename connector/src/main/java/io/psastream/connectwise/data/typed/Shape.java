package io.psastream.connectwise.data.typed;

import io.psastream.connectwise.data.SchemaNames;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;

/** What a JSON value has to be, and the Connect schema that it then has. */
sealed interface Shape {

  /** Always optional. */
  Schema schema();

  Schema TIMESTAMP = Timestamp.builder().optional().build();
  Schema JSON_TEXT = SchemaBuilder.string().name(SchemaNames.JSON).version(1).optional().build();

  /** A value that is neither object nor array. */
  enum Scalar implements Shape {
    TEXT,
    FLAG,
    INT32,
    INT64,
    FLOAT64,
    TIME,
    /** Any value, as JSON text. */
    JSON;

    @Override
    public Schema schema() {
      return switch (this) {
        case TEXT -> Schema.OPTIONAL_STRING_SCHEMA;
        case FLAG -> Schema.OPTIONAL_BOOLEAN_SCHEMA;
        case INT32 -> Schema.OPTIONAL_INT32_SCHEMA;
        case INT64 -> Schema.OPTIONAL_INT64_SCHEMA;
        case FLOAT64 -> Schema.OPTIONAL_FLOAT64_SCHEMA;
        case TIME -> TIMESTAMP;
        case JSON -> JSON_TEXT;
      };
    }
  }

  /** An object of strings. */
  record Texts(Schema schema) implements Shape {

    static final Texts SHAPE =
        new Texts(
            SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA)
                .optional()
                .build());
  }

  /** An array. */
  record Elements(Schema schema, Shape element) implements Shape {

    static Elements of(Shape element) {
      return new Elements(SchemaBuilder.array(element.schema()).optional().build(), element);
    }
  }

  /** An object with known fields. */
  record Fields(Schema schema, Map<String, Slot> slots) implements Shape {}

  /** Any value, as its own text, with what it was in the field {@code type}. */
  record Tagged(Field type) implements Shape {

    @Override
    public Schema schema() {
      return Schema.OPTIONAL_STRING_SCHEMA;
    }
  }

  /** Where the value of a field of an object goes, and what it has to be. */
  record Slot(Field field, Shape shape) {}
}
