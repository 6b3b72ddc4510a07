package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.psastream.connectwise.data.ConnectToJson;
import io.psastream.connectwise.data.ConnectToJson.Nulls;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A change event of Debezium: {@code before} and {@code after} of a row, and in {@code op} what was
 * done to it (c created, r read by a snapshot, u updated, d deleted).
 *
 * @param deletes whether the row was deleted
 * @param value the row after the change; before it, for a delete
 */
record ChangeEvent(boolean deletes, JsonNode value) {

  private static final String LEAVE_OUT =
      ", not of a row; leave its topic out of topics and topics.regex, or let Debezium not write it"
          + " with ";

  /**
   * Opens the envelope.
   *
   * @param nulls what a column that is null says
   * @throws DataException when the value is no change event, or not one of a single row
   */
  static ChangeEvent of(SinkRecord record, Nulls nulls) {
    JsonNode envelope =
        payload(ConnectToJson.document(record.valueSchema(), record.value(), nulls));
    String op = envelope.path("op").asText();
    return switch (op) {
      case "c", "r", "u" -> new ChangeEvent(false, after(envelope, op));
      case "d" -> new ChangeEvent(true, before(envelope));
      case "t" ->
          throw new DataException(
              "it says that a whole table was truncated (op t), for which there is no operation; let"
                  + " Debezium skip it with skipped.operations=t");
      default -> throw new DataException(other(envelope));
    };
  }

  /** What else Debezium writes, by the fields that tell it. */
  private static String other(JsonNode value) {
    if (value.has("ddl") || value.has("tableChanges")) {
      return "it is a schema change event of Debezium" + LEAVE_OUT + "include.schema.changes=false";
    }
    if (value.has("status") && value.has("id") && value.has("ts_ms")) {
      return "it is a transaction event of Debezium"
          + LEAVE_OUT
          + "provide.transaction.metadata=false";
    }
    if (value.size() == 1 && value.has("ts_ms")) {
      return "it is a heartbeat of Debezium" + LEAVE_OUT + "heartbeat.interval.ms=0";
    }
    return "its value is not a Debezium change event, which has an \"op\" of c, r, u or d beside"
        + " \"before\" and \"after\"; where a transformation unwraps the events, set"
        + " envelope=none";
  }

  /**
   * Refuses by its schema what would be written as if it were an item.
   *
   * @throws DataException when the value is an event of Debezium that was not unwrapped
   */
  static void refuseUnwrapped(SinkRecord record) {
    String name = record.valueSchema() == null ? null : record.valueSchema().name();
    if (name == null || !(record.value() instanceof Struct struct)) {
      return;
    }
    if (name.endsWith(".Envelope") && struct.schema().field("op") != null) {
      throw new DataException("it is a change event of Debezium; set envelope=debezium");
    }
    if (name.startsWith("io.debezium.connector.")) {
      throw new DataException(other(ConnectToJson.document(null, struct, Nulls.SAID)));
    }
  }

  /** The payload of a document whose schema the converter was not told to take off. */
  static JsonNode payload(JsonNode document) {
    return hasSchema(document) ? document.get("payload") : document;
  }

  static boolean hasSchema(JsonNode document) {
    return document.size() == 2 && document.has("schema") && document.has("payload");
  }

  private static JsonNode after(JsonNode envelope, String op) {
    JsonNode after = row(envelope.path("after"));
    if (!after.isObject()) {
      String hint =
          envelope.has("updateDescription")
              ? "; set capture.mode=change_streams_update_full in Debezium"
              : "";
      throw new DataException("its change event (op " + op + ") has no \"after\"" + hint);
    }
    return after;
  }

  /** Whether a delete has the row before it depends on the table's replica identity. */
  private static JsonNode before(JsonNode envelope) {
    JsonNode before = row(envelope.path("before"));
    return before.isNull() ? MissingNode.getInstance() : before;
  }

  /** MongoDB's documents are texts, of JSON that has types of its own. */
  private static JsonNode row(JsonNode row) {
    return row.isTextual() ? ExtendedJson.plain(ConnectToJson.opened(row)) : row;
  }
}
