package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.data.typed.TypedForm;
import io.psastream.connectwise.data.typed.TypedForm.Flattened;
import io.psastream.connectwise.data.typed.TypedForm.FlattenedType;
import io.psastream.connectwise.data.typed.TypedForm.Unknown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The form of the values of a query's records.
 *
 * @param typed what typed values look like; has no effect in the other modes
 */
public record ValueFormat(SchemaMode mode, TypedForm typed) {

  /** The form of a value. */
  public enum SchemaMode {
    /** A Struct with the schema of the catalogue. */
    TYPED,
    /** A string: the item's JSON as it came. */
    JSON,
    /** Maps, lists and scalars, without a schema. */
    NONE
  }

  /** Reads the form of the values of a query that runs an operation with options. */
  static ValueFormat of(AliasValues values, Operation operation, Options options, Catalog catalog) {
    SchemaMode mode = values.choice(SchemaMode.class, ValueKeys.SCHEMA_MODE);
    Unknown unknown = values.choice(Unknown.class, ValueKeys.UNKNOWN_FIELDS);
    if (mode == SchemaMode.TYPED
        && unknown != Unknown.COLLECT
        && nothingKnown(operation, catalog)) {
      values.problem(
          ValueKeys.UNKNOWN_FIELDS,
          "the catalogue knows no field of what "
              + operation.id()
              + " returns; leave it at collect, or set schema.mode to json or none");
    }
    boolean timestamps = values.is(ValueKeys.TIMESTAMP_FORMAT, "timestamp");
    return new ValueFormat(
        mode, new TypedForm(unknown, timestamps, flattened(values), fields(options)));
  }

  private static boolean nothingKnown(Operation operation, Catalog catalog) {
    return switch (operation.answer()) {
      case LIST, SINGLE, COUNT ->
          operation
              .item()
              .flatMap(catalog::schema)
              .filter(item -> !item.fields().isEmpty())
              .isEmpty();
      case REPORT, BLANK, BINARY, HTML -> false;
    };
  }

  private static List<Flattened> flattened(AliasValues values) {
    List<String> captions = values.list(ValueKeys.CAPTIONS);
    boolean flatten = values.is(ValueKeys.CUSTOM_FIELDS, "flatten");
    if (flatten && captions.isEmpty()) {
      values.problem(
          ValueKeys.CAPTIONS, "is empty; name the custom fields to flatten by their captions");
    } else if (!flatten && !captions.isEmpty()) {
      values.problem(
          ValueKeys.CAPTIONS, "has no effect without " + ValueKeys.CUSTOM_FIELDS + "=flatten");
    }
    List<Flattened> flattened = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String text : captions) {
      int colon = text.lastIndexOf(':');
      Optional<FlattenedType> type =
          colon < 0 ? Optional.empty() : flattenedType(text.substring(colon + 1));
      String caption = (type.isPresent() ? text.substring(0, colon) : text).strip();
      Flattened field = Flattened.of(caption, type.orElse(FlattenedType.TEXT));
      flattened.add(field);
      if (!names.add(field.name())) {
        values.problem(ValueKeys.CAPTIONS, "gives two fields the same name: \"" + caption + "\"");
      }
    }
    return List.copyOf(flattened);
  }

  private static Optional<FlattenedType> flattenedType(String word) {
    return Arrays.stream(FlattenedType.values())
        .filter(type -> type.name().equalsIgnoreCase(word))
        .findAny();
  }

  /** The fields that the options ask for; empty for all. */
  private static Optional<String> fields(Options options) {
    return options.query().entrySet().stream()
        .filter(option -> option.getKey().equalsIgnoreCase("fields"))
        .map(Map.Entry::getValue)
        .filter(fields -> !fields.isBlank())
        .findAny();
  }
}
