package io.psastream.connectwise.sandbox.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.sandbox.machine.SandboxException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record read from a topic, with key and value as JSON; a tombstone has no value. Of equal
 * headers the last counts.
 */
public record TopicRecord(
    int partition,
    long offset,
    long timestamp,
    Optional<JsonNode> key,
    Optional<JsonNode> value,
    Map<String, String> headers) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static TopicRecord of(ConsumerRecord<String, String> record) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      byte[] value = header.value();
      headers.put(header.key(), value == null ? "" : new String(value, StandardCharsets.UTF_8));
    }
    return new TopicRecord(
        record.partition(),
        record.offset(),
        record.timestamp(),
        parse(record.key()),
        parse(record.value()),
        Map.copyOf(headers));
  }

  private static Optional<JsonNode> parse(String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      throw new SandboxException("The topic holds something that is not JSON", e);
    }
  }
}
