package io.psastream.connectwise.sink.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Coalesces two bodies for one item into one: of each field the later value counts, and each custom
 * field counts as a field (P38). Bodies that would do something else together are not coalesced:
 * patch operations other than the replacement of a whole field depend on what was there (P39).
 */
public final class BodyCoalescer {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private BodyCoalescer() {}

  /** One body for both; empty when they cannot be coalesced. */
  public static Optional<JsonNode> of(JsonNode first, JsonNode then) {
    if (first.isObject() && then.isObject()) {
      return objects((ObjectNode) first, (ObjectNode) then);
    }
    return first.isArray() && then.isArray() && replaces(first) && replaces(then)
        ? patches(first, then)
        : Optional.empty();
  }

  /** Whether the item has custom fields. */
  public static boolean hasCustomFields(JsonNode item) {
    return item.has(CustomFieldMerge.NAME);
  }

  private static Optional<JsonNode> objects(ObjectNode first, ObjectNode then) {
    ObjectNode both = first.deepCopy();
    both.setAll(then);
    if (hasCustomFields(first) && hasCustomFields(then)) {
      return customFields(first.get(CustomFieldMerge.NAME), then.get(CustomFieldMerge.NAME))
          .map(fields -> both.set(CustomFieldMerge.NAME, fields));
    }
    return Optional.of(both);
  }

  private static boolean replaces(JsonNode operations) {
    for (JsonNode operation : operations) {
      boolean whole = !operation.path("path").asText().contains("/");
      if (!whole || !operation.path("op").asText().equalsIgnoreCase("replace")) {
        return false;
      }
    }
    return true;
  }

  /** What the later body replaces keeps its order and comes last. */
  private static Optional<JsonNode> patches(JsonNode first, JsonNode then) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    first.forEach(operation -> fields.put(operation.path("path").asText(), operation));
    for (JsonNode operation : then) {
      String field = operation.path("path").asText();
      JsonNode before = fields.remove(field);
      JsonNode after = operation;
      if (before != null && field.equals(CustomFieldMerge.NAME)) {
        Optional<JsonNode> custom = customFields(before.get("value"), operation.get("value"));
        if (custom.isEmpty()) {
          return Optional.empty();
        }
        after = ((ObjectNode) operation.deepCopy()).set("value", custom.get());
      }
      fields.put(field, after);
    }
    return Optional.of(NODES.arrayNode().addAll(fields.values()));
  }

  /** By id or by caption, whichever all of them have. */
  private static Optional<JsonNode> customFields(JsonNode first, JsonNode then) {
    if (!first.isArray() || !then.isArray()) {
      return Optional.empty();
    }
    List<JsonNode> both = List.of(first, then);
    return customFields(both, field -> field.path("id").asText())
        .or(
            () ->
                customFields(
                    both,
                    field ->
                        field.has("id")
                            ? ""
                            : field.path("caption").asText().strip().toLowerCase(Locale.ROOT)));
  }

  /** One that a body names twice is left to that body's own failure. */
  private static Optional<JsonNode> customFields(
      List<JsonNode> bodies, Function<JsonNode, String> identity) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    for (JsonNode body : bodies) {
      Set<String> names = new HashSet<>();
      for (JsonNode field : body) {
        String name = identity.apply(field);
        if (name.isEmpty() || !names.add(name)) {
          return Optional.empty();
        }
        fields.put(name, field);
      }
    }
    return Optional.of(NODES.arrayNode().addAll(fields.values()));
  }
}
