package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.config.Problems;
import io.psastream.connectwise.source.config.ValueFormat.Flattened;
import io.psastream.connectwise.source.config.ValueFormat.FlattenedType;
import io.psastream.connectwise.source.config.ValueFormat.SchemaMode;
import io.psastream.connectwise.source.config.ValueFormat.Unknown;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads from parsed values what the values of a query's records are. */
final class ValueParser {

  private final Map<String, ?> values;
  private final Catalog catalog;
  private final Problems problems;
  private final String alias;

  ValueParser(Map<String, ?> values, Catalog catalog, Problems problems, String alias) {
    this.values = values;
    this.catalog = catalog;
    this.problems = problems;
    this.alias = alias;
  }

  ValueFormat values(Operation operation) {
    SchemaMode mode = SchemaMode.valueOf(word(ValueKeys.SCHEMA_MODE));
    Unknown unknown = Unknown.valueOf(word(ValueKeys.UNKNOWN_FIELDS));
    if (mode == SchemaMode.TYPED && unknown != Unknown.COLLECT && nothingKnown(operation)) {
      problems.add(
          key(ValueKeys.UNKNOWN_FIELDS),
          "the catalogue knows no field of what "
              + operation.id()
              + " returns; leave it at collect, or set schema.mode to json or none");
    }
    return new ValueFormat(
        mode, unknown, word(ValueKeys.TIMESTAMP_FORMAT).equals("TIMESTAMP"), flattened());
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
    List<?> captions = (List<?>) values.get(key(ValueKeys.CAPTIONS));
    boolean flatten = word(ValueKeys.CUSTOM_FIELDS).equals("FLATTEN");
    if (flatten && captions.isEmpty()) {
      problems.add(
          key(ValueKeys.CAPTIONS), "is empty; name the custom fields to flatten by their captions");
    } else if (!flatten && !captions.isEmpty()) {
      problems.add(
          key(ValueKeys.CAPTIONS), "has no effect without " + ValueKeys.CUSTOM_FIELDS + "=flatten");
    }
    List<Flattened> flattened = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Object each : captions) {
      Flattened field = flattened((String) each);
      flattened.add(field);
      if (!names.add(field.caption().replaceAll("[^A-Za-z0-9_]", "_"))) {
        problems.add(
            key(ValueKeys.CAPTIONS), "gives two fields the same name: \"" + field.caption() + "\"");
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

  /** The word of an enumeration, in upper case. */
  private String word(String name) {
    return String.valueOf(values.get(key(name))).toUpperCase(Locale.ROOT);
  }

  private String key(String name) {
    return SourceConfig.ALIASES.key(alias, name);
  }
}
