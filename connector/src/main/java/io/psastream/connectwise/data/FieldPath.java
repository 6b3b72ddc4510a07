package io.psastream.connectwise.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/** The way to a field of an item, such as {@code company/id}, whatever form the item has. */
public final class FieldPath {

  private static final JsonFactory JSON =
      JsonFactory.builder().configure(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS, true).build();

  private final List<String> names;

  /** A parser of JSON text. */
  private interface Text {
    JsonParser open() throws IOException;
  }

  private FieldPath(List<String> names) {
    this.names = names;
  }

  /** Reads a path whose names are separated by slashes. */
  public static FieldPath of(String path) {
    return new FieldPath(List.of(path.split("/", -1)));
  }

  /** The value there, in the form of schemaless items; empty where there is none. */
  public Optional<Object> in(Object content) {
    if (content instanceof JsonText json) {
      return inText(() -> JSON.createParser(json.utf8()));
    }
    if (content instanceof String text) {
      return inText(() -> JSON.createParser(text));
    }
    Object at = content;
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (at instanceof Struct struct && i + 1 < names.size() && isJson(struct, name)) {
        return new FieldPath(names.subList(i + 1, names.size())).in(struct.get(name));
      }
      at = at instanceof Struct struct ? field(struct, name) : entry(at, name);
    }
    return Optional.ofNullable(at instanceof Date time ? time.toInstant().toString() : at);
  }

  /**
   * The schema of what {@link #in(Object)} gives for items of this schema; that of a text where
   * there is no such field.
   */
  public Schema in(Schema item) {
    Schema at = item;
    for (String name : names) {
      at = below(at, name);
    }
    return at == null || Timestamp.LOGICAL_NAME.equals(at.name())
        ? Schema.OPTIONAL_STRING_SCHEMA
        : at;
  }

  private static Schema below(Schema schema, String name) {
    if (schema == null || schema.type() == Schema.Type.MAP) {
      return schema == null ? null : schema.valueSchema();
    }
    boolean known = schema.type() == Schema.Type.STRUCT && schema.field(name) != null;
    return known ? schema.field(name).schema() : null;
  }

  private static boolean isJson(Struct struct, String name) {
    Field field = struct.schema().field(name);
    return field != null && SchemaNames.JSON.equals(field.schema().name());
  }

  private static Object field(Struct struct, String name) {
    return struct.schema().field(name) == null ? null : struct.get(name);
  }

  private static Object entry(Object content, String name) {
    return content instanceof Map<?, ?> fields ? fields.get(name) : null;
  }

  private Optional<Object> inText(Text text) {
    try (JsonParser parser = text.open()) {
      parser.nextToken();
      for (String name : names) {
        if (!enter(parser, name)) {
          return Optional.empty();
        }
      }
      return Optional.ofNullable(SchemalessDecoder.value(parser));
    } catch (JsonProcessingException e) {
      return Optional.empty(); // a text that is no JSON has no fields
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Moves from an object to the value of its field. */
  private static boolean enter(JsonParser parser, String name) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return false;
    }
    for (String at = parser.nextFieldName(); at != null; at = parser.nextFieldName()) {
      parser.nextToken();
      if (at.equals(name)) {
        return true;
      }
      parser.skipChildren();
    }
    return false;
  }
}
