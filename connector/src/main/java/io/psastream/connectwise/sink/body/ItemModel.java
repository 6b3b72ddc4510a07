package io.psastream.connectwise.sink.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.ItemSchema.Field;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the catalogue knows of the items that an operation takes. What it does not know it says
 * nothing about: without a schema there are no problems.
 */
public final class ItemModel {

  private static final Set<String> WORDS = Set.of("true", "false");

  /**
   * The names of fields that hold a day or a time although the specification calls them text
   * (docs/connectwise-api.md section 5): {@code closedDate}, {@code dateResolved}.
   */
  private static final Pattern DATED =
      Pattern.compile(
          "date|date(?!Filter|Format)[A-Z]\\w*|\\w*[a-z]Date(UTC|Utc)?|subDateAccepted"
              + "|anniversary|birthDay");

  /** The type that such fields have here. */
  private static final String DAY = "day";

  private final Map<String, Field> fields;
  private final Function<String, Map<String, Field>> schemas;

  private ItemModel(String schema, Function<String, Map<String, Field>> schemas) {
    this.fields = schemas.apply(schema);
    this.schemas = schemas;
  }

  /** The model of an operation's items; a PATCH takes what it answers with. */
  public static ItemModel of(Operation operation, Catalog catalog) {
    Optional<String> name =
        operation.body() == BodyKind.JSON_PATCH ? operation.item() : operation.bodyItem();
    Map<String, Map<String, Field>> known = new ConcurrentHashMap<>();
    return new ItemModel(
        name.orElse(""), schema -> known.computeIfAbsent(schema, it -> fields(it, catalog)));
  }

  /** The fields of a schema by name; none where there is no such schema. */
  private static Map<String, Field> fields(String schema, Catalog catalog) {
    return catalog.schema(schema).stream()
        .flatMap(it -> it.fields().stream())
        .map(ItemModel::dated)
        .collect(Collectors.toMap(Field::name, it -> it, (a, b) -> a, LinkedHashMap::new));
  }

  private static Field dated(Field field) {
    return field.type().equals("string") && DATED.matcher(field.name()).matches()
        ? new Field(field.name(), DAY, field.array(), field.required())
        : field;
  }

  /** Whether an item has a field of this name. */
  public boolean has(String field) {
    return fields.containsKey(field);
  }

  /** Whether an item must have a field of this name. */
  public boolean requires(String field) {
    return has(field) && fields.get(field).required();
  }

  /** The fields of an item that the schema does not have, nested ones as {@code company/nmae}. */
  public List<String> unknown(JsonNode item) {
    List<String> unknown = new ArrayList<>();
    walk(item, "", fields, (path, field) -> {}, unknown::add);
    return List.copyOf(unknown);
  }

  /** What is of the wrong type, as {@code closedFlag: expected true or false, found a number}. */
  public List<String> wrong(JsonNode item) {
    List<String> wrong = new ArrayList<>();
    walk(
        item,
        "",
        fields,
        (path, found) -> mismatch(found).ifPresent(it -> wrong.add(path + ": " + it)),
        path -> {});
    return List.copyOf(wrong);
  }

  /** The fields that a create must have and the item has not. */
  public List<String> missing(JsonNode item) {
    return fields.values().stream()
        .filter(Field::required)
        .map(Field::name)
        .filter(name -> !item.hasNonNull(name))
        .toList();
  }

  /**
   * Brings the times of an item, and of what is inside it, into the API's form: UTC, whole seconds
   * (docs/connectwise-api.md section 7).
   *
   * @throws org.apache.kafka.connect.errors.DataException when one does not mean one instant for
   *     certain; the message names its field
   */
  public void convertTimes(ObjectNode item) {
    convertTimes(item, fields, "");
  }

  private void convertTimes(ObjectNode item, Map<String, Field> known, String prefix) {
    for (var property : item.properties()) {
      String path = prefix + property.getKey();
      Optional.ofNullable(known.get(property.getKey()))
          .ifPresent(field -> property.setValue(converted(property.getValue(), field, path)));
    }
  }

  /** A copy where anything inside changes: what came with the record stays as it is. */
  private JsonNode converted(JsonNode value, Field field, String path) {
    if (value.isArray()) {
      ArrayNode elements = JsonNodeFactory.instance.arrayNode(value.size());
      value.forEach(element -> elements.add(converted(element, field, path)));
      return elements;
    }
    if (value.isObject()) {
      ObjectNode inside = JsonNodeFactory.instance.objectNode().setAll((ObjectNode) value);
      convertTimes(inside, schemas.apply(field.type()), path + "/");
      if (field.name().equals(CustomFieldMerge.NAME) && inside.has("value")) {
        inside.set("value", CustomFieldMerge.value(inside, inside.get("value")));
      }
      return inside;
    }
    return switch (field.type()) {
      case "datetime" -> ApiTimes.of(value, path);
      case DAY -> ApiTimes.isDay(value) ? value : ApiTimes.of(value, path);
      default -> value;
    };
  }

  /** A value and what it is to be. */
  private record Found(Field field, JsonNode value, boolean object) {}

  private void walk(
      JsonNode item,
      String prefix,
      Map<String, Field> shape,
      BiConsumer<String, Found> known,
      Consumer<String> unknown) {
    if (shape.isEmpty() || !item.isObject()) {
      return;
    }
    for (var property : item.properties()) {
      String path = prefix + property.getKey();
      Field field = shape.get(property.getKey());
      if (field == null) {
        unknown.accept(path);
        continue;
      }
      Map<String, Field> nested = schemas.apply(field.type());
      known.accept(path, new Found(field, property.getValue(), !nested.isEmpty()));
      for (JsonNode each : each(property.getValue())) {
        walk(each, path + "/", nested, known, unknown);
      }
    }
  }

  private static Iterable<JsonNode> each(JsonNode value) {
    return value.isArray() ? value : List.of(value);
  }

  private static Optional<String> mismatch(Found found) {
    if (found.value().isNull()) {
      return Optional.empty();
    }
    if (found.field().array() && !found.value().isArray()) {
      return Optional.of("expected an array, found " + kind(found.value()));
    }
    for (JsonNode value : found.field().array() ? found.value() : List.of(found.value())) {
      if (!fits(found, value)) {
        return Optional.of("expected " + words(found) + ", found " + kind(value));
      }
    }
    return Optional.empty();
  }

  private static boolean fits(Found found, JsonNode value) {
    return switch (found.field().type()) {
      case "string" -> value.isValueNode();
      case "boolean" ->
          value.isBoolean()
              || (value.isTextual()
                  && WORDS.contains(value.asText().strip().toLowerCase(Locale.ROOT)));
      case "integer", "long" ->
          value.isValueNode() && value.asText().strip().matches("-?\\d+(\\.0+)?");
      case "number" ->
          value.isValueNode() && value.asText().strip().matches("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");
      case "datetime", DAY -> value.isTextual() && !value.asText().isBlank(); // it was converted
      case "object" -> true;
      case "map" -> value.isObject();
      default -> !found.object() || value.isObject();
    };
  }

  private static String words(Found found) {
    return switch (found.field().type()) {
      case "string" -> "text";
      case "boolean" -> "true or false";
      case "integer", "long" -> "a whole number";
      case "number" -> "a number";
      case "datetime", DAY -> "a time such as 2026-01-31T12:00:00Z";
      default -> "an object";
    };
  }

  /** What a value is, in words, for messages. */
  public static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT, POJO -> "an object";
      case STRING, BINARY -> "text";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case NULL, MISSING -> "nothing";
    };
  }
}
