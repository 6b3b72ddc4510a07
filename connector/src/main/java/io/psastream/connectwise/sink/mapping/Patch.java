package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.sink.body.ItemModel;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.DataException;

/**
 * Builds the body of a PATCH: the API's own dialect, in which a path is the bare name of a field
 * and a reference is replaced whole (docs/connectwise-api.md section 7).
 *
 * <p>A path below a field would be answered with 200 and change nothing (P37), so it is refused;
 * only an index into an array is let through (P39).
 */
final class Patch {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Set<String> VERBS = Set.of("add", "replace", "remove");
  private static final Pattern PATH = Pattern.compile("[^/]+(/\\d+)?");

  private Patch() {}

  /** Whether an array holds patch operations; one that looks like an operation is enough. */
  static boolean holdsOperations(JsonNode array) {
    for (JsonNode element : array) {
      if (element.path("op").isTextual() && element.path("path").isTextual()) {
        return true;
      }
    }
    return false;
  }

  /**
   * The operations for an item: an object gives one replacement a field, an array of operations is
   * taken as it is.
   *
   * @param addressing fields that say which item it is and are not part of it (P42)
   */
  static ArrayNode of(JsonNode item, Set<String> addressing) {
    ArrayNode operations = NODES.arrayNode();
    if (item.isArray()) {
      int number = 0;
      for (JsonNode operation : item) {
        addChecked(++number, operation, addressing, operations);
      }
    } else if (item.isObject()) {
      for (var field : item.properties()) {
        if (!addressing.contains(field.getKey())) {
          operations.add(replace(field.getKey(), field.getValue()));
        }
      }
    } else {
      throw new DataException(
          "a PATCH takes an object or an array of operations, not " + ItemModel.kind(item));
    }
    if (operations.isEmpty()) {
      throw new DataException(
          "there is nothing to change: no field has a value besides those that address the item (a"
              + " null counts with null.behavior=clear)");
    }
    return operations;
  }

  private static ObjectNode replace(String field, JsonNode value) {
    ObjectNode operation = NODES.objectNode();
    return operation.put("op", "replace").put("path", field).set("value", value);
  }

  private static void addChecked(
      int number, JsonNode operation, Set<String> addressing, ArrayNode operations) {
    String verb = operation.path("op").asText().toLowerCase(Locale.ROOT);
    if (!VERBS.contains(verb) || !operation.path("path").isTextual()) {
      throw new DataException(
          "patch operation "
              + number
              + " is not {\"op\": add, replace or remove, \"path\": a field, \"value\": …}");
    }
    if (!verb.equals("remove") && !operation.has("value")) {
      throw new DataException("patch operation " + number + " has no value");
    }
    String path = bare(number, operation.path("path").asText());
    if (!addressing.contains(path)) {
      ObjectNode copy = NODES.objectNode().put("op", verb).put("path", path);
      operations.add(
          verb.equals("remove") ? copy : copy.<ObjectNode>set("value", operation.get("value")));
    }
  }

  /** The path without the leading slash that RFC 6902 has and this API has not. */
  private static String bare(int number, String path) {
    String bare = path.startsWith("/") ? path.substring(1) : path;
    if (!PATH.matcher(bare).matches()) {
      throw new DataException(
          "the path of patch operation "
              + number
              + " goes below a field, which the API answers with success without applying it;"
              + " replace the whole field instead");
    }
    return bare;
  }

  /** The values that operations give to fields, elements of arrays as arrays. */
  static ObjectNode values(JsonNode operations) {
    ObjectNode values = NODES.objectNode();
    for (JsonNode operation : operations) {
      String path = operation.path("path").asText();
      int slash = path.indexOf('/');
      JsonNode value = operation.has("value") ? operation.get("value") : NODES.nullNode();
      if (slash < 0) {
        values.set(path, value);
      } else if (!value.isNull()) {
        values.withArray("/" + path.substring(0, slash)).add(value);
      }
    }
    return values;
  }
}
