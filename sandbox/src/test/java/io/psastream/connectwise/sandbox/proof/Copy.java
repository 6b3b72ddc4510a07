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
 * @param content a hash of the whole content
 */
record Copy(long id, String lastUpdated, int content) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Copy of(TopicRecord record) {
    return of(record.value().orElseThrow());
  }

  /** Parsed the way the topic's records are, so that equal numbers are equal. */
  static Copy of(StoredItem item) {
    try {
      return of(JSON.readTree(item.json()));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static Copy of(JsonNode ticket) {
    return new Copy(
        ticket.path("id").asLong(), ticket.at("/_info/lastUpdated").asText(), ticket.hashCode());
  }
}
