package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.ItemSchema;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.config.Key;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.data.typed.TypedForm;
import io.psastream.connectwise.data.typed.TypedForm.Flattened;
import io.psastream.connectwise.data.typed.TypedForm.FlattenedType;
import io.psastream.connectwise.data.typed.TypedForm.InfoFormat;
import io.psastream.connectwise.data.typed.TypedForm.Unknown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * The form of the values of a query's records, and what their timestamps say.
 *
 * @param typed what typed values look like; has no effect in the other modes
 */
public record ValueFormat(SchemaMode mode, TypedForm typed, RecordTimestamp timestamp) {

  static final String SCHEMA_MODE = "schema.mode";
  static final String UNKNOWN_FIELDS = "unknown.fields";
  static final String TIMESTAMP_FORMAT = "timestamp.format";
  static final String INFO_FORMAT = "info.format";
  static final String CUSTOM_FIELDS = "custom.fields";
  static final String CAPTIONS = "custom.fields.captions";
  public static final String RECORD_TIMESTAMP = "record.timestamp";

  static final List<Key> KEYS =
      List.of(
          Key.of(
                  SCHEMA_MODE,
                  Type.STRING,
                  "typed",
                  "What the value of a record is. typed: a struct with the schema that the catalogue"
                      + " has of the item, for converters that write schemas (Avro, Protobuf, JSON"
                      + " Schema, JSON) and the sinks that need them. json: a string, the JSON of the"
                      + " item exactly as ConnectWise sent it, escaped NUL characters included, to be"
                      + " used with StringConverter; where value.converter names ByteArrayConverter in"
                      + " this configuration, the same text as bytes, which is the fastest. none:"
                      + " maps, lists and scalars without a schema, for JsonConverter with"
                      + " schemas.enable=false. Files are bytes in all of them.")
              .decides(UNKNOWN_FIELDS, TIMESTAMP_FORMAT, CUSTOM_FIELDS)
              .display("Schema mode")
              .importance(Importance.HIGH)
              .oneOf(List.of("typed", "json", "none")),
          Key.of(
                  UNKNOWN_FIELDS,
                  Type.STRING,
                  "collect",
                  "What becomes of a field that the catalogue does not know, and of a value that does"
                      + " not fit the type that the catalogue says, where values are typed. collect:"
                      + " its JSON text goes into the map _extra, under its path, such as"
                      + " company/identifier. drop: it is left out. fail: the task stops; for those who"
                      + " would rather look at each change of the API first.")
              .display("Unknown fields")
              .oneOf(List.of("collect", "drop", "fail")),
          Key.of(
                  TIMESTAMP_FORMAT,
                  Type.STRING,
                  "timestamp",
                  "How the times of typed values are given. timestamp: as Connect's Timestamp, which"
                      + " Avro has as timestamp-millis and databases as a column of that type. text:"
                      + " as they came, 2026-01-31T12:00:00Z; for JsonConverter, which writes"
                      + " timestamps as a number of milliseconds. Those in _info are text in both.")
              .display("Timestamp format")
              .oneOf(List.of("timestamp", "text")),
          Key.of(
                  INFO_FORMAT,
                  Type.STRING,
                  "map",
                  "How _info of typed values is given, that of the item and those of its references,"
                      + " and with it whether typed values have maps at all, which Flatten and the"
                      + " sinks of databases refuse. map: as a map of strings, as _extra and the cells"
                      + " of reports are. json: all of these as JSON text. none: _info is left out,"
                      + " the others are JSON text; unknown.fields=drop leaves out _extra.")
              .display("Format of _info")
              .oneOf(List.of("map", "json", "none")),
          Key.of(
                  CUSTOM_FIELDS,
                  Type.STRING,
                  "array",
                  "How the custom fields of typed values are given. array: as the array customFields,"
                      + " whose elements have a value, which is text, and a valueType, which says what"
                      + " it was. flatten: those of custom.fields.captions have a field of their own"
                      + " besides, named cf_ and the caption.")
              .decides(CAPTIONS)
              .display("Custom fields")
              .oneOf(List.of("array", "flatten")),
          Key.of(
                  CAPTIONS,
                  Type.LIST,
                  "",
                  "The captions of the custom fields that get a field of their own, each with :number"
                      + " or :boolean behind it where it is not to be text. In the name of the field,"
                      + " whatever is no letter, digit or underscore of ASCII is an underscore; a"
                      + " caption with a comma is given in that form. Only what is listed changes the"
                      + " schema, whatever fields a site adds. Example: Story Points:number, Region.")
              .display("Captions of custom fields")
              .width(Width.LONG),
          Key.of(
                  RECORD_TIMESTAMP,
                  Type.STRING,
                  "read",
                  "The timestamp of a record. read: when the item was read. updated: the item's"
                      + " lastUpdated, as far as a broker takes it (not before 1970, not later than"
                      + " now); the time of reading where there is none. Brokers delete by timestamp:"
                      + " with updated, whatever was last updated longer ago than retention.ms is"
                      + " deleted soon after it was written, unless the topic has"
                      + " cleanup.policy=compact. lastUpdated itself is in the header"
                      + " connectwise.last.updated in both.")
              .display("Record timestamp")
              .oneOf(List.of("read", "updated")));

  /** The form of a value. */
  public enum SchemaMode {
    /** A Struct with the schema of the catalogue. */
    TYPED,
    /** A string: the item's JSON as it came. */
    JSON,
    /** Maps, lists and scalars, without a schema. */
    NONE
  }

  /** What the timestamp of a record says. */
  public enum RecordTimestamp {
    /** When the item was read. */
    READ,
    /** When the item was last updated. */
    UPDATED
  }

  /** Reads the form of the values of a query that runs an operation with options. */
  static ValueFormat of(AliasValues values, Operation operation, Options options, Catalog catalog) {
    SchemaMode mode = values.choice(SchemaMode.class, SCHEMA_MODE);
    Unknown unknown = values.choice(Unknown.class, UNKNOWN_FIELDS);
    if (mode == SchemaMode.TYPED
        && unknown != Unknown.COLLECT
        && nothingKnown(operation, catalog)) {
      values.problem(
          UNKNOWN_FIELDS,
          "the catalogue knows no field of what "
              + operation.id()
              + " returns; leave it at collect, or set schema.mode to json or none");
    }
    TypedForm form =
        new TypedForm(
            unknown,
            values.is(TIMESTAMP_FORMAT, "timestamp"),
            values.choice(InfoFormat.class, INFO_FORMAT),
            flattened(values),
            fields(options));
    if (mode == SchemaMode.TYPED && unknown != Unknown.COLLECT) {
      known(operation, catalog)
          .flatMap(item -> form.unknownField(item, catalog::schema))
          .ifPresent(
              field ->
                  values.problem(
                      UNKNOWN_FIELDS,
                      "the catalogue does not know the field "
                          + field
                          + " of what "
                          + operation.id()
                          + " returns, so that it would be in no record; correct fields in the"
                          + " options, or leave this key at collect"));
    }
    return new ValueFormat(mode, form, values.choice(RecordTimestamp.class, RECORD_TIMESTAMP));
  }

  private static boolean nothingKnown(Operation operation, Catalog catalog) {
    return switch (operation.answer()) {
      case LIST, SINGLE, COUNT -> known(operation, catalog).isEmpty();
      case REPORT, BLANK, BINARY, HTML -> false;
    };
  }

  private static Optional<ItemSchema> known(Operation operation, Catalog catalog) {
    return operation.item().flatMap(catalog::schema).filter(item -> !item.fields().isEmpty());
  }

  private static List<Flattened> flattened(AliasValues values) {
    if (!values.is(CUSTOM_FIELDS, "flatten")) {
      return List.of();
    }
    List<String> captions = values.list(CAPTIONS);
    if (captions.isEmpty()) {
      values.problem(CAPTIONS, "is empty; name the custom fields to flatten by their captions");
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
        values.problem(CAPTIONS, "gives two fields the same name: \"" + caption + "\"");
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
