package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.config.Key;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The keys that say how bodies are made and checked. */
final class WritingKeys {

  static final String PATCH_FORMAT = "patch.format";
  static final String NULLS = "null.behavior";
  static final String CUSTOM_FIELDS = "custom.fields";
  static final String PUT_MERGE = "put.merge";
  static final String ON_UNAPPLIED = "behavior.on.unapplied";
  static final String UNKNOWN_FIELDS = "unknown.field.behavior";
  static final String DRY_RUN = "dry.run";
  static final String COALESCE = "coalesce";

  private static final List<String> ON_PROBLEM = List.of("warn", "fail", "ignore");

  static final List<Key> ALL =
      List.of(
          Key.of(
                  PATCH_FORMAT,
                  Type.STRING,
                  "replace",
                  "What a PATCH sends. replace: each field of the item, as a replacement. diff: the"
                      + " item is read first and only what differs is sent, elements of arrays by"
                      + " their index; nothing is sent when nothing differs. It costs a request for"
                      + " each record and keeps lastUpdated still. operations: the item is the array"
                      + " of patch operations itself. Example: diff, for topics that repeat whole"
                      + " items.")
              .display("Patch format")
              .oneOf(List.of("replace", "diff", "operations")),
          Key.of(
                  NULLS,
                  Type.STRING,
                  "omit",
                  "What a field that is null means to a PATCH or PUT. omit: nothing is said of it,"
                      + " since converters with schemas give null for every field that was left out."
                      + " clear: the field is emptied. A create never sends nulls. Example: clear,"
                      + " where producers mean their nulls.")
              .display("Null behavior")
              .oneOf(List.of("omit", "clear")),
          Key.of(
                  CUSTOM_FIELDS,
                  Type.STRING,
                  "merge",
                  "What an update makes of customFields, whose elements have an id or a caption and a"
                      + " value. merge: the item is read, the values are put into its array, and the"
                      + " whole array is sent, because ConnectWise wants all of it; costs a request"
                      + " for each record that has the field. partial: only the elements of the"
                      + " record are sent, for sites that keep the others. Example: partial.")
              .display("Custom fields")
              .oneOf(List.of("merge", "partial")),
          Key.of(
                  PUT_MERGE,
                  Type.BOOLEAN,
                  false,
                  "Whether a PUT reads the item first and sends it whole, with the fields of the"
                      + " record in it. Without it, a PUT resets every field that the record does"
                      + " not have. What somebody changes between the read and the PUT is lost"
                      + " either way: prefer PATCH.")
              .display("Merge before PUT"),
          Key.of(
                  ON_UNAPPLIED,
                  Type.STRING,
                  "fail",
                  "What to do when the answer to a PATCH shows that a field was not changed:"
                      + " ConnectWise answers 200 for some changes that it does not make. White"
                      + " space, case and the form of numbers and times do not count. fail: reject"
                      + " the record, with the names of the fields and the id of the item. warn: log"
                      + " them. ignore: do not look. A value that the site rewrote, which shows in a"
                      + " phone number of the same digits or where the item was read first, counts"
                      + " as applied and is logged with fail and warn. Example: warn, where rules on"
                      + " your site rewrite what you send.")
              .display("On unapplied fields")
              .oneOf(ON_PROBLEM),
          Key.of(
                  UNKNOWN_FIELDS,
                  Type.STRING,
                  "warn",
                  "What to do with a field that the operation's item does not have in the built-in"
                      + " catalogue, such as one with a typing error; it is sent all the same. warn:"
                      + " log its name, once. fail: reject the record. ignore: say nothing. Example:"
                      + " fail, when producers change without notice.")
              .display("Unknown fields")
              .oneOf(ON_PROBLEM),
          Key.of(
                  COALESCE,
                  Type.BOOLEAN,
                  false,
                  "Whether updates of one item that wait for their turn are sent as one, with the last"
                      + " value of each field; the order between updates and everything else is"
                      + " kept. ConnectWise then never sees the values in between, nor do its"
                      + " workflow rules. When such a call is rejected, each of its records is sent by"
                      + " itself. Example: true, for topics with bursts of changes to one item.")
              .display("Coalesce updates"),
          Key.of(
                  DRY_RUN,
                  Type.BOOLEAN,
                  false,
                  "Whether to write nothing: records are mapped, checked against the catalogue"
                      + " (unknown fields, missing required ones, wrong types) and looked up; items"
                      + " are read where a call depends on them; and what would be sent counts as"
                      + " delivered, so offsets are committed. Give a trial a connector name of its"
                      + " own. Example: true, before a new route goes live.")
              .display("Dry run")
              .importance(Importance.LOW));

  private WritingKeys() {}
}
