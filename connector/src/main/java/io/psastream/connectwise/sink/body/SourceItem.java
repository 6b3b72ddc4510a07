package io.psastream.connectwise.sink.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.data.SchemaNames;
import io.psastream.connectwise.sink.config.Placeholder;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.errors.DataException;

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

  private SourceItem() {}

  /**
   * What may be written of an item, or of each item of an array.
   *
   * @param typed whether the source wrote it, with a schema
   * @param placeholder what stands for a value that is left out
   * @throws DataException when an item is nothing but that
   */
  public static JsonNode writable(JsonNode item, boolean typed, Placeholder placeholder) {
    if (item.isArray()) {
      ArrayNode items = JsonNodeFactory.instance.arrayNode(item.size());
      for (JsonNode each : item) {
        if (!each.has("op") || !placeholder.is(each.path("value"))) {
          items.add(writable(each, typed, placeholder));
        }
      }
      return items;
    }
    JsonNode plain =
        plain(item, placeholder, false)
            .orElseThrow(() -> new DataException("its item is a placeholder of Debezium's"));
    if (typed && plain instanceof ObjectNode object) {
      object.remove(NOTES);
      object.properties().removeIf(field -> field.getKey().startsWith(SchemaNames.FLATTENED));
    }
    return plain;
  }

  /**
   * Empty where it is to be left out: the placeholder, and an array with it anywhere inside, which
   * would be replaced as a whole by what lacks it.
   */
  private static Optional<JsonNode> plain(JsonNode node, Placeholder placeholder, boolean inArray) {
    if (placeholder.is(node)) {
      return Optional.empty();
    }
    if (node.isObject()) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      for (var field : node.properties()) {
        if (field.getKey().startsWith("_")) {
          continue;
        }
        boolean merged = !inArray && field.getKey().equals(CustomFieldMerge.NAME);
        Optional<JsonNode> value =
            merged && field.getValue().isArray()
                ? customFields(field.getValue(), placeholder)
                : plain(field.getValue(), placeholder, inArray);
        if (value.isEmpty() && inArray) {
          return value;
        }
        value.ifPresent(it -> object.set(field.getKey(), it));
      }
      return Optional.of(object);
    }
    if (node.isArray()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode(node.size());
      for (JsonNode each : node) {
        Optional<JsonNode> element = plain(each, placeholder, true);
        if (element.isEmpty()) {
          return element;
        }
        array.add(element.get());
      }
      return Optional.of(array);
    }
    return Optional.of(node);
  }

  /** Elements of custom fields are merged one by one, so each is left out for itself. */
  private static Optional<JsonNode> customFields(JsonNode fields, Placeholder placeholder) {
    ArrayNode said = JsonNodeFactory.instance.arrayNode(fields.size());
    fields.forEach(each -> plain(each, placeholder, true).ifPresent(said::add));
    return said.isEmpty() && !fields.isEmpty() ? Optional.empty() : Optional.of(said);
  }
}
