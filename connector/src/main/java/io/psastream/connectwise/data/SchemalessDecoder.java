package io.psastream.connectwise.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ValueDecoder;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads items into what Connect takes without a schema: maps, lists, strings, longs, doubles and
 * booleans, as they stand in the JSON. Whole numbers are always longs, so that a field does not
 * change its type with its size; NUL characters, which no other store accepts, are dropped (P28).
 */
public final class SchemalessDecoder implements ValueDecoder<Item> {

  private final LastUpdated times;

  public SchemalessDecoder(LastUpdated times) {
    this.times = times;
  }

  @Override
  public Item decode(JsonParser parser) throws IOException {
    Object content = value(parser);
    if (content instanceof Map<?, ?> fields) {
      Map<?, ?> info = fields.get("_info") instanceof Map<?, ?> map ? map : Map.of();
      return new Item(
          id(fields.get("id")),
          times.in(info.get("lastUpdated")),
          info.get("updatedBy") instanceof String member ? Optional.of(member) : Optional.empty(),
          Map.of(),
          content);
    }
    return new Item(OptionalLong.empty(), Optional.empty(), content);
  }

  private static OptionalLong id(Object id) {
    return id instanceof Long number ? OptionalLong.of(number) : OptionalLong.empty();
  }

  /** The value on whose first token the parser stands. */
  static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> decimal(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> clean(parser.getText());
    };
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, value(parser));
    }
    return fields;
  }

  private static List<Object> array(JsonParser parser) throws IOException {
    List<Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(parser));
    }
    return elements;
  }

  /** A long; digits that no long holds are kept as text rather than rounded. */
  private static Object integer(JsonParser parser) throws IOException {
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      BigInteger number = parser.getBigIntegerValue();
      return number.toString();
    }
    return parser.getLongValue();
  }

  /** A double; digits that no double holds are kept as text rather than rounded. */
  private static Object decimal(JsonParser parser) throws IOException {
    Double number = Numbers.float64(parser);
    return number == null ? parser.getText() : number;
  }

  /** The number on which the parser stands; empty when it is too large for an id. */
  static OptionalLong longValue(JsonParser parser) throws IOException {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? OptionalLong.empty()
        : OptionalLong.of(parser.getLongValue());
  }

  private static String clean(String text) {
    return text.indexOf('\0') < 0 ? text : text.replace("\0", "");
  }
}
