package io.psastream.connectwise.simulator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;

/**
 * The {@code fields} of a request, such as {@code id,board/name,_info}. What is not named is left
 * out, {@code _info} too (docs/connectwise-api.md section 4).
 *
 * @param paths the names, each split at its slashes
 */
public record Selection(List<List<String>> paths) {

  /** Parses a comma-separated list; names that no item has select nothing. */
  public static Selection parse(String text) {
    return new Selection(
        Arrays.stream(text.split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .map(name -> List.of(name.split("/")))
            .toList());
  }

  /** Whether only the id is asked for. */
  public boolean onlyId() {
    return paths.equals(List.of(List.of("id")));
  }

  /** The selected part of an item. */
  public ObjectNode of(ObjectNode item) {
    ObjectNode selected = JsonNodeFactory.instance.objectNode();
    for (List<String> path : paths) {
      copy(item, selected, path);
    }
    return selected;
  }

  private static void copy(ObjectNode from, ObjectNode to, List<String> path) {
    String name = spelled(from, path.get(0));
    JsonNode value = from.path(name);
    if (value.isMissingNode()) {
      return;
    }
    if (path.size() == 1) {
      to.set(name, value);
      return;
    }
    List<String> rest = path.subList(1, path.size());
    if (value instanceof ObjectNode object) {
      copy(object, to.withObject("/" + name.replace("~", "~0")), rest);
    } else if (value instanceof ArrayNode array) {
      ArrayNode elements = to.has(name) ? (ArrayNode) to.get(name) : emptyObjects(to, name, array);
      for (int i = 0; i < array.size(); i++) {
        if (array.get(i) instanceof ObjectNode element) {
          copy(element, (ObjectNode) elements.get(i), rest);
        }
      }
    }
  }

  private static ArrayNode emptyObjects(ObjectNode to, String name, ArrayNode like) {
    ArrayNode elements = to.putArray(name);
    like.forEach(ignored -> elements.addObject());
    return elements;
  }

  private static String spelled(ObjectNode item, String name) {
    if (item.has(name)) {
      return name;
    }
    var names = item.fieldNames();
    while (names.hasNext()) {
      String candidate = names.next();
      if (candidate.equalsIgnoreCase(name)) {
        return candidate;
      }
    }
    return name;
  }
}
