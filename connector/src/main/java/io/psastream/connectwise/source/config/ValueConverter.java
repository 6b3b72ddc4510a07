package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.config.Problems;
import io.psastream.connectwise.source.config.ValueFormat.SchemaMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the value converter of the connector's configuration can write. The converter of the worker,
 * which applies where the connector names none, is not known to a connector.
 */
enum ValueConverter {
  /** StringConverter, which writes other values than strings by their toString(). */
  STRING("StringConverter"),
  /** ByteArrayConverter, which takes nothing but bytes. */
  BYTES("ByteArrayConverter"),
  /** Any other, or none that is known. */
  ANY("");

  private static final String KEY = "value.converter";

  private final String name;

  ValueConverter(String name) {
    this.name = name;
  }

  /**
   * The converter of a configuration, given as Connect takes it: by class or by the end of its
   * name.
   */
  static ValueConverter of(Map<String, String> properties) {
    String named = properties.getOrDefault(KEY, "").strip();
    String simple = named.substring(named.lastIndexOf('.') + 1);
    for (ValueConverter each : List.of(STRING, BYTES)) {
      if (simple.equals(each.name) || (simple + "Converter").equals(each.name)) {
        return each;
      }
    }
    return ANY;
  }

  /**
   * Reports queries whose values the converter cannot write, unless transformations may change
   * them.
   */
  static void check(Map<String, String> properties, List<Query> queries, Problems problems) {
    if (!properties.getOrDefault("transforms", "").isBlank()) {
      return;
    }
    ValueConverter converter = of(properties);
    for (Query query : queries) {
      converter
          .refusal(query)
          .ifPresent(
              problem ->
                  problems.add(
                      SourceConfig.ALIASES.key(query.alias(), ValueFormat.SCHEMA_MODE), problem));
    }
  }

  private Optional<String> refusal(Query query) {
    AnswerKind answer = query.operation().answer();
    boolean file = answer == AnswerKind.BINARY || answer == AnswerKind.HTML;
    boolean json = query.values().mode() == SchemaMode.JSON;
    return switch (this) {
      case STRING -> {
        if (file) {
          yield Optional.of(
              query.operation().id()
                  + " gives files, whose bytes a StringConverter cannot write; set "
                  + KEY
                  + " to org.apache.kafka.connect.converters.ByteArrayConverter");
        }
        yield json
            ? Optional.empty()
            : Optional.of(
                "must be json for the StringConverter of "
                    + KEY
                    + ", which turns anything but a string into text that is no JSON");
      }
      case BYTES ->
          json || file
              ? Optional.empty()
              : Optional.of(
                  "must be json for the ByteArrayConverter of "
                      + KEY
                      + ", which takes nothing but bytes");
      case ANY -> Optional.empty();
    };
  }
}
