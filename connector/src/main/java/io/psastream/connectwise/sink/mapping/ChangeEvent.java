package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.psastream.connectwise.data.ConnectToJson;
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

  /**
   * Opens the envelope.
   *
   * @throws DataException when the value is no change event, or not one of a single row
   */
  static ChangeEvent of(SinkRecord record) {
    JsonNode envelope = payload(ConnectToJson.document(record.valueSchema(), record.value()));
    String op = envelope.path("op").asText();
    return switch (op) {
      case "c", "r", "u" -> new ChangeEvent(false, after(envelope, op));
      case "d" -> new ChangeEvent(true, before(envelope));
      case "t" ->
          throw new DataException(
              "it says that a whole table was truncated (op t), for which there is no operation; let"
                  + " Debezium skip it with skipped.operations=t");
      default ->
          throw new DataException(
              "its value is not a Debezium change event, which has an \"op\" of c, r, u or d beside"
                  + " \"before\" and \"after\"; where a transformation unwraps the events, set"
                  + " envelope=none");
    };
  }

  /** The payload of a document whose schema the converter was not told to take off. */
  static JsonNode payload(JsonNode document) {
    boolean wrapped = document.size() == 2 && document.has("schema") && document.has("payload");
    return wrapped ? document.get("payload") : document;
  }

  private static JsonNode after(JsonNode envelope, String op) {
    JsonNode after = envelope.path("after");
    if (!after.isObject()) {
      throw new DataException("its change event (op " + op + ") has no \"after\"");
    }
    return after;
  }

  /** Whether a delete has the row before it depends on the table's replica identity. */
  private static JsonNode before(JsonNode envelope) {
    JsonNode before = envelope.path("before");
    return before.isNull() ? MissingNode.getInstance() : before;
  }
}
