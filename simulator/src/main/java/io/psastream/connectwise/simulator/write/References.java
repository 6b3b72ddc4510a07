package io.psastream.connectwise.simulator.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.ItemSchema;
import io.psastream.connectwise.simulator.http.ErrorAnswer.Detail;
import io.psastream.connectwise.simulator.route.ApiCall;
import io.psastream.connectwise.simulator.route.RefusedException;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Json;
import io.psastream.connectwise.simulator.store.Store;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Completes references: {@code {"id":2}} or {@code {"identifier":"X"}} becomes id, identifier, name
 * and a link. A reference into a collection that holds nothing is taken as it is, so that a test
 * need not seed companies to write a ticket; one into a collection that holds others is refused.
 */
final class References {

  /**
   * Links in bodies lead to the host for people, with a doubled slash (docs/connectwise-api.md
   * section 2).
   */
  private static final String LINKS = "https://ui.simulator.invalid/v2026_1//apis/3.0";

  private static final Map<String, String> COLLECTIONS =
      Map.of(
          "CompanyReference", "/company/companies",
          "ContactReference", "/company/contacts",
          "BoardReference", "/service/boards",
          "MemberReference", "/system/members",
          "ConfigurationReference", "/company/configurations");

  private final Store store;

  References(Store store) {
    this.store = store;
  }

  /** The link that {@code _info} carries for a path. */
  static String link(String path) {
    return LINKS + path;
  }

  /** Completes the references that the write changed; others may dangle as they did (P28). */
  void complete(ApiCall call, ObjectNode item, JsonNode before) {
    for (ItemSchema.Field field : call.shape().fields()) {
      String collection = COLLECTIONS.get(field.type());
      boolean changed = !item.path(field.name()).equals(before.path(field.name()));
      if (collection != null && changed && item.get(field.name()) instanceof ObjectNode reference) {
        complete(call, field.name(), reference, collection);
      }
    }
  }

  private void complete(ApiCall call, String name, ObjectNode reference, String path) {
    Optional<ItemCollection> collection = store.existing(path).filter(each -> each.size() > 0);
    if (collection.isEmpty()) {
      return;
    }
    Optional<StoredItem> target = find(collection.get(), reference);
    if (target.isEmpty()) {
      throw unknown(call, name, reference);
    }
    ObjectNode tree = target.get().tree();
    reference.removeAll();
    reference.put("id", target.get().id());
    for (String shown : List.of("identifier", "name")) {
      if (tree.has(shown)) {
        reference.set(shown, tree.get(shown));
      }
    }
    if (!tree.has("name") && tree.has("firstName")) {
      reference.put(
          "name", (tree.path("firstName").asText() + " " + tree.path("lastName").asText()).strip());
    }
    ObjectNode info = Json.object().put(name + "_href", link(path + "/" + target.get().id()));
    reference.set("_info", info);
  }

  private static Optional<StoredItem> find(ItemCollection collection, ObjectNode reference) {
    JsonNode id = reference.path("id");
    if (id.canConvertToLong()) {
      return collection.get(id.longValue());
    }
    String identifier = reference.path("identifier").asText("");
    String name = reference.path("name").asText("");
    return collection.items().stream()
        .filter(
            item -> {
              ObjectNode tree = item.tree();
              return identifier.isEmpty()
                  ? tree.path("name").asText().equalsIgnoreCase(name)
                  : tree.path("identifier").asText().equalsIgnoreCase(identifier);
            })
        .findFirst();
  }

  private static RefusedException unknown(ApiCall call, String name, ObjectNode reference) {
    String field = reference.has("id") ? "id" : "identifier";
    String entity = Character.toUpperCase(name.charAt(0)) + name.substring(1);
    return RefusedException.invalid(
        call.resource(),
        new Detail(
            "NotFound",
            entity + " " + reference.path(field).asText() + " not found",
            call.resource(),
            name + "/" + field));
  }
}
