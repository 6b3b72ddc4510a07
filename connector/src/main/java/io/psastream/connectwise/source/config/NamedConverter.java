package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.config.Problems;
import io.psastream.connectwise.source.config.ValueFormat.SchemaMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a converter of the connector's configuration can write as a value or a key. The converters
 * of the worker, which apply where the connector names none, are not known to a connector; a task
 * finds out about the one that writes nonsense ({@code ConverterCheck}).
 */
enum NamedConverter {
  /** StringConverter, which writes other values than strings by their toString(). */
  STRING("StringConverter"),
  /** ByteArrayConverter, which takes nothing but bytes. */
  BYTES("ByteArrayConverter"),
  /** JsonConverter, which writes a string as one, in quotes. */
  JSON("JsonConverter"),
  /** Any other. */
  ANY(""),
  /** The worker's. */
  UNKNOWN("");

  private static final String OF_VALUES = "value.converter";
  private static final String OF_KEYS = "key.converter";

  private final String name;

  NamedConverter(String name) {
    this.name = name;
  }

  /** The converter of the values of a configuration. */
  static NamedConverter ofValues(Map<String, String> properties) {
    return of(properties, OF_VALUES);
  }

  /** A converter, given as Connect takes it: by class or by the end of its name. */
  private static NamedConverter of(Map<String, String> properties, String key) {
    String named = properties.getOrDefault(key, "").strip();
    String simple = named.substring(named.lastIndexOf('.') + 1);
    if (named.isEmpty()) {
      return UNKNOWN;
    }
    for (NamedConverter each : List.of(STRING, BYTES, JSON)) {
      if (simple.equals(each.name) || (simple + "Converter").equals(each.name)) {
        return each;
      }
    }
    return ANY;
  }

  /**
   * Reports queries whose values or keys the converters cannot write, unless transformations may
   * change them.
   */
  static void check(Map<String, String> properties, List<Query> queries, Problems problems) {
    if (!properties.getOrDefault("transforms", "").isBlank()) {
      return;
    }
    NamedConverter values = ofValues(properties);
    NamedConverter keys = of(properties, OF_KEYS);
    for (Query query : queries) {
      String alias = query.alias();
      values
          .refusalOfValues(query)
          .ifPresent(
              it -> problems.add(SourceConfig.ALIASES.key(alias, ValueFormat.SCHEMA_MODE), it));
      keys.refusalOfKeys(query)
          .ifPresent(it -> problems.add(SourceConfig.ALIASES.key(alias, QueryKeys.KEY_FIELDS), it));
    }
  }

  /** What to change about the converter of the values, although it works or may work. */
  static Optional<String> advice(Map<String, String> properties) {
    String schemas = properties.getOrDefault(OF_VALUES + ".schemas.enable", "true").strip();
    return switch (ofValues(properties)) {
      case UNKNOWN ->
          Optional.of(
              OF_VALUES
                  + " is not set, so that of the worker applies, which a connector cannot see. Set"
                  + " it here: org.apache.kafka.connect.json.JsonConverter with "
                  + OF_VALUES
                  + ".schemas.enable=false for schema.mode=none, an Avro, Protobuf or JSON Schema"
                  + " converter for typed, org.apache.kafka.connect.storage.StringConverter for"
                  + " json.");
      case JSON ->
          schemas.equalsIgnoreCase("false")
              ? Optional.empty()
              : Optional.of(
                  OF_VALUES
                      + ".schemas.enable is not false: each record carries its whole schema, some 20"
                      + " KB for a ticket with schema.mode=typed. Set it to false where no consumer"
                      + " needs the schema.");
      case STRING, BYTES, ANY -> Optional.empty();
    };
  }

  private Optional<String> refusalOfValues(Query query) {
    AnswerKind answer = query.operation().answer();
    boolean file = answer == AnswerKind.BINARY || answer == AnswerKind.HTML;
    boolean json = query.values().mode() == SchemaMode.JSON;
    return switch (this) {
      case STRING -> {
        if (file) {
          yield Optional.of(
              query.operation().id()
                  + " gives files, whose bytes a StringConverter cannot write; set "
                  + OF_VALUES
                  + " to org.apache.kafka.connect.converters.ByteArrayConverter");
        }
        yield json
            ? Optional.empty()
            : Optional.of(
                "must be json for the StringConverter of "
                    + OF_VALUES
                    + ", which turns anything but a string into text that is no JSON");
      }
      case BYTES ->
          json || file
              ? Optional.empty()
              : Optional.of(
                  "must be json for the ByteArrayConverter of "
                      + OF_VALUES
                      + ", which takes nothing but bytes");
      case JSON ->
          json && !file
              ? Optional.of(
                  "must be none or typed for the JsonConverter of "
                      + OF_VALUES
                      + ", which would write each item's JSON as one string in quotes; or set "
                      + OF_VALUES
                      + " to org.apache.kafka.connect.storage.StringConverter")
              : Optional.empty();
      case UNKNOWN ->
          file
              ? Optional.of(
                  query.operation().id()
                      + " gives files, and a connector cannot see whether the worker's converter"
                      + " takes bytes; set "
                      + OF_VALUES
                      + " to org.apache.kafka.connect.converters.ByteArrayConverter, or to"
                      + " org.apache.kafka.connect.json.JsonConverter for base64 in JSON")
              : Optional.empty();
      case ANY -> Optional.empty();
    };
  }

  /** A key is the id, the field of {@code key.fields}, or several in a map or struct. */
  private Optional<String> refusalOfKeys(Query query) {
    int fields = query.keyFields().size();
    boolean several = fields > 1 || (fields == 0 && query.parent().isPresent());
    boolean none = fields == 0 && query.parent().isEmpty() && !query.operation().traits().id();
    return switch (this) {
      case STRING ->
          several
              ? Optional.of(
                  "must be one field, such as id, for the StringConverter of "
                      + OF_KEYS
                      + ", which turns a key of several (of a child, its parent's id and its own)"
                      + " into text that is no JSON; or set "
                      + OF_KEYS
                      + " to org.apache.kafka.connect.json.JsonConverter and "
                      + OF_KEYS
                      + ".schemas.enable to false")
              : Optional.empty();
      case BYTES ->
          none
              ? Optional.empty()
              : Optional.of(
                  "gives keys that are no bytes, and the ByteArrayConverter of "
                      + OF_KEYS
                      + " takes nothing else; set it to"
                      + " org.apache.kafka.connect.json.JsonConverter, with "
                      + OF_KEYS
                      + ".schemas.enable=false");
      case JSON, ANY, UNKNOWN -> Optional.empty();
    };
  }
}
