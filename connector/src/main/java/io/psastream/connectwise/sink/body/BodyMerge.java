package io.psastream.connectwise.sink.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;

/**
 * Merges a body, which was made from the record alone, with the item as it is.
 *
 * @param diff whether a patch keeps only what differs from the item
 * @param customFields whether custom fields are merged into the item's own array (P38)
 * @param whole whether a replacement (PUT) is merged into the whole item (P40)
 * @param leftOut fields of the item that a body must not repeat (P42)
 */
public record BodyMerge(boolean diff, boolean customFields, boolean whole, Set<String> leftOut) {

  /** A body that does not depend on the item. */
  public static final BodyMerge NONE = new BodyMerge(false, false, false, Set.of());

  /** Whether the item has to be read for this body. */
  public boolean needed(JsonNode body) {
    return diff || whole || (customFields && given(body));
  }

  private static boolean given(JsonNode body) {
    if (body.isObject()) {
      return body.path(CustomFieldMerge.NAME).isArray();
    }
    for (JsonNode operation : body) {
      if (ofCustomFields(operation)) {
        return true;
      }
    }
    return false;
  }

  private static boolean ofCustomFields(JsonNode operation) {
    return operation.path("path").asText().equals(CustomFieldMerge.NAME)
        && operation.path("value").isArray();
  }

  /**
   * The body to send; empty when the item is already as it is asked to be.
   *
   * @throws org.apache.kafka.connect.errors.DataException when the body does not fit the item
   */
  public Optional<JsonNode> of(JsonNode body, JsonNode current) {
    if (body.isArray()) {
      ArrayNode operations = patch((ArrayNode) body, current);
      ArrayNode left = diff ? PatchDiff.of(operations, current) : operations;
      return left.isEmpty() ? Optional.empty() : Optional.of(left);
    }
    return Optional.of(replacement((ObjectNode) body, current));
  }

  private ArrayNode patch(ArrayNode body, JsonNode current) {
    ArrayNode operations = body.deepCopy();
    for (JsonNode operation : operations) {
      if (customFields && ofCustomFields(operation)) {
        JsonNode merged = merged(operation.path("value"), current);
        ((ObjectNode) operation).set("value", merged);
      }
    }
    return operations;
  }

  private JsonNode merged(JsonNode asked, JsonNode current) {
    JsonNode own = current.path(CustomFieldMerge.NAME);
    return own.isArray() ? CustomFieldMerge.merged(own, asked) : asked;
  }

  private JsonNode replacement(ObjectNode body, JsonNode current) {
    ObjectNode result = whole ? current.deepCopy() : body.deepCopy();
    if (whole) {
      withoutInfo(result);
      result.remove(leftOut);
      result.setAll(body);
    }
    if (customFields && body.path(CustomFieldMerge.NAME).isArray()) {
      result.set(CustomFieldMerge.NAME, merged(body.path(CustomFieldMerge.NAME), current));
    }
    return result;
  }

  /** Removes {@code _info}, which the server writes. */
  private static void withoutInfo(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove("_info");
    }
    node.forEach(BodyMerge::withoutInfo);
  }
}
