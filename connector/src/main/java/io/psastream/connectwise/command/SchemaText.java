package io.psastream.connectwise.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** A Connect schema in the forms that others take. */
final class SchemaText {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private SchemaText() {}

  /** A form of a schema. */
  enum Form {
    CONNECT("Connect schema"),
    AVRO("Avro, as Confluent's converter writes it"),
    JSON("schema.content of the JsonConverter (Kafka 4.4)"),
    POSTGRESQL("PostgreSQL");

    final String title;

    Form(String title) {
      this.title = title;
    }
  }

  /**
   * The text of a form.
   *
   * @param table the name of the table
   */
  static String of(Schema schema, Form form, String table) {
    return switch (form) {
      case CONNECT -> outline(schema);
      case AVRO -> pretty(avro(schema, new HashSet<>()));
      case JSON -> text(json(schema));
      case POSTGRESQL -> postgresql(schema, table);
    };
  }

  static String pretty(JsonNode tree) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree cannot be written", e);
    }
  }

  /** A key, a value or a header as the JsonConverter writes it, without its schema. */
  static JsonNode value(Object value) {
    if (value instanceof Struct struct) {
      ObjectNode object = NODES.objectNode();
      for (Field field : struct.schema().fields()) {
        object.set(field.name(), value(struct.get(field)));
      }
      return object;
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = NODES.objectNode();
      map.forEach((name, each) -> object.set(String.valueOf(name), value(each)));
      return object;
    }
    if (value instanceof List<?> list) {
      ArrayNode array = NODES.arrayNode();
      list.forEach(each -> array.add(value(each)));
      return array;
    }
    return JSON.valueToTree(value); // times as milliseconds, bytes as Base64
  }

  private static String text(JsonNode tree) {
    return tree + "\n";
  }

  /** Name and type of each field, nested ones below. */
  private static String outline(Schema schema) {
    StringBuilder text = new StringBuilder(type(schema)).append('\n');
    outline(schema, "  ", text);
    return text.toString();
  }

  private static void outline(Schema schema, String indent, StringBuilder text) {
    if (schema.type() == Schema.Type.ARRAY) {
      outline(schema.valueSchema(), indent, text);
    }
    if (schema.type() == Schema.Type.STRUCT) {
      for (Field field : schema.fields()) {
        text.append(indent).append(field.name()).append("  ").append(type(field.schema()));
        text.append('\n');
        outline(field.schema(), indent + "  ", text);
      }
    }
  }

  private static String type(Schema schema) {
    String type = schema.type().getName();
    String of =
        switch (schema.type()) {
          case ARRAY -> " of " + type(schema.valueSchema());
          case MAP -> " of " + type(schema.keySchema()) + " to " + type(schema.valueSchema());
          default -> "";
        };
    return type + of + (schema.name() == null ? "" : " (" + schema.name() + ")");
  }

  /** As the JsonConverter has it in its envelope. */
  static ObjectNode json(Schema schema) {
    ObjectNode node = NODES.objectNode();
    switch (schema.type()) {
      case STRUCT -> {
        node.put("type", "struct");
        ArrayNode fields = node.putArray("fields");
        schema.fields().forEach(it -> fields.add(json(it.schema()).put("field", it.name())));
      }
      case ARRAY -> node.put("type", "array").set("items", json(schema.valueSchema()));
      case MAP -> {
        node.put("type", "map").set("keys", json(schema.keySchema()));
        node.set("values", json(schema.valueSchema()));
      }
      case FLOAT32 -> node.put("type", "float");
      case FLOAT64 -> node.put("type", "double");
      default -> node.put("type", schema.type().getName());
    }
    node.put("optional", schema.isOptional());
    if (schema.name() != null) {
      node.put("name", schema.name());
    }
    if (schema.version() != null) {
      node.put("version", schema.version());
    }
    return node;
  }

  /** A name is defined where it is first met, and referred to from then on. */
  private static JsonNode avro(Schema schema, Set<String> defined) {
    JsonNode type = required(schema, defined);
    return schema.isOptional() ? NODES.arrayNode().add("null").add(type) : type;
  }

  private static JsonNode required(Schema schema, Set<String> defined) {
    ObjectNode node = NODES.objectNode();
    switch (schema.type()) {
      case STRUCT -> {
        if (!defined.add(schema.name())) {
          return NODES.textNode(schema.name());
        }
        int dot = schema.name().lastIndexOf('.');
        node.put("type", "record").put("name", schema.name().substring(dot + 1));
        node.put("namespace", schema.name().substring(0, Math.max(0, dot)));
        ArrayNode fields = node.putArray("fields");
        for (Field field : schema.fields()) {
          ObjectNode each = fields.addObject().put("name", field.name());
          each.set("type", avro(field.schema(), defined));
          if (field.schema().isOptional()) {
            each.putNull("default");
          }
        }
      }
      case ARRAY -> node.put("type", "array").set("items", avro(schema.valueSchema(), defined));
      case MAP -> node.put("type", "map").set("values", avro(schema.valueSchema(), defined));
      case INT8, INT16, INT32 -> node.put("type", "int");
      case INT64 -> node.put("type", "long");
      case FLOAT32 -> node.put("type", "float");
      case FLOAT64 -> node.put("type", "double");
      case BOOLEAN, STRING, BYTES -> node.put("type", schema.type().getName());
    }
    named(schema, node);
    return node.size() == 1 ? node.get("type") : node;
  }

  private static void named(Schema schema, ObjectNode node) {
    if (schema.version() != null) {
      node.put("connect.version", schema.version());
    }
    if (schema.name() != null) {
      node.put("connect.name", schema.name());
    }
    if (Timestamp.LOGICAL_NAME.equals(schema.name())) {
      node.put("logicalType", "timestamp-millis");
    }
  }

  /** With the column types that Confluent's JDBC sink chooses; what is nested is jsonb. */
  private static String postgresql(Schema schema, String table) {
    if (schema.type() != Schema.Type.STRUCT) {
      return "CREATE TABLE %s (\n  \"value\" %s\n);\n".formatted(quoted(table), column(schema));
    }
    boolean keyed = schema.field("id") != null;
    return schema.fields().stream()
        .map(
            field ->
                "  %s %s%s"
                    .formatted(
                        quoted(field.name()),
                        column(field.schema()),
                        keyed && field.name().equals("id") ? " PRIMARY KEY" : ""))
        .collect(Collectors.joining(",\n", "CREATE TABLE " + quoted(table) + " (\n", "\n);\n"));
  }

  private static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  private static String column(Schema schema) {
    if (schema.name() != null) {
      switch (schema.name()) {
        case Timestamp.LOGICAL_NAME:
          return "timestamp";
        case Date.LOGICAL_NAME:
          return "date";
        case Time.LOGICAL_NAME:
          return "time";
        case Decimal.LOGICAL_NAME:
          return "numeric";
        default:
      }
    }
    return switch (schema.type()) {
      case INT8, INT16 -> "smallint";
      case INT32 -> "integer";
      case INT64 -> "bigint";
      case FLOAT32 -> "real";
      case FLOAT64 -> "double precision";
      case BOOLEAN -> "boolean";
      case BYTES -> "bytea";
      case STRING ->
          schema.name() != null && schema.name().toLowerCase(Locale.ROOT).endsWith(".json")
              ? "jsonb"
              : "text";
      case ARRAY, MAP, STRUCT -> "jsonb";
    };
  }
}
