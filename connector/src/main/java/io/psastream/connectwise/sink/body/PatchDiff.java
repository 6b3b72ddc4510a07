package io.psastream.connectwise.sink.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;

/**
 * What of a patch would change an item. References and objects go whole (P37). Arrays of elements
 * with ids are changed by index, by the API's own rules (P39): what is replaced first, then what is
 * added, which always goes to the end, and last what is removed, from the end, because every
 * removal moves the rest up.
 */
final class PatchDiff {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ArrayNode operations = NODES.arrayNode();
  private final Deque<ObjectNode> removals = new ArrayDeque<>();

  private PatchDiff() {}

  /** The operations that are left; none when nothing differs. */
  static ArrayNode of(JsonNode asked, JsonNode current) {
    PatchDiff diff = new PatchDiff();
    for (JsonNode operation : asked) {
      diff.add(operation, current);
    }
    diff.operations.addAll(diff.removals);
    return diff.operations;
  }

  private void add(JsonNode operation, JsonNode current) {
    String field = operation.path("path").asText();
    JsonNode value = operation.path("value");
    boolean replaces = operation.path("op").asText().equals("replace") && !field.contains("/");
    if (!replaces) {
      operations.add(operation);
    } else if (byIndex(field, value, current.path(field))) {
      elements(field, value, current.path(field));
    } else if (!ValueEquivalence.exact(value, current.path(field))) {
      operations.add(operation);
    }
  }

  private static boolean byIndex(String field, JsonNode asked, JsonNode current) {
    return !field.equals(CustomFieldMerge.NAME)
        && asked.isArray()
        && current.isArray()
        && !current.isEmpty()
        && objects(asked, false)
        && objects(current, true);
  }

  private static boolean objects(JsonNode array, boolean withIds) {
    for (JsonNode element : array) {
      if (!element.isObject() || (withIds && !element.hasNonNull("id"))) {
        return false;
      }
    }
    return true;
  }

  private void elements(String field, JsonNode asked, JsonNode current) {
    List<JsonNode> added = new ArrayList<>();
    boolean[] kept = new boolean[current.size()];
    for (JsonNode element : asked) {
      Optional<Integer> index = index(element, current, kept);
      if (index.isEmpty()) {
        checkNew(field, element, asked);
        added.add(element);
      } else {
        kept[index.get()] = true;
        replace(field, index.get(), element, current.get(index.get()));
      }
    }
    for (int i = 0; i < added.size(); i++) {
      operation("add", field, current.size() + i).set("value", added.get(i));
    }
    for (int i = 0; i < kept.length; i++) {
      if (!kept[i]) {
        removals.addFirst(NODES.objectNode().put("op", "remove").put("path", field + "/" + i));
      }
    }
  }

  /** An id that is said twice is no second element. */
  private static void checkNew(String field, JsonNode element, JsonNode asked) {
    int same = 0;
    for (JsonNode other : asked) {
      same += element.hasNonNull("id") && sameId(element, other) ? 1 : 0;
    }
    if (same > 1) {
      throw new DataException(field + " has two elements of one id");
    }
  }

  /** By id; an element without one is the one that says the same. */
  private static Optional<Integer> index(JsonNode element, JsonNode current, boolean[] kept) {
    for (int i = 0; i < current.size(); i++) {
      boolean same =
          element.hasNonNull("id")
              ? sameId(element, current.get(i))
              : ValueEquivalence.exact(element, current.get(i));
      if (same && !kept[i]) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private static boolean sameId(JsonNode one, JsonNode other) {
    return one.path("id").asText().equals(other.path("id").asText());
  }

  private void replace(String field, int index, JsonNode asked, JsonNode current) {
    if (!ValueEquivalence.exact(asked, current)) {
      ObjectNode whole = current.deepCopy();
      whole.remove("_info");
      whole.setAll((ObjectNode) asked);
      operation("replace", field, index).set("value", whole);
    }
  }

  private ObjectNode operation(String verb, String field, int index) {
    return operations.addObject().put("op", verb).put("path", field + "/" + index);
  }
}
