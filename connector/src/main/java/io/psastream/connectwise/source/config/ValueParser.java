package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.source.config.ValueFormat.Flattened;
import io.psastream.connectwise.source.config.ValueFormat.FlattenedType;
import io.psastream.connectwise.source.config.ValueFormat.SchemaMode;
import io.psastream.connectwise.source.config.ValueFormat.Unknown;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads from parsed values what the values of a query's records are. */
final class ValueParser {

  private final AliasValues values;
  private final Catalog catalog;

  ValueParser(AliasValues values, Catalog catalog) {
    this.values = values;
    this.catalog = catalog;
  }

  ValueFormat values(Operation operation) {
    SchemaMode mode = values.choice(SchemaMode.class, ValueKeys.SCHEMA_MODE);
    Unknown unknown = values.choice(Unknown.class, ValueKeys.UNKNOWN_FIELDS);
    if (mode == SchemaMode.TYPED && unknown != Unknown.COLLECT && nothingKnown(operation)) {
      values.problem(
          ValueKeys.UNKNOWN_FIELDS,
          "the catalogue knows no field of what "
              + operation.id()
              + " returns; leave it at collect, or set schema.mode to json or none");
    }
    return new ValueFormat(
        mode, unknown, values.is(ValueKeys.TIMESTAMP_FORMAT, "timestamp"), flattened());
  }

  private boolean nothingKnown(Operation operation) {
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

  private List<Flattened> flattened() {
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
    for (String each : captions) {
      Flattened field = flattened(each);
      flattened.add(field);
      if (!names.add(field.caption().replaceAll("[^A-Za-z0-9_]", "_"))) {
        values.problem(
            ValueKeys.CAPTIONS, "gives two fields the same name: \"" + field.caption() + "\"");
      }
    }
    return List.copyOf(flattened);
  }

  private static Flattened flattened(String text) {
    for (FlattenedType type : FlattenedType.values()) {
      String suffix = ":" + type.name().toLowerCase(Locale.ROOT);
      if (text.toLowerCase(Locale.ROOT).endsWith(suffix)) {
        return new Flattened(text.substring(0, text.length() - suffix.length()).strip(), type);
      }
    }
    return new Flattened(text.strip(), FlattenedType.TEXT);
  }
}
