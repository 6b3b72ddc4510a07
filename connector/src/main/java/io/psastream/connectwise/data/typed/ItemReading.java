package io.psastream.connectwise.data.typed;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.psastream.connectwise.data.Numbers;
import io.psastream.connectwise.data.Timestamps;
import io.psastream.connectwise.data.typed.Shape.Elements;
import io.psastream.connectwise.data.typed.Shape.Fields;
import io.psastream.connectwise.data.typed.Shape.Scalar;
import io.psastream.connectwise.data.typed.Shape.Slot;
import io.psastream.connectwise.data.typed.Shape.Tagged;
import io.psastream.connectwise.data.typed.Shape.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;

/**
 * The reading of one item. Every method takes the parser on the first token of a value and leaves
 * it on its last; a value that does not fit goes to {@link Extra}, and what it was meant for is
 * null.
 */
final class ItemReading {

  private final JsonParser parser;
  private final Extra extra;

  ItemReading(JsonParser parser, Extra extra) {
    this.parser = parser;
    this.extra = extra;
  }

  /** An item that is an object. */
  Struct item(Fields shape, CustomFieldFlattener customFields) throws IOException {
    Struct item = new Struct(shape.schema());
    struct(item, shape);
    customFields.flatten(item);
    extra.putInto(item);
    return item;
  }

  /** An item that is none, as the catalogue has it. */
  Struct noObject(Fields shape) throws IOException {
    Struct item = new Struct(shape.schema());
    extra.take();
    extra.putInto(item);
    return item;
  }

  private void put(Struct struct, Slot slot) throws IOException {
    if (slot.shape() instanceof Tagged tagged) {
      tagged(struct, slot, tagged);
      return;
    }
    Object value = begin(slot.shape());
    if (value != null) {
      struct.put(slot.field(), value);
      fill(slot.shape(), value);
    }
  }

  /**
   * A scalar; or a struct, list or map that is empty, to be filled when it is where it belongs.
   * Connect checks what is put into a Struct with all that is in it, which would check each value
   * once for every level above it.
   */
  private Object begin(Shape shape) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    Object value = null;
    if (shape instanceof Scalar scalar) {
      value = scalar == Scalar.JSON ? extra.text() : scalar(scalar, token);
    } else if (shape instanceof Fields fields && token == JsonToken.START_OBJECT) {
      value = new Struct(fields.schema());
    } else if (shape instanceof Elements && token == JsonToken.START_ARRAY) {
      value = new ArrayList<>();
    } else if (shape instanceof Texts && token == JsonToken.START_OBJECT) {
      value = new LinkedHashMap<>();
    }
    if (value == null) {
      extra.take();
    }
    return value;
  }

  /** Fills what {@link #begin} made for the shape. */
  @SuppressWarnings("unchecked")
  private void fill(Shape shape, Object begun) throws IOException {
    if (shape instanceof Fields fields) {
      struct((Struct) begun, fields);
    } else if (shape instanceof Elements elements) {
      elements((List<Object>) begun, elements.element());
    } else if (shape instanceof Texts) {
      texts((Map<String, String>) begun);
    }
  }

  private void struct(Struct struct, Fields shape) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      Slot slot = shape.slots().get(name);
      if (slot == null) {
        extra.take();
      } else {
        put(struct, slot);
      }
    }
  }

  private void elements(List<Object> elements, Shape shape) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      Object element = begin(shape);
      elements.add(element);
      if (element != null) {
        fill(shape, element);
      }
    }
  }

  private void texts(Map<String, String> texts) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      switch (parser.nextToken()) {
        case VALUE_STRING -> texts.put(name, clean(parser.getText()));
        case VALUE_NULL -> texts.put(name, null);
        default -> extra.take();
      }
    }
  }

  /** The text of a value of any type, and its type beside it. */
  private void tagged(Struct struct, Slot slot, Tagged tagged) throws IOException {
    String type =
        switch (parser.currentToken()) {
          case VALUE_NULL -> null;
          case VALUE_STRING -> "string";
          case VALUE_TRUE, VALUE_FALSE -> "boolean";
          case START_OBJECT -> "object";
          case START_ARRAY -> "array";
          default -> "number";
        };
    if (type != null) {
      struct.put(tagged.type(), type);
      struct.put(slot.field(), type.equals("string") ? clean(parser.getText()) : extra.text());
    }
  }

  /** Null where the value does not fit. */
  private Object scalar(Scalar scalar, JsonToken token) throws IOException {
    return switch (scalar) {
      case TEXT -> token == JsonToken.VALUE_STRING ? clean(parser.getText()) : null;
      case FLAG -> token.isBoolean() ? token == JsonToken.VALUE_TRUE : null;
      case TIME ->
          token == JsonToken.VALUE_STRING
              ? Timestamps.exactMillis(parser.getText()).map(Date::from).orElse(null)
              : null;
      case INT32 -> token.isNumeric() ? Numbers.int32(parser) : null;
      case INT64 -> token.isNumeric() ? Numbers.int64(parser) : null;
      case FLOAT64 -> token.isNumeric() ? Numbers.float64(parser) : null;
      case JSON -> throw new IllegalArgumentException("any value fits");
    };
  }

  private static String clean(String text) {
    return text.indexOf('\0') < 0 ? text : text.replace("\0", "");
  }
}
