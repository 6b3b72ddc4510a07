package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.sink.body.BodyMerge;
import io.psastream.connectwise.sink.body.FileForm;
import io.psastream.connectwise.sink.body.SourceItem;
import io.psastream.connectwise.sink.config.Lookup;
import io.psastream.connectwise.sink.config.LookupKeys;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.config.Route.Related;
import io.psastream.connectwise.sink.config.Writing;
import io.psastream.connectwise.sink.config.Writing.PatchFormat;
import io.psastream.connectwise.sink.mapping.Change.Edit;
import io.psastream.connectwise.template.Conditions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.errors.DataException;

/**
 * Maps the items of a record to changes by one operation: its own call, and the calls it may need
 * to find, read, create or update the item.
 */
final class ChangeMapper {

  /** Two are enough to see that there is more than one. */
  private static final String LOOK_SIZE = "2";

  /** Conditions that the body of a search names otherwise (docs/connectwise-api.md section 3). */
  private static final Map<String, String> FILTERS =
      Map.of(
          "childConditions", "childconditions", "customFieldConditions", "customfieldconditions");

  private final Route route;
  private final Related related;
  private final RequestTemplate request;
  private final Optional<RequestTemplate> create;
  private final Optional<RequestTemplate> edit;
  private final Optional<Operation> search;

  ChangeMapper(Operation operation, Route route, Catalog catalog, UnknownFields unknownFields) {
    Function<Operation, RequestTemplate> templates =
        it -> RequestTemplate.of(it, route, catalog, unknownFields);
    this.route = route;
    this.search = route.lookup().flatMap(it -> search(it.operation(), catalog));
    this.related = route.related(operation);
    this.request = templates.apply(operation);
    this.edit =
        operation.method() == HttpMethod.DELETE
            ? Optional.of(request)
            : related.update().map(templates);
    // What addresses the item of the update is no field of a create either.
    this.create = related.create().map(templates).map(it -> edit.map(it::without).orElse(it));
  }

  private static Optional<Operation> search(Operation list, Catalog catalog) {
    String path = list.path() + "/search";
    return catalog.operations().stream()
        .filter(it -> it.method() == HttpMethod.POST && it.path().toString().equals(path))
        .findFirst();
  }

  Operation operation() {
    return request.operation();
  }

  /** The change that a record without a value asks of the item that its key or header names. */
  Change deletion(RecordView view) {
    return change(view, MissingNode.getInstance());
  }

  /** Whether a record needs no value for the operation. */
  boolean needsNoValue() {
    return operation().method() == HttpMethod.DELETE || operation().body() == BodyKind.NONE;
  }

  /** Whether the operation uploads a file, so that bytes are never read as JSON. */
  boolean takesFile() {
    return request.takesFile();
  }

  /** The items, each of which gets a change of its own. */
  List<JsonNode> elements(JsonNode items) {
    return request.elements(items);
  }

  /**
   * The change that the record asks of an item.
   *
   * @throws DataException when no call can be made of it
   */
  Change change(RecordView view, JsonNode item) {
    boolean bulk = request.operation().body() == BodyKind.ARRAY;
    if (bulk || (edit.isEmpty() && create.isEmpty())) {
      return Change.of(call(request, view, item));
    }
    // Patch operations say how to change an item, not what it is.
    Optional<Call> creating =
        create
            .filter(it -> item.isObject() || request.operation().method() == HttpMethod.POST)
            .map(it -> call(it, view, item));
    Optional<Edit> editing = edit.map(it -> edit(it, view, item));
    boolean looks =
        creating.isPresent() || editing.filter(it -> it.found().isPresent()).isPresent();
    Optional<Call> looking = route.lookup().filter(it -> looks).map(it -> look(it, view, item));
    return new Change(looking, editing, creating);
  }

  private Edit edit(RequestTemplate editing, RecordView view, JsonNode item) {
    Call call = call(editing, view, item);
    Optional<String> found =
        route
            .found(editing.operation())
            .filter(
                name ->
                    request.operation().method() == HttpMethod.POST
                        || !editing.path().containsKey(name));
    found.ifPresent(name -> call.path().remove(name));
    BodyMerge merge = merge(editing);
    Optional<Call> read =
        related
            .read()
            .filter(it -> call.body().filter(merge::needed).isPresent())
            .map(it -> read(it, call));
    return new Edit(call, found, read, merge);
  }

  private BodyMerge merge(RequestTemplate editing) {
    Writing writing = route.writing();
    boolean patch = editing.operation().method() == HttpMethod.PATCH;
    boolean put = editing.operation().method() == HttpMethod.PUT;
    return new BodyMerge(
        patch && writing.format() == PatchFormat.DIFF,
        (patch || put) && writing.mergeCustomFields(),
        put && writing.putMerge(),
        editing.addressing().fields());
  }

  /** The path parameters of the read take the values of the call's by their position. */
  private static Call read(Operation read, Call call) {
    List<String> names = call.operation().path().parameters();
    Map<String, String> path = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (call.path().containsKey(names.get(i))) {
        path.put(read.path().parameters().get(i), call.path().get(names.get(i)));
      }
    }
    return Call.of(read, path, Map.of());
  }

  private Call look(Lookup lookup, RecordView view, JsonNode item) {
    Operation list = lookup.operation();
    Map<String, String> query = new LinkedHashMap<>();
    lookup
        .conditions()
        .forEach((name, conditions) -> query.put(name, filled(name, conditions, view, item)));
    if (list.queryParameters().stream().anyMatch(known -> known.name().equals("fields"))) {
      query.put("fields", "id");
    }
    query.put("pageSize", LOOK_SIZE);
    Map<String, String> path = new LinkedHashMap<>();
    list.path().parameters().stream()
        .filter(route.options()::containsKey)
        .forEach(name -> path.put(name, view.fill(route.options().get(name), item)));
    Call look = checked(Call.of(list, path, query));
    return look.tooLong() ? search(look) : look;
  }

  /** The same look-up with its conditions in the body, for a list that can be searched (P12). */
  private Call search(Call look) {
    Operation searching =
        search.orElseThrow(
            () ->
                new DataException(
                    "it cannot be looked up: the conditions are too long for the URL of "
                        + look.operation().id()));
    ObjectNode filter = JsonNodeFactory.instance.objectNode();
    route
        .lookup()
        .orElseThrow()
        .conditions()
        .keySet()
        .forEach(name -> filter.put(FILTERS.getOrDefault(name, name), look.query().get(name)));
    return new Call(
        searching, look.path(), Map.of("pageSize", LOOK_SIZE), Map.of(), Optional.of(filter));
  }

  private static Call checked(Call call) {
    try {
      call.operation().check(call.path(), call.query());
      return call;
    } catch (IllegalArgumentException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  private static String filled(
      String parameter, Conditions conditions, RecordView view, JsonNode item) {
    try {
      return conditions.fill(expression -> view.text(expression, item));
    } catch (IllegalArgumentException e) {
      throw new DataException(
          "it cannot be looked up by " + LookupKeys.keyOf(parameter) + ": " + e.getMessage(), e);
    }
  }

  private static Call call(RequestTemplate request, RecordView view, JsonNode item) {
    if (request.takesFile()) {
      return upload(request, view, item);
    }
    Optional<JsonNode> body =
        request.body(SourceItem.writable(item, view.typed(), view.placeholder()));
    Map<String, String> path = new LinkedHashMap<>();
    request.path().forEach((name, template) -> path.put(name, view.fill(template, item)));
    path.forEach((name, value) -> checkGiven(request.operation(), name, value));
    Map<String, String> query = new LinkedHashMap<>();
    request.query().forEach((name, template) -> query.put(name, view.fill(template, item)));
    return checked(new Call(request.operation(), path, query, Map.of(), body));
  }

  /** Query parameters become fields of the form. */
  private static Call upload(RequestTemplate request, RecordView view, JsonNode item) {
    Map<String, String> fields = new LinkedHashMap<>();
    request.query().forEach((name, template) -> fields.put(name, view.fill(template, item)));
    JsonNode form = FileForm.of(SourceItem.writable(item, false, view.placeholder()), fields);
    return new Call(request.operation(), Map.of(), Map.of(), Map.of(), Optional.of(form));
  }

  private static void checkGiven(Operation operation, String name, String value) {
    if (value.isBlank()) {
      throw new DataException(
          "the path parameter \"" + name + "\" of " + operation.id() + " is empty");
    }
  }
}
