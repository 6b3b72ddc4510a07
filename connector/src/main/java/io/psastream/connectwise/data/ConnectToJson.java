package io.psastream.connectwise.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
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
 * <p>A field of a Struct that is null is left out, because a Struct has no other way to say that a
 * field is not there; in maps and in JSON text a null stands. Nothing of a value appears in the
 * message of an exception.
 */
public final class ConnectToJson {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter TIME_OF_DAY =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

  private ConnectToJson() {}

  /**
   * The JSON of a whole key or value. Text and bytes that begin like a JSON object or array are
   * read as JSON; other text stands for itself.
   *
   * @param schema the Connect schema, or null for none
   * @param value the Connect value, or null
   * @throws DataException when there is no JSON for it
   */
  public static JsonNode document(Schema schema, Object value) {
    if (value instanceof String text) {
      return parsedOrText(text);
    }
    if (value instanceof byte[] bytes) {
      return parsedOrBytes(ByteBuffer.wrap(bytes));
    }
    if (value instanceof ByteBuffer bytes) {
      return parsedOrBytes(bytes);
    }
    return node(schema, value);
  }

  private static JsonNode parsedOrBytes(ByteBuffer bytes) {
    try {
      return parsedOrText(
          StandardCharsets.UTF_8.newDecoder().decode(bytes.asReadOnlyBuffer()).toString());
    } catch (CharacterCodingException e) {
      // Not text at all, such as a key that is a binary number: still good for an identity.
      return NODES.binaryNode(copy(bytes));
    }
  }

  private static JsonNode parsedOrText(String text) {
    String start = text.stripLeading();
    return start.startsWith("{") || start.startsWith("[") ? parsed(text) : TextNode.valueOf(text);
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      // The parser's own message quotes the content.
      throw new DataException(
          "not valid JSON at line %d, column %d"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    }
  }

  private static JsonNode node(Schema schema, Object value) {
    if (value == null) {
      return NullNode.getInstance();
    }
    if (value instanceof Struct struct) {
      return object(struct);
    }
    if (value instanceof Map<?, ?> map) {
      return object(schema, map);
    }
    if (value instanceof List<?> list) {
      return array(schema, list);
    }
    return scalar(schema, value);
  }

  private static ObjectNode object(Struct struct) {
    ObjectNode object = NODES.objectNode();
    for (Field field : struct.schema().fields()) {
      Object value = struct.get(field);
      if (value != null) {
        object.set(field.name(), node(field.schema(), value));
      }
    }
    return SchemaNames.CUSTOM_FIELD.equals(struct.schema().name()) ? retyped(object) : object;
  }

  /** A custom field with its value as the API has it, from its text and what that text was. */
  private static ObjectNode retyped(ObjectNode custom) {
    JsonNode type = custom.remove(SchemaNames.VALUE_TYPE);
    JsonNode text = custom.get("value");
    if (type != null && text != null && text.isTextual() && !type.asText().equals("string")) {
      custom.set("value", parsed(text.asText()));
    }
    return custom;
  }

  private static ObjectNode object(Schema schema, Map<?, ?> map) {
    ObjectNode object = NODES.objectNode();
    Schema keys = schema == null ? null : schema.keySchema();
    Schema values = schema == null ? null : schema.valueSchema();
    map.forEach((key, value) -> object.set(node(keys, key).asText(), node(values, value)));
    return object;
  }

  private static ArrayNode array(Schema schema, List<?> list) {
    ArrayNode array = NODES.arrayNode(list.size());
    Schema elements = schema == null ? null : schema.valueSchema();
    list.forEach(element -> array.add(node(elements, element)));
    return array;
  }

  private static JsonNode scalar(Schema schema, Object value) {
    if (value instanceof String text) {
      boolean json = schema != null && SchemaNames.JSON.equals(schema.name());
      return json ? parsed(text) : TextNode.valueOf(text);
    }
    if (value instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof Date date) {
      return TextNode.valueOf(time(schema, date.toInstant()));
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
      return NODES.numberNode(decimal.scale() < 0 ? decimal.setScale(0) : decimal);
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
  private static String time(Schema schema, Instant instant) {
    return schema != null && Time.LOGICAL_NAME.equals(schema.name())
        ? TIME_OF_DAY.format(instant)
        : SECONDS.format(instant.truncatedTo(ChronoUnit.SECONDS));
  }

  private static byte[] copy(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.asReadOnlyBuffer().get(copy);
    return copy;
  }
}
