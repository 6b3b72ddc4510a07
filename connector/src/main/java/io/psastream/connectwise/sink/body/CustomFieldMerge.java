package io.psastream.connectwise.sink.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.sink.body.PatchCheck.Differences;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
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
   * @throws DataException when the item has no such field or several, when two elements mean the
   *     same one, or when a date is none; the message names it
   */
  static ArrayNode merged(JsonNode current, JsonNode asked) {
    ArrayNode merged = JsonNodeFactory.instance.arrayNode(current.size());
    current.forEach(field -> merged.add(field.deepCopy()));
    Set<JsonNode> given = Collections.newSetFromMap(new IdentityHashMap<>());
    for (JsonNode field : asked) {
      List<JsonNode> found = find(merged, field);
      if (found.size() != 1) {
        throw found.isEmpty() ? unknown(field) : ambiguous(field, found.size());
      }
      ObjectNode own = (ObjectNode) found.get(0);
      if (!given.add(own)) {
        throw new DataException(NAME + " gives " + name(own) + " two values");
      }
      if (field.has("value")) {
        own.set("value", value(own, field.get("value")));
      }
    }
    return merged;
  }

  /** A value as a field takes it: what its type says is a date has the form of the API's times. */
  static JsonNode value(JsonNode field, JsonNode asked) {
    return field.path("type").asText().equals("Date")
        ? ApiTimes.of(asked, NAME + "/" + name(field))
        : asked;
  }

  /** Adds those that were asked for and have another value. */
  static void compare(JsonNode asked, JsonNode got, JsonNode before, Differences differences) {
    for (JsonNode field : asked) {
      List<JsonNode> own = find(got, field);
      boolean applied =
          own.stream().anyMatch(it -> secret(it) || applied(field.path("value"), value(it)));
      if (!applied) {
        differences.add(
            NAME + "/" + name(field),
            field.path("value"),
            onlyValue(own),
            onlyValue(find(before, field)));
      }
    }
  }

  private static JsonNode value(JsonNode field) {
    return field.path("value");
  }

  private static JsonNode onlyValue(List<JsonNode> fields) {
    return fields.size() == 1 ? value(fields.get(0)) : MissingNode.getInstance();
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

  /** All that the id means or, where there is none, the caption. */
  private static List<JsonNode> find(JsonNode fields, JsonNode wanted) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode field : fields) {
      boolean same =
          wanted.hasNonNull("id")
              ? field.path("id").asText().equals(wanted.path("id").asText())
              : sameCaption(field, wanted);
      if (same) {
        found.add(field);
      }
    }
    return found;
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

  private static DataException ambiguous(JsonNode field, int number) {
    return new DataException(
        "the item has " + number + " custom fields " + name(field) + "; name the one by its id");
  }

  private static String name(JsonNode field) {
    return field.path(field.hasNonNull("caption") ? "caption" : "id").asText("?");
  }
}
