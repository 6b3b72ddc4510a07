package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.config.Route;
import io.psastream.connectwise.config.Template;
import io.psastream.connectwise.config.Template.Source;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.kafka.connect.errors.DataException;

/**
 * An operation with the route's options sorted into its path and its query, and the forms of body
 * it takes.
 *
 * @param addressing fields of an item that say which item it is: those named like a path parameter,
 *     and those a path parameter is taken from; the API refuses them in a body (P42)
 */
record Target(
    Operation operation,
    Map<String, Template> path,
    Map<String, Template> query,
    Set<String> addressing) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  static Target of(Operation operation, Route route) {
    Map<String, Template> path = new LinkedHashMap<>();
    Map<String, Template> query = new LinkedHashMap<>();
    route
        .options()
        .forEach(
            (name, template) -> {
              if (operation.path().parameters().contains(name)) {
                path.put(name, template);
              } else if (route.takesQuery(operation, name)) {
                query.put(name, template);
              }
            });
    return new Target(operation, path, query, addressing(path));
  }

  private static Set<String> addressing(Map<String, Template> path) {
    Set<String> fields = new HashSet<>(path.keySet());
    path.values().stream()
        .flatMap(template -> template.only().stream())
        .filter(part -> part.source() == Source.VALUE || part.source() == Source.ITEM)
        .filter(part -> part.path().size() == 1)
        .forEach(part -> fields.add(part.path().get(0)));
    return fields;
  }

  /** The items that get a call each. */
  List<JsonNode> elements(JsonNode items) {
    boolean patch = operation.body() == BodyKind.JSON_PATCH;
    boolean whole = operation.body() == BodyKind.ARRAY || (patch && Patch.holdsOperations(items));
    return items.isArray() && !whole
        ? StreamSupport.stream(items.spliterator(), false).toList()
        : List.of(items);
  }

  /** The body for an item; empty for operations without one. */
  Optional<JsonNode> body(JsonNode item) {
    return switch (operation.body()) {
      case NONE -> Optional.empty();
      case OBJECT -> Optional.of(object(item));
      case ARRAY -> Optional.of(item.isArray() ? item : NODES.arrayNode().add(item));
      case JSON_PATCH -> Optional.of(Patch.of(item, addressing));
      case MULTIPART ->
          throw new DataException(operation.id() + " takes a file, which is not supported");
    };
  }

  private JsonNode object(JsonNode item) {
    if (!item.isObject()) {
      throw new DataException(
          operation.id() + " takes an object as its item, not " + Patch.kind(item));
    }
    ObjectNode body = NODES.objectNode();
    item.properties().stream()
        .filter(field -> !addressing.contains(field.getKey()))
        .forEach(field -> body.set(field.getKey(), field.getValue()));
    return operation.method() == HttpMethod.POST ? withoutNulls(body) : body;
  }

  /** A create says nothing of what it does not set (api.md 7). */
  private static JsonNode withoutNulls(JsonNode node) {
    if (node.isObject()) {
      ObjectNode object = NODES.objectNode();
      node.properties().stream()
          .filter(field -> !field.getValue().isNull())
          .forEach(field -> object.set(field.getKey(), withoutNulls(field.getValue())));
      return object;
    }
    if (node.isArray()) {
      ArrayNode array = NODES.arrayNode(node.size());
      node.forEach(element -> array.add(withoutNulls(element)));
      return array;
    }
    return node;
  }
}
