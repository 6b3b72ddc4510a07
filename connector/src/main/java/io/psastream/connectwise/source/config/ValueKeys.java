package io.psastream.connectwise.source.config;

import io.psastream.connectwise.config.Key;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The keys of a query that say what the values of its records are. */
final class ValueKeys {

  static final String SCHEMA_MODE = "schema.mode";
  static final String UNKNOWN_FIELDS = "unknown.fields";
  static final String TIMESTAMP_FORMAT = "timestamp.format";
  static final String CUSTOM_FIELDS = "custom.fields";
  static final String CAPTIONS = "custom.fields.captions";

  static final List<Key> ALL =
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
                  CUSTOM_FIELDS,
                  Type.STRING,
                  "array",
                  "How the custom fields of typed values are given. array: as the array customFields,"
                      + " whose elements have a value, which is text, and a valueType, which says what"
                      + " it was. flatten: those of custom.fields.captions have a field of their own"
                      + " besides, named cf_ and the caption.")
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
              .width(Width.LONG));

  private ValueKeys() {}
}
