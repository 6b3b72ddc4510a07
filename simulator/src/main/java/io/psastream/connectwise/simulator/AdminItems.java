package io.psastream.connectwise.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.http.Request;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Json;
import io.psastream.connectwise.simulator.store.Stamp;
import io.psastream.connectwise.simulator.store.Store;
import io.psastream.connectwise.simulator.store.StoredItem;
import io.psastream.connectwise.simulator.store.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/**
 * Changes items behind the API's back: {@code /admin/items}, {@code /admin/touch}, {@code
 * /admin/versions}. The query says how a change is stamped: {@code lastUpdated=<time>}, {@code
 * lastUpdated=none}, {@code silent=true}, {@code visibleFrom=<time>}; and of a collection how many
 * of the {@code newest} are shown in the place of all ids.
 */
final class AdminItems {

  private final Store store;

  AdminItems(Store store) {
    this.store = store;
  }

  JsonNode answer(Request request, String path) throws JsonProcessingException {
    if (path.equals("/")) {
      return sizes();
    }
    int slash = path.lastIndexOf('/');
    boolean one = path.substring(slash + 1).matches("\\d{1,18}");
    String where = one ? path.substring(0, slash) : path;
    ItemCollection items =
        request.method().equals("POST") ? store.collection(where) : store.reading(where);
    long id = one ? Long.parseLong(path.substring(slash + 1)) : 0;
    return switch (request.method()) {
      case "POST" -> items.put(object(request), stamp(request)).tree();
      case "PATCH" ->
          items.update(id, change(object(request)), stamp(request)).orElseThrow().tree();
      case "DELETE" -> deleted(items, id);
      default -> {
        String newest = request.query().getOrDefault("newest", "");
        if (one) {
          yield items.get(id).map(StoredItem::tree).orElseThrow();
        }
        yield newest.isEmpty() ? ids(items) : newest(items, Integer.parseInt(newest));
      }
    };
  }

  /** The items that were updated last, the newest first. */
  private static JsonNode newest(ItemCollection items, int count) {
    ArrayNode newest = Json.MAPPER.createArrayNode();
    items.items().stream()
        .sorted(
            Comparator.comparingLong(StoredItem::lastUpdated)
                .thenComparingLong(StoredItem::id)
                .reversed())
        .limit(count)
        .forEach(item -> newest.add(item.tree()));
    return newest;
  }

  private static ObjectNode object(Request request) throws JsonProcessingException {
    return (ObjectNode) Admin.body(request);
  }

  private static Consumer<ObjectNode> change(ObjectNode body) {
    return item -> {
      for (Map.Entry<String, JsonNode> field : body.properties()) {
        if (field.getValue().isNull()) {
          item.remove(field.getKey());
        } else {
          item.set(field.getKey(), field.getValue());
        }
      }
    };
  }

  private static JsonNode deleted(ItemCollection items, long id) {
    if (!items.delete(id)) {
      throw new NoSuchElementException("item " + id);
    }
    return Json.object().put("deleted", id);
  }

  private static JsonNode ids(ItemCollection items) {
    ArrayNode ids = Json.MAPPER.createArrayNode();
    items.ids().forEach(ids::add);
    return ids;
  }

  private static Stamp stamp(Request request) {
    String time = request.query().getOrDefault("lastUpdated", "");
    Stamp stamp =
        switch (time) {
          case "" -> Stamp.now();
          case "none" -> Stamp.none();
          default -> Stamp.at(Instant.parse(time));
        };
    if (request.query().getOrDefault("silent", "").equals("true")) {
      stamp = Stamp.unchanged();
    }
    String from = request.query().getOrDefault("visibleFrom", "");
    return from.isEmpty() ? stamp : stamp.visibleFrom(Instant.parse(from));
  }

  /** How many items each collection holds. */
  JsonNode sizes() {
    ObjectNode sizes = Json.object();
    store.paths().forEach(path -> sizes.put(path, store.reading(path).size()));
    return sizes;
  }

  /** Gives many items a new time: all, those of {@code ids}, or those {@code from … to}. */
  JsonNode touch(String path, JsonNode body) {
    ItemCollection items = store.reading(path);
    long from = body.path("from").asLong(Long.MIN_VALUE);
    long to = body.path("to").asLong(Long.MAX_VALUE);
    List<Long> ids = new ArrayList<>();
    body.path("ids").forEach(id -> ids.add(id.asLong()));
    if (!body.has("ids")) {
      items.ids().stream().filter(id -> id >= from && id <= to).forEach(ids::add);
    }
    return Json.object().put("touched", items.touch(ids));
  }

  JsonNode versions(String path) {
    ArrayNode versions = Json.MAPPER.createArrayNode();
    for (Version version : store.reading(path).versions()) {
      ObjectNode entry = versions.addObject();
      entry.put("sequence", version.sequence()).put("id", version.id());
      entry.put("visibleFrom", version.visibleFrom().toString());
      version.lastUpdated().ifPresent(time -> entry.put("lastUpdated", time.toString()));
      entry.put("deletion", version.deletion());
      version.item().ifPresent(item -> entry.put("contentHash", item.contentHash()));
    }
    return versions;
  }
}
