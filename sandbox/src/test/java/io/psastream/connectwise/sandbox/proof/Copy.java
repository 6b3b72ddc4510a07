package io.psastream.connectwise.sandbox.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import io.psastream.connectwise.simulator.store.StoredItem;

/**
 * A version of a ticket as it is told on both sides of the connector. Several versions may have the
 * same second; their contents differ.
 *
 * @param content a hash of the content: of all of it, or of the summary where the topic's values
 *     are not the item as it is
 */
record Copy(long id, String lastUpdated, int content) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What of an item is compared. */
  enum Part {
    WHOLE,
    SUMMARY;

    private int content(JsonNode ticket) {
      return this == WHOLE ? ticket.hashCode() : ticket.path("summary").hashCode();
    }
  }

  static Copy of(TopicRecord record, Part part) {
    return of(record.value().orElseThrow(), part);
  }

  /** Parsed the way the topic's records are, so that equal numbers are equal. */
  static Copy of(StoredItem item, Part part) {
    try {
      return of(JSON.readTree(item.json()), part);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static Copy of(JsonNode ticket, Part part) {
    return new Copy(
        ticket.path("id").asLong(), ticket.at("/_info/lastUpdated").asText(), part.content(ticket));
  }
}
