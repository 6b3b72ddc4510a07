package io.psastream.connectwise.sink.lane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.data.ConnectToJson;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * What keeps records in order: records of one route for which its {@code lane.key} gives the same
 * share a lane. Without one, records of one topic with one key do, and so do the records of a
 * partition that have no key.
 *
 * @param scope the topic, or the route, which has a blank in it
 * @param text what the lane key gives, the key as JSON with its fields in alphabetical order, or
 *     the partition
 */
record LaneKey(String scope, String text) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  static LaneKey of(SinkRecord record, Route route) {
    return RecordRouter.lane(route, record)
        .map(text -> new LaneKey("route " + route.alias(), text))
        .orElseGet(() -> new LaneKey(record.originalTopic(), text(record)));
  }

  private static String text(SinkRecord record) {
    Object key = record.key();
    if (key == null) {
      return partition(record);
    }
    if (key instanceof String text) {
      // Whatever the text holds: a key that is broken JSON has an order, too.
      return '"' + text + '"';
    }
    if (key instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
    if (key instanceof ByteBuffer bytes) {
      return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
    }
    try {
      return sorted(ConnectToJson.document(record.keySchema(), key)).toString();
    } catch (DataException e) {
      // A key that JSON cannot say, such as NaN, is in order with its partition.
      return partition(record);
    }
  }

  private static String partition(SinkRecord record) {
    return "partition " + record.originalKafkaPartition();
  }

  /** A map has no order of its own, and two equal keys must have one text. */
  private static JsonNode sorted(JsonNode node) {
    if (node.isObject()) {
      TreeMap<String, JsonNode> fields = new TreeMap<>();
      node.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
      ObjectNode object = NODES.objectNode();
      return object.setAll(fields);
    }
    if (node.isArray()) {
      ArrayNode array = NODES.arrayNode(node.size());
      node.forEach(element -> array.add(sorted(element)));
      return array;
    }
    return node;
  }
}
