package io.psastream.connectwise.sink.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.data.SchemaNames;
import java.util.Set;

/**
 * An item as the source wrote it, made fit to be written back.
 *
 * <p>Names that begin with an underscore ({@code _info}, {@code _extra}) are the API's and the
 * connector's own, and no operation takes them; what Debezium has no value of keeps the one it has.
 * Only where the value is known to be the source's, by its schema, more is left out: whoever writes
 * such a field by hand means it.
 */
public final class SourceItem {

  /** Fields that the server writes itself: who did what when, and ids of its own. */
  private static final Set<String> NOTES =
      Set.of(
          "dateEntered",
          "enteredBy",
          "dateCreated",
          "createdBy",
          "lastUpdated",
          "updatedBy",
          "closedDate",
          "closedBy",
          "dateDeleted",
          "deletedBy",
          "connectWiseId",
          "mobileGuid");

  /** What Debezium writes in place of a value that the database did not tell it, and in base64. */
  private static final Set<String> UNAVAILABLE =
      Set.of("__debezium_unavailable_value", "X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==");

  private SourceItem() {}

  /**
   * Whether a value is Debezium's placeholder: text or bytes, alone, in an array or as the key of a
   * map (debezium.io/documentation, {@code unavailable.value.placeholder}).
   */
  public static boolean unavailable(JsonNode value) {
    if (value.isArray()) {
      return value.size() == 1 && unavailable(value.get(0));
    }
    return value.isObject()
        ? value.size() == 1 && UNAVAILABLE.stream().anyMatch(value::has)
        : (value.isTextual() || value.isBinary()) && UNAVAILABLE.contains(value.asText());
  }

  /**
   * What may be written of an item, or of each item of an array.
   *
   * @param typed whether the source wrote it, with a schema
   */
  public static JsonNode writable(JsonNode item, boolean typed) {
    if (item.isArray()) {
      ArrayNode items = JsonNodeFactory.instance.arrayNode(item.size());
      item.forEach(each -> items.add(writable(each, typed)));
      return items;
    }
    JsonNode plain = plain(item);
    if (typed && plain instanceof ObjectNode object) {
      object.remove(NOTES);
      object.properties().removeIf(field -> field.getKey().startsWith(SchemaNames.FLATTENED));
    }
    return plain;
  }

  private static JsonNode plain(JsonNode node) {
    if (node.isObject()) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      node.properties().stream()
          .filter(field -> !field.getKey().startsWith("_") && !unavailable(field.getValue()))
          .forEach(field -> object.set(field.getKey(), plain(field.getValue())));
      return object;
    }
    if (node.isArray()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode(node.size());
      node.forEach(each -> array.add(plain(each)));
      return array;
    }
    return node;
  }
}
