package io.psastream.connectwise.simulator.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.ItemSchema;
import io.psastream.connectwise.simulator.http.ErrorAnswer.Detail;
import io.psastream.connectwise.simulator.route.ApiCall;
import io.psastream.connectwise.simulator.route.RefusedException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Applies a PATCH the way the API does, which is not RFC 6902: a path is the bare, case-sensitive
 * name of a field. Any other path, with a leading slash or into a reference, changes nothing and is
 * still answered with 200 (P37). Elements of arrays are addressed by index (P39).
 */
final class Patch {

  private static final Set<String> OPERATIONS = Set.of("add", "replace", "remove");

  private final ApiCall call;

  Patch(ApiCall call) {
    this.call = call;
  }

  /** Checks what can be said of the operations without an item. */
  void check(JsonNode operations) {
    if (!operations.isArray()) {
      throw RefusedException.badBody(
          "Cannot deserialize the current JSON because the type requires a JSON array of patch"
              + " operations.");
    }
    for (JsonNode operation : operations) {
      if (!OPERATIONS.contains(operation(operation)) || !operation.path("path").isTextual()) {
        throw RefusedException.badBody("A patch operation needs op and path.");
      }
      if (call.route().operation().path().parameters().contains(path(operation))) {
        throw repeated(path(operation));
      }
    }
  }

  private RefusedException repeated(String name) {
    return RefusedException.invalid(
        call.resource(),
        new Detail(
            "InvalidField", "The field " + name + " cannot be changed.", call.resource(), name));
  }

  private static String operation(JsonNode operation) {
    return operation.path("op").asText("").toLowerCase(Locale.ROOT);
  }

  private static String path(JsonNode operation) {
    return operation.path("path").asText("");
  }

  /** Applies the operations, one after the other. */
  void apply(JsonNode operations, ObjectNode item) {
    for (JsonNode operation : operations) {
      String path = path(operation);
      int slash = path.indexOf('/');
      if (slash > 0 && path.substring(slash + 1).matches("\\d{1,4}")) {
        element(
            operation, item, path.substring(0, slash), Integer.parseInt(path.substring(slash + 1)));
      } else if (slash < 0 && isField(path)) {
        field(operation, item, path);
      }
    }
  }

  private boolean isField(String name) {
    return !name.startsWith("_") && (!call.shape().known() || call.shape().field(name).isPresent());
  }

  private static void field(JsonNode operation, ObjectNode item, String name) {
    JsonNode value = operation.path("value");
    if (operation(operation).equals("remove") || value.isNull() || value.isMissingNode()) {
      item.remove(name);
    } else {
      item.set(name, value.deepCopy());
    }
  }

  /**
   * An added element goes to the end and is nobody's default; a removed one lets others move up.
   */
  private void element(JsonNode operation, ObjectNode item, String name, int index) {
    Optional<ItemSchema.Field> field = call.shape().field(name).filter(ItemSchema.Field::array);
    if (field.isEmpty()) {
      return;
    }
    ArrayNode array = item.get(name) instanceof ArrayNode old ? old : item.putArray(name);
    switch (operation(operation)) {
      case "add" -> array.add(added(operation.path("value").deepCopy()));
      case "remove" -> array.remove(index);
      default -> {
        if (index < array.size()) {
          array.set(index, operation.path("value").deepCopy());
        }
      }
    }
  }

  private static JsonNode added(JsonNode element) {
    if (element instanceof ObjectNode object && object.has("defaultFlag")) {
      object.put("defaultFlag", false);
    }
    return element;
  }
}
