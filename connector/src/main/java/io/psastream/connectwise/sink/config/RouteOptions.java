package io.psastream.connectwise.sink.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.Operation.Parameter;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.config.Nearest;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.template.Template;
import io.psastream.connectwise.template.Template.Source;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the options of a route, whose values are templates, and checks them. */
final class RouteOptions {

  private final Route route;
  private final List<Operation> operations;
  private final AliasValues values;

  /**
   * @param route complete except for its options
   */
  RouteOptions(Route route, AliasValues values) {
    this.route = route;
    this.operations = route.operations();
    this.values = values;
  }

  /** The route with its options. */
  Route read() {
    Map<String, Template> templates = new LinkedHashMap<>();
    JsonNode options = Options.tree(values);
    options
        .properties()
        .forEach(
            option -> {
              checkName(option.getKey());
              template(option.getKey(), option.getValue())
                  .ifPresent(template -> templates.put(option.getKey(), template));
            });
    if (options.isObject()) {
      checkComplete(options);
    }
    checkTombstones(templates);
    checkLane();
    checkLookup(templates);
    return route.with(templates);
  }

  private void checkLane() {
    boolean creates = operations.stream().anyMatch(it -> it.method() == HttpMethod.POST);
    if (route.directives().unordered() && route.lookup().isPresent() && creates) {
      values.problem(
          RouteKeys.LANE,
          "none would look up two records of one item side by side and create it twice; give what"
              + " identifies the item, such as ${value.ticketId}");
    }
  }

  /** Reports a look-up whose ids are those of other items than the operation writes. */
  private void checkLookup(Map<String, Template> templates) {
    route
        .lookup()
        .ifPresent(
            lookup ->
                route.targets().stream()
                    .filter(target -> takesFoundId(target, templates))
                    .filter(target -> !finds(lookup.operation(), target))
                    .forEach(
                        target ->
                            values.problem(
                                LookupKeys.OPERATION,
                                lookup.operation().id()
                                    + " finds other items than "
                                    + target.id()
                                    + " writes, and their ids are not the same; look up in GET "
                                    + Route.collection(target))));
  }

  private boolean takesFoundId(Operation target, Map<String, Template> templates) {
    return target.method() == HttpMethod.POST
        ? target.siblings().list().isPresent()
            && values.text(LookupKeys.UPDATE).isEmpty()
            && route.related(target).update().isPresent()
        : route.found(target).filter(name -> !templates.containsKey(name)).isPresent();
  }

  private static boolean finds(Operation list, Operation target) {
    String path = Route.collection(target);
    String looked = Route.unnamed(list.path().toString());
    return Route.areOfOneSpace(looked, path)
        || looked.equals(path + "/info")
        || (list.item().isPresent() && list.item().equals(target.item()));
  }

  private Optional<Template> template(String name, JsonNode value) {
    if (!value.isValueNode() || value.isNull()) {
      values.problem(
          Options.KEY, "the value of \"" + name + "\" must be a string, a number or a boolean");
      return Optional.empty();
    }
    try {
      return Optional.of(Template.parse(value.asText()));
    } catch (IllegalArgumentException e) {
      values.problem(Options.KEY, "the value of \"" + name + "\": " + e.getMessage());
      return Optional.empty();
    }
  }

  private void checkName(String name) {
    List<String> known =
        operations.stream()
            .flatMap(
                operation ->
                    Stream.concat(
                        operation.pathParameters().stream(), operation.queryParameters().stream()))
            .map(Parameter::name)
            .distinct()
            .toList();
    boolean ofLookup =
        route.lookup().filter(it -> it.operation().path().parameters().contains(name)).isPresent();
    boolean taken =
        ofLookup
            || known.contains(name)
            || operations.stream().anyMatch(operation -> route.takesQuery(operation, name));
    if (!taken) {
      values.problem(
          Options.KEY,
          operations.stream().map(Operation::id).collect(Collectors.joining(" and "))
              + (operations.size() == 1 ? " takes" : " take")
              + " no parameter \""
              + name
              + "\". "
              + (known.isEmpty() ? "There are none." : Nearest.hint(name, known)));
    }
  }

  private void checkComplete(JsonNode options) {
    List<Operation> targets = route.targets();
    targets.forEach(operation -> checkComplete(operation, route.found(operation), options));
    Stream<Operation> creates =
        targets.stream().flatMap(target -> route.related(target).create().stream());
    Stream<Operation> updates =
        targets.stream().flatMap(target -> route.related(target).update().stream());
    Stream.concat(creates, route.lookup().stream().map(Lookup::operation))
        .filter(operation -> !targets.contains(operation))
        .forEach(operation -> checkComplete(operation, Optional.empty(), options));
    updates
        .filter(operation -> !targets.contains(operation))
        .forEach(operation -> checkComplete(operation, route.found(operation), options));
  }

  /** The path parameter that a look-up fills in may be missing. */
  private void checkComplete(Operation operation, Optional<String> found, JsonNode options) {
    operation.path().parameters().stream()
        .filter(name -> !options.has(name) && !found.equals(Optional.of(name)))
        .forEach(name -> addMissing("path parameter", name, operation));
    operation.queryParameters().stream()
        .filter(Parameter::required)
        .map(Parameter::name)
        .filter(name -> !options.has(name))
        .forEach(name -> addMissing("query parameter", name, operation));
  }

  private void addMissing(String what, String name, Operation operation) {
    values.problem(
        Options.KEY, "the " + what + " \"" + name + "\" of " + operation.id() + " is missing");
  }

  /** Reports options of the delete operation that need a value, which a tombstone does not have. */
  private void checkTombstones(Map<String, Template> templates) {
    boolean bare = route.directives().envelope() == RecordDirectives.Envelope.NONE;
    if (!bare || route.rules().onNull() != Rules.OnNull.DELETE) {
      return;
    }
    if (route.directives().lane().filter(it -> it.uses(Source.VALUE)).isPresent()) {
      values.problem(
          RouteKeys.LANE,
          "refers to the value, which a tombstone does not have, so that a delete could overtake"
              + " what was sent before it; use ${key} or a header");
    }
    route.delete().ifPresent(operation -> checkFound(operation, templates));
    route
        .delete()
        .ifPresent(
            operation ->
                templates.forEach(
                    (name, template) -> {
                      boolean used =
                          operation.path().parameters().contains(name)
                              || route.takesQuery(operation, name);
                      if (used && (template.uses(Source.VALUE) || template.uses(Source.ITEM))) {
                        values.problem(
                            Options.KEY,
                            "\""
                                + name
                                + "\" of "
                                + operation.id()
                                + " refers to the value, which a tombstone does not have; use"
                                + " ${key} or a header");
                      }
                    }));
  }

  /** Reports look-up conditions of tombstones that need a value. */
  private void checkFound(Operation delete, Map<String, Template> templates) {
    boolean looks = route.found(delete).filter(name -> !templates.containsKey(name)).isPresent();
    route.lookup().stream()
        .filter(lookup -> looks)
        .flatMap(lookup -> lookup.conditions().entrySet().stream())
        .filter(it -> it.getValue().uses(Source.VALUE) || it.getValue().uses(Source.ITEM))
        .forEach(
            it ->
                values.problem(
                    LookupKeys.keyOf(it.getKey()),
                    "refers to the value, which a tombstone does not have; use ${key} or a header,"
                        + " or give the id of "
                        + delete.id()
                        + " in the options"));
  }
}
