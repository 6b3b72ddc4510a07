package io.psastream.connectwise.simulator.condition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;

/**
 * A name in a query, resolved to a place in an item.
 *
 * @param path the names from the top of the item, spelled as in its JSON
 * @param type what is found there
 */
public record Field(List<String> path, Type type) {

  /** What a field holds. {@code ID} and {@code LAST_UPDATED} are answered without reading JSON. */
  public enum Type {
    ID,
    LAST_UPDATED,
    TEXT,
    BOOLEAN,
    NUMBER,
    DATETIME,
    OBJECT,
    ARRAY,
    ANY
  }

  public static final Field ID = new Field(List.of("id"), Type.ID);
  public static final Field LAST_UPDATED =
      new Field(List.of("_info", "lastUpdated"), Type.LAST_UPDATED);

  public Field {
    path = List.copyOf(path);
  }

  /** The value inside this item; a missing node where there is none. */
  private JsonNode in(JsonNode item) {
    JsonNode node = item;
    for (String name : path) {
      node = node.path(name);
    }
    return node.isNull() ? MissingNode.getInstance() : node;
  }

  /** The value inside the item of this row. */
  public JsonNode value(Row row) {
    if (type == Type.ID) {
      return LongNode.valueOf(row.id());
    }
    return in(row.tree());
  }

  /** The name as a query spells it. */
  public String name() {
    return String.join("/", path);
  }
}
