package io.psastream.connectwise.sink.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * What is known of one create of a record: that it was begun, or what came of it.
 *
 * @param timestamp that of the record; null where it has none
 * @param operation the OperationId of the create
 * @param status the HTTP status of its answer; empty while there is none
 * @param ids the ids of what was created
 */
public record LedgerEntry(
    Long timestamp, String operation, OptionalInt status, List<JsonNode> ids) {

  static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The place of an entry.
   *
   * @param offset that of the record
   * @param change counts the changes of the record, from 0
   */
  record EntryPlace(long offset, int change) implements Comparable<EntryPlace> {

    @Override
    public int compareTo(EntryPlace other) {
      int byOffset = Long.compare(offset, other.offset);
      return byOffset != 0 ? byOffset : Integer.compare(change, other.change);
    }
  }

  /** Whether it is known what came of the create. */
  public boolean done() {
    return status.isPresent();
  }

  /** The same offset of a topic that was created anew is another record. */
  boolean isOf(SinkRecord record) {
    return Objects.equals(timestamp, record.timestamp());
  }

  byte[] value() {
    ObjectNode value = JSON.createObjectNode().put("state", done() ? "done" : "intent");
    value.put("timestamp", timestamp).put("operation", operation);
    if (done()) {
      value.put("status", status.getAsInt()).putArray("ids").addAll(ids);
    }
    return bytes(value);
  }

  static byte[] bytes(JsonNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new ConnectException(e);
    }
  }

  /**
   * Reads an entry.
   *
   * @throws ConnectException when it is none, as when something else writes to the topic
   */
  static LedgerEntry of(byte[] value) {
    JsonNode node = json(value);
    List<JsonNode> ids = new ArrayList<>();
    node.path("ids").forEach(ids::add);
    return new LedgerEntry(
        node.path("timestamp").isNumber() ? node.path("timestamp").longValue() : null,
        node.path("operation").asText(),
        node.has("status") ? OptionalInt.of(node.path("status").asInt()) : OptionalInt.empty(),
        List.copyOf(ids));
  }

  static JsonNode json(byte[] text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new ConnectException(
          "The topic of the ledger (ledger.topic) has a message that is no entry. Give the ledger a"
              + " topic of its own.",
          e);
    }
  }
}
