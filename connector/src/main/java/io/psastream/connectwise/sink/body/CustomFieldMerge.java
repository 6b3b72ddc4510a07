package io.psastream.connectwise.sink.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;

/**
 * The custom fields of an item: an array whose elements are addressed by id or caption, and which
 * is sent whole because the API may take what is left out for emptied (P38).
 */
final class CustomFieldMerge {

  static final String NAME = "customFields";

  private CustomFieldMerge() {}

  /**
   * The item's array with the values that are asked for in it.
   *
   * @throws DataException when the item has no such field; the message names it
   */
  static ArrayNode merged(JsonNode current, JsonNode asked) {
    ArrayNode merged = JsonNodeFactory.instance.arrayNode(current.size());
    current.forEach(field -> merged.add(field.deepCopy()));
    for (JsonNode field : asked) {
      ObjectNode own = (ObjectNode) find(merged, field).orElseThrow(() -> unknown(field));
      if (field.has("value")) {
        own.set("value", field.get("value"));
      }
    }
    return merged;
  }

  /** Those that were asked for and have another value. */
  static List<String> unapplied(JsonNode asked, JsonNode got) {
    List<String> names = new ArrayList<>();
    for (JsonNode field : asked) {
      boolean applied =
          find(got, field)
              .map(own -> secret(own) || applied(field.path("value"), own.path("value")))
              .orElse(false);
      if (!applied) {
        names.add(NAME + "/" + name(field));
      }
    }
    return names;
  }

  /** What does not come back in clear cannot be compared. */
  private static boolean secret(JsonNode field) {
    return field.path("type").asText().equals("Password");
  }

  private static boolean applied(JsonNode asked, JsonNode got) {
    boolean nothing = asked.isMissingNode() || asked.isNull();
    return nothing
        ? got.isMissingNode() || got.asText().isBlank() || !got.isTextual()
        : !got.isMissingNode() && ValueEquivalence.close(asked, got);
  }

  private static Optional<JsonNode> find(JsonNode fields, JsonNode wanted) {
    for (JsonNode field : fields) {
      boolean same =
          wanted.hasNonNull("id")
              ? field.path("id").asText().equals(wanted.path("id").asText())
              : sameCaption(field, wanted);
      if (same) {
        return Optional.of(field);
      }
    }
    return Optional.empty();
  }

  private static boolean sameCaption(JsonNode field, JsonNode wanted) {
    return wanted.hasNonNull("caption")
        && field
            .path("caption")
            .asText()
            .strip()
            .equalsIgnoreCase(wanted.path("caption").asText().strip());
  }

  private static DataException unknown(JsonNode field) {
    return new DataException(
        field.hasNonNull("id") || field.hasNonNull("caption")
            ? "the item has no custom field " + name(field)
            : "an element of customFields has neither an id nor a caption");
  }

  private static String name(JsonNode field) {
    return field.path(field.hasNonNull("caption") ? "caption" : "id").asText("?");
  }
}
