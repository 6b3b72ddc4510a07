package io.psastream.connectwise.data.typed;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.psastream.connectwise.data.SchemaNames;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * The JSON that a typed value stands for, and the same form of any JSON: without nulls and NUL
 * characters, times as instants, numbers without needless zeroes.
 */
final class Restored {

  static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Restored() {}

  /** The item that a Struct was made of. */
  static JsonNode item(Struct struct) throws JsonProcessingException {
    Map<String, String> extra =
        struct.schema().field(SchemaNames.EXTRA) == null ? null : struct.getMap(SchemaNames.EXTRA);
    ObjectNode item = (ObjectNode) object(struct);
    item.remove(SchemaNames.EXTRA);
    if (extra != null) {
      for (Map.Entry<String, String> each : extra.entrySet()) {
        if (each.getKey().equals("_item")) {
          return normal(JSON.readTree(each.getValue()));
        }
        JsonPointer path = JsonPointer.compile("/" + each.getKey());
        put(item, path, JSON.readTree(each.getValue()));
      }
    }
    return normal(item);
  }

  private static void put(JsonNode item, JsonPointer path, JsonNode value) {
    JsonNode parent = item.at(path.head());
    if (parent instanceof ArrayNode array) {
      array.set(path.last().getMatchingIndex(), value);
    } else {
      ((ObjectNode) parent).set(path.last().getMatchingProperty(), value);
    }
  }

  private static JsonNode object(Struct struct) throws JsonProcessingException {
    ObjectNode object = NODES.objectNode();
    for (Field field : struct.schema().fields()) {
      if (struct.get(field) != null) {
        object.set(field.name(), node(field.schema(), struct.get(field)));
      }
    }
    if (SchemaNames.CUSTOM_FIELD.equals(struct.schema().name())) {
      JsonNode type = object.remove(SchemaNames.VALUE_TYPE);
      if (type != null && !type.asText().equals("string")) {
        object.set("value", JSON.readTree(object.get("value").asText()));
      }
    }
    return object;
  }

  private static JsonNode node(Schema schema, Object value) throws JsonProcessingException {
    if (value == null) {
      return NullNode.getInstance();
    }
    if (value instanceof Struct struct) {
      return object(struct);
    }
    if (value instanceof List<?> list) {
      ArrayNode array = NODES.arrayNode();
      for (Object element : list) {
        array.add(node(schema.valueSchema(), element));
      }
      return array;
    }
    if (value instanceof Date time) {
      return NODES.textNode(time.toInstant().toString());
    }
    return SchemaNames.JSON.equals(schema.name())
        ? JSON.readTree((String) value)
        : JSON.valueToTree(value);
  }

  static JsonNode normal(JsonNode node) {
    if (node.isObject()) {
      ObjectNode object = NODES.objectNode();
      node.properties().stream()
          .filter(field -> !field.getValue().isNull())
          .forEach(field -> object.set(field.getKey(), normal(field.getValue())));
      return object;
    }
    if (node.isArray()) {
      ArrayNode array = NODES.arrayNode();
      node.forEach(element -> array.add(normal(element)));
      return array;
    }
    if (node.isNumber()) {
      return TextNode.valueOf("number " + digits(node.decimalValue()));
    }
    return node.isTextual() ? text(node.asText().replace("\0", "")) : node;
  }

  private static String digits(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toString();
  }

  private static JsonNode text(String text) {
    try {
      return TextNode.valueOf(Instant.parse(text).toString());
    } catch (java.time.DateTimeException e) {
      return TextNode.valueOf(text);
    }
  }
}
