package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.sink.body.ItemModel;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.config.Writing;
import io.psastream.connectwise.sink.config.Writing.OnProblem;
import io.psastream.connectwise.sink.config.Writing.PatchFormat;
import io.psastream.connectwise.template.Template;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.connect.errors.DataException;

/**
 * The request of an operation before a record fills it in: the route's options sorted into its path
 * and its query, and how bodies are made of items.
 *
 * @param addressing fields of an item that say which item it is, and are left out of its body
 * @param writing how the route wants bodies made and checked
 * @param model what the catalogue knows of the items
 * @param unknownFields where fields are told of that the catalogue does not know
 */
record RequestTemplate(
    Operation operation,
    Map<String, Template> path,
    Map<String, Template> query,
    Addressing addressing,
    Writing writing,
    ItemModel model,
    UnknownFields unknownFields) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  static RequestTemplate of(
      Operation operation, Route route, Catalog catalog, UnknownFields unknownFields) {
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
    ItemModel model = ItemModel.of(operation, catalog);
    Map<String, Template> addressing = new LinkedHashMap<>(path);
    if (operation.body() == BodyKind.NONE) {
      addressing.putAll(query); // a body would say again what only the query can take
    }
    return new RequestTemplate(
        operation,
        path,
        query,
        Addressing.of(operation, model, addressing, route.items()),
        route.writing(),
        model,
        unknownFields);
  }

  /** The same, which leaves out what addresses the item of an update, too. */
  RequestTemplate without(RequestTemplate update) {
    return new RequestTemplate(
        operation,
        path,
        query,
        addressing.with(update.addressing, update.operation, model),
        writing,
        model,
        unknownFields);
  }

  /** Whether it takes a form with a file. */
  boolean takesFile() {
    return operation.body() == BodyKind.MULTIPART;
  }

  /** The items, each of which gets a call of its own. */
  List<JsonNode> elements(JsonNode items) {
    boolean patch = operation.body() == BodyKind.JSON_PATCH;
    boolean operations = writing.format() == PatchFormat.OPERATIONS || Patch.holdsOperations(items);
    boolean whole = operation.body() == BodyKind.ARRAY || (patch && operations);
    return items.isArray() && !whole
        ? StreamSupport.stream(items.spliterator(), false).toList()
        : List.of(items);
  }

  /**
   * The body for an item; empty for operations without one.
   *
   * @throws DataException when there is none for it
   */
  Optional<JsonNode> body(JsonNode item) {
    return switch (operation.body()) {
      case NONE -> undeclared(item);
      case OBJECT -> Optional.of(object(item));
      case ARRAY -> Optional.of(array(item));
      case JSON_PATCH -> Optional.of(patch(item));
      case MULTIPART -> throw new IllegalStateException(operation.id() + " takes a form");
    };
  }

  /**
   * What a record says to an operation that is declared without a body, which the specification
   * says of some that take one: it is sent, and the API decides. Empty where nothing is said but
   * what the options take.
   */
  private Optional<JsonNode> undeclared(JsonNode item) {
    boolean nothing = item.isMissingNode() || (item.isTextual() && item.asText().isBlank());
    boolean taken = item.isValueNode() && addressing.whole();
    return nothing || taken
        ? Optional.empty()
        : Optional.<JsonNode>of(object(item)).filter(body -> !body.isEmpty());
  }

  /** What holds for one item holds for each of an array. */
  private ArrayNode array(JsonNode item) {
    JsonNode items = item.isArray() ? item : NODES.arrayNode().add(item);
    ArrayNode array = NODES.arrayNode(items.size());
    for (JsonNode element : items) {
      try {
        array.add(object(element));
      } catch (DataException e) {
        throw items.size() == 1
            ? e
            : new DataException(
                "item %d of %d: %s".formatted(array.size() + 1, items.size(), e.getMessage()));
      }
    }
    if (array.isEmpty()) {
      throw new DataException(operation.id() + " takes an array of items, and this one is empty");
    }
    return array;
  }

  private JsonNode patch(JsonNode item) {
    boolean wantsOperations = writing.format() == PatchFormat.OPERATIONS;
    boolean wantsObject = writing.format() == PatchFormat.DIFF;
    if ((wantsOperations && !item.isArray()) || (wantsObject && !item.isObject())) {
      throw new DataException(
          "patch.format="
              + writing.format().name().toLowerCase(Locale.ROOT)
              + " takes "
              + (wantsOperations ? "an array of patch operations" : "an object")
              + ", not "
              + ItemModel.kind(item));
    }
    if (item.isArray()) {
      ArrayNode operations = Patch.of(item, addressing.fields());
      operations.forEach(this::convertTimes);
      check(Patch.values(operations));
      return operations;
    }
    return Patch.of(item.isObject() ? fields(item) : item, addressing.fields());
  }

  private void convertTimes(JsonNode operation) {
    if (operation.has("value")) {
      String field = operation.path("path").asText().replaceFirst("/.*", "");
      ObjectNode value = NODES.objectNode().set(field, operation.get("value"));
      model.convertTimes(value);
      ((ObjectNode) operation).set("value", value.get(field));
    }
  }

  private JsonNode object(JsonNode item) {
    if (!item.isObject()) {
      throw new DataException(
          operation.id() + " takes an object as its item, not " + ItemModel.kind(item));
    }
    return fields(item);
  }

  /** The fields of the item without those that address it, and without nulls that mean nothing. */
  private ObjectNode fields(JsonNode item) {
    ObjectNode fields = NODES.objectNode();
    for (var field : item.properties()) {
      if (!addressing.fields().contains(field.getKey())) {
        fields.set(field.getKey(), field.getValue());
      }
    }
    ObjectNode said = (ObjectNode) said(fields);
    model.convertTimes(said);
    check(said);
    return said;
  }

  private void check(ObjectNode fields) {
    List<String> unknown =
        writing.onUnknownField() == OnProblem.IGNORE ? List.of() : model.unknown(fields);
    if (!unknown.isEmpty() && writing.onUnknownField() == OnProblem.FAIL) {
      throw new DataException(
          operation.id()
              + " has no field "
              + String.join(", ", unknown)
              + " in the catalogue; unknown.field.behavior=warn sends it anyway");
    }
    unknownFields.note(operation, unknown);
    if (writing.dryRun()) {
      checkComplete(fields);
    }
  }

  /** Checks what the API itself would refuse, which a dry run does not get to ask. */
  private void checkComplete(JsonNode fields) {
    boolean whole =
        operation.method() == HttpMethod.POST
            || (operation.method() == HttpMethod.PUT && !writing.putMerge());
    Stream<String> missing =
        whole ? model.missing(fields).stream().map(name -> name + ": is required") : Stream.of();
    List<String> problems = Stream.concat(missing, model.wrong(fields).stream()).toList();
    if (!problems.isEmpty()) {
      throw new DataException(
          operation.id() + " would not take it: " + String.join("; ", problems));
    }
  }

  private JsonNode said(JsonNode fields) {
    boolean nulls = operation.method() != HttpMethod.POST && writing.clearNulls();
    return nulls ? fields : withoutNulls(fields);
  }

  /** A create says nothing of what it does not set (docs/connectwise-api.md section 7). */
  private static JsonNode withoutNulls(JsonNode node) {
    if (node.isObject()) {
      ObjectNode object = NODES.objectNode();
      for (var field : node.properties()) {
        if (!field.getValue().isNull()) {
          object.set(field.getKey(), withoutNulls(field.getValue()));
        }
      }
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
