package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.data.ConnectToJson;
import io.psastream.connectwise.data.Numbers;
import java.time.Instant;
import java.util.Date;
import org.apache.kafka.connect.errors.DataException;

/**
 * The JSON in which Debezium writes documents of MongoDB: values of other types than JSON's are
 * objects of one field whose name begins with a dollar sign (MongoDB Extended JSON 2).
 */
final class ExtendedJson {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ExtendedJson() {}

  /** The same with plain values. */
  static JsonNode plain(JsonNode node) {
    if (node.isArray()) {
      ArrayNode array = NODES.arrayNode(node.size());
      node.forEach(element -> array.add(plain(element)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    String only = node.size() == 1 ? node.fieldNames().next() : "";
    JsonNode inside = node.path(only);
    return switch (only) {
      case "$oid", "$uuid", "$symbol" -> inside;
      case "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal" -> number(inside);
      case "$date" -> time(plain(inside));
      case "$binary" -> inside.isObject() ? inside.path("base64") : inside;
      case "$undefined" -> NODES.nullNode();
      default -> {
        ObjectNode object = NODES.objectNode();
        node.properties().forEach(field -> object.set(field.getKey(), plain(field.getValue())));
        yield object;
      }
    };
  }

  private static JsonNode number(JsonNode text) {
    return Numbers.decimal(text.asText())
        .<JsonNode>map(NODES::numberNode)
        .orElseThrow(() -> new DataException("its document has a number that JSON cannot say"));
  }

  /** Milliseconds, or a text in the form of ISO 8601 already. */
  private static JsonNode time(JsonNode time) {
    return time.isNumber()
        ? ConnectToJson.document(null, Date.from(Instant.ofEpochMilli(time.longValue())))
        : time;
  }
}
