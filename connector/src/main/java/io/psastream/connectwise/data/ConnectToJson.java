package io.psastream.connectwise.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.errors.DataException;

/**
 * Turns the key or the value of a record into JSON in the API's forms: times as {@code
 * yyyy-MM-ddTHH:mm:ssZ} (docs/connectwise-api.md section 4), decimals as numbers.
 *
 * <p>A field of a Struct that is null is left out unless {@link Nulls} says otherwise, because a
 * Struct has no other way to say that a field is not there; its default is never put in its place.
 * In maps and in JSON text a null stands. What a few bytes could expand to is bounded: digits by
 * {@link Numbers#MOST_DIGITS}, depth by {@link JsonInRecords#MOST_LEVELS}. Nothing of a value
 * appears in the message of an exception.
 */
public final class ConnectToJson {

  private static final JsonNodeFactory NODES = JsonInRecords.NODES;

  private final Nulls nulls;

  /** What a null in a Struct says; those of the source connector's own schemas say nothing. */
  public enum Nulls {
    /** That the field is not there. */
    LEFT_OUT,
    /** That the field is empty. */
    SAID
  }

  private ConnectToJson(Nulls nulls) {
    this.nulls = nulls;
  }

  /**
   * The JSON of a whole key or value. Text and bytes that begin like a JSON object or array are
   * read as JSON; other text stands for itself.
   *
   * @param schema the Connect schema, or null for none
   * @param value the Connect value, or null
   * @throws DataException when there is no JSON for it
   */
  public static JsonNode document(Schema schema, Object value) {
    return document(schema, value, Nulls.LEFT_OUT);
  }

  /** The same, where a null in a Struct may say something. */
  public static JsonNode document(Schema schema, Object value, Nulls nulls) {
    if (value instanceof String text) {
      return parsedOrText(text);
    }
    if (value instanceof byte[] bytes) {
      return parsedOrBytes(ByteBuffer.wrap(bytes));
    }
    if (value instanceof ByteBuffer bytes) {
      return parsedOrBytes(bytes);
    }
    return new ConnectToJson(nulls).node(schema, value, 0);
  }

  /**
   * The same of a key or a header, where text and bytes are text even if they look like JSON.
   *
   * @throws DataException when there is no JSON for it
   */
  public static JsonNode plain(Schema schema, Object value) {
    if (value instanceof String text) {
      return TextNode.valueOf(text);
    }
    if (value instanceof byte[] bytes) {
      return textOrBytes(ByteBuffer.wrap(bytes));
    }
    if (value instanceof ByteBuffer bytes) {
      return textOrBytes(bytes);
    }
    return document(schema, value);
  }

  /**
   * A text that begins like a JSON object or array as JSON, for what asks for a field of it; all
   * else as it is.
   *
   * @throws DataException when the text is no JSON
   */
  public static JsonNode opened(JsonNode node) {
    return node.isTextual() ? parsedOrText(node.textValue()) : node;
  }

  private static JsonNode parsedOrBytes(ByteBuffer bytes) {
    return opened(textOrBytes(bytes));
  }

  private static JsonNode textOrBytes(ByteBuffer bytes) {
    try {
      return TextNode.valueOf(
          StandardCharsets.UTF_8.newDecoder().decode(bytes.asReadOnlyBuffer()).toString());
    } catch (CharacterCodingException e) {
      // Not text at all, such as a key that is a binary number: still good for an identity.
      return NODES.binaryNode(copy(bytes));
    }
  }

  private static JsonNode parsedOrText(String text) {
    String start = text.stripLeading();
    return start.startsWith("{") || start.startsWith("[")
        ? JsonInRecords.parsed(text)
        : TextNode.valueOf(text);
  }

  private JsonNode node(Schema schema, Object value, int level) {
    if (value == null) {
      return NullNode.getInstance();
    }
    if (level > JsonInRecords.MOST_LEVELS) {
      throw new DataException("it has more than " + JsonInRecords.MOST_LEVELS + " levels");
    }
    if (value instanceof Struct struct) {
      return object(struct, level);
    }
    if (value instanceof Map<?, ?> map) {
      return object(schema, map, level);
    }
    if (value instanceof List<?> list) {
      return array(schema, list, level);
    }
    return scalar(schema, value);
  }

  private JsonNode object(Struct struct, int level) {
    Schema schema = struct.schema();
    if (DebeziumTypes.DECIMAL.equals(schema.name())) {
      return number(DebeziumTypes.decimal(struct));
    }
    boolean said = nulls == Nulls.SAID && !SchemaNames.isOurs(schema);
    ObjectNode object = NODES.objectNode();
    for (Field field : schema.fields()) {
      Object value = struct.getWithoutDefault(field.name());
      if (value != null || said) {
        object.set(field.name(), node(field.schema(), value, level + 1));
      }
    }
    return SchemaNames.CUSTOM_FIELD.equals(schema.name()) ? retyped(object) : object;
  }

  /** A custom field with its value as the API has it, from its text and what that text was. */
  private static ObjectNode retyped(ObjectNode custom) {
    JsonNode type = custom.remove(SchemaNames.VALUE_TYPE);
    JsonNode text = custom.get("value");
    if (type != null && text != null && text.isTextual() && !type.asText().equals("string")) {
      custom.set("value", JsonInRecords.parsed(text.asText()));
    }
    return custom;
  }

  private ObjectNode object(Schema schema, Map<?, ?> map, int level) {
    ObjectNode object = NODES.objectNode();
    Schema keys = schema == null ? null : schema.keySchema();
    Schema values = schema == null ? null : schema.valueSchema();
    map.forEach(
        (key, value) -> object.set(name(keys, key, level + 1), node(values, value, level + 1)));
    return object;
  }

  /** What has no name of its own would take the place of another entry. */
  private String name(Schema schema, Object key, int level) {
    JsonNode name = node(schema, key, level);
    if (name.isNull() || name.isContainerNode()) {
      throw new DataException("a map in it has a key that is no single value");
    }
    return Numbers.text(name);
  }

  private ArrayNode array(Schema schema, List<?> list, int level) {
    ArrayNode array = NODES.arrayNode(list.size());
    Schema elements = schema == null ? null : schema.valueSchema();
    list.forEach(element -> array.add(node(elements, element, level + 1)));
    return array;
  }

  private static JsonNode scalar(Schema schema, Object value) {
    if (DebeziumTypes.isTime(schema)) {
      return DebeziumTypes.time(schema.name(), value)
          .<JsonNode>map(TextNode::valueOf)
          .orElseGet(() -> scalar(null, value));
    }
    if (value instanceof String text) {
      boolean json = schema != null && SchemaNames.JSON.equals(schema.name());
      return json ? JsonInRecords.parsed(text) : TextNode.valueOf(text);
    }
    if (value instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof Date date) {
      return TextNode.valueOf(time(schema, date));
    }
    if (value instanceof byte[] bytes) {
      return NODES.binaryNode(bytes);
    }
    if (value instanceof ByteBuffer bytes) {
      return NODES.binaryNode(copy(bytes));
    }
    throw new DataException("there is no JSON for a value of type " + value.getClass().getName());
  }

  private static JsonNode number(Number number) {
    if (number instanceof BigDecimal decimal) {
      // Bounded before the zeros of a negative scale are written out.
      return NODES.numberNode(
          decimal.scale() < 0 && Numbers.bounded(decimal) ? decimal.setScale(0) : decimal);
    }
    if (number instanceof BigInteger integer) {
      return NODES.numberNode(integer);
    }
    if (number instanceof Double || number instanceof Float) {
      if (!Double.isFinite(number.doubleValue())) {
        throw new DataException("there is no JSON for a number that is not finite");
      }
      // By its text, so that the float 0.1 does not become 0.10000000149011612.
      return NODES.numberNode(new BigDecimal(number.toString()));
    }
    return NODES.numberNode(number.longValue());
  }

  /** Connect hands over all three of its time types as a Date; only the schema tells them apart. */
  @SuppressWarnings("JavaUtilDate") // those of java.sql have no toInstant
  private static String time(Schema schema, Date date) {
    Instant instant = Instant.ofEpochMilli(date.getTime());
    return schema != null && Time.LOGICAL_NAME.equals(schema.name())
        ? DebeziumTypes.timeOfDay(instant)
        : DebeziumTypes.time(instant);
  }

  static byte[] copy(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.asReadOnlyBuffer().get(copy);
    return copy;
  }
}
