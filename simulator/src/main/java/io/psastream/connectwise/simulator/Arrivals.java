package io.psastream.connectwise.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.store.Json;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Records that somebody beside the simulator saw arrive in Kafka, for its page: the last 200 of
 * them, and of each value the beginning. Safe to use from several threads.
 */
public final class Arrivals {

  private static final int MOST = 200;
  private static final int LONGEST = 1_000;

  private final Deque<ObjectNode> recent = new ArrayDeque<>();
  private long number;

  Arrivals() {}

  /** Adds a record; one without a value is a tombstone. */
  public synchronized void add(String topic, Optional<String> key, Optional<String> value) {
    ObjectNode record = Json.object().put("number", ++number).put("topic", topic);
    record.put("key", key.map(Arrivals::beginning).orElse(null));
    record.put("value", value.map(Arrivals::beginning).orElse(null));
    recent.addLast(record);
    if (recent.size() > MOST) {
      recent.removeFirst();
    }
  }

  private static String beginning(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  /** Those that came after the one of this number, oldest first. */
  synchronized ArrayNode after(long seen) {
    ArrayNode records = Json.MAPPER.createArrayNode();
    // A page that is older than this process begins anew.
    long from = seen > number ? 0 : seen;
    recent.stream().filter(each -> each.path("number").asLong() > from).forEach(records::add);
    return records;
  }

  synchronized void clear() {
    recent.clear();
  }
}
