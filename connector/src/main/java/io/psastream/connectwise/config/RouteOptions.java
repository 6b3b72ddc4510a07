package io.psastream.connectwise.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.Parameter;
import io.psastream.connectwise.config.Template.Source;
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
  private final String key;
  private final Problems problems;

  /** The route is complete but for its options. */
  RouteOptions(Route route, Problems problems) {
    this.route = route;
    this.operations = route.operations();
    this.key = SinkConfig.ALIASES.key(route.alias(), Options.KEY);
    this.problems = problems;
  }

  /** The route with its options. */
  Route read(String text) {
    Map<String, Template> templates = new LinkedHashMap<>();
    JsonNode options = Options.tree(key, text, problems);
    options
        .properties()
        .forEach(
            option -> {
              checkName(option.getKey());
              template(option.getKey(), option.getValue())
                  .ifPresent(template -> templates.put(option.getKey(), template));
            });
    if (options.isObject()) {
      operations.forEach(operation -> checkComplete(operation, options));
    }
    checkTombstones(templates);
    return new Route(
        route.alias(),
        route.topics(),
        route.mutate(),
        route.delete(),
        templates,
        route.items(),
        route.directions(),
        route.rules());
  }

  private Optional<Template> template(String name, JsonNode value) {
    if (!value.isValueNode() || value.isNull()) {
      problems.add(key, "the value of \"" + name + "\" must be a string, a number or a boolean");
      return Optional.empty();
    }
    try {
      return Optional.of(Template.parse(value.asText()));
    } catch (IllegalArgumentException e) {
      problems.add(key, "the value of \"" + name + "\": " + e.getMessage());
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
    boolean taken =
        known.contains(name)
            || operations.stream().anyMatch(operation -> route.takesQuery(operation, name));
    if (!taken) {
      problems.add(
          key,
          operations.stream().map(Operation::id).collect(Collectors.joining(" and "))
              + (operations.size() == 1 ? " takes" : " take")
              + " no parameter \""
              + name
              + "\". "
              + (known.isEmpty() ? "There are none." : Nearest.hint(name, known)));
    }
  }

  private void checkComplete(Operation operation, JsonNode options) {
    Stream<String> required =
        operation.queryParameters().stream().filter(Parameter::required).map(Parameter::name);
    operation.path().parameters().stream()
        .filter(name -> !options.has(name))
        .forEach(name -> addMissing("path parameter", name, operation));
    required
        .filter(name -> !options.has(name))
        .forEach(name -> addMissing("query parameter", name, operation));
  }

  private void addMissing(String what, String name, Operation operation) {
    problems.add(key, "the " + what + " \"" + name + "\" of " + operation.id() + " is missing");
  }

  /** A tombstone has no value to take a parameter from. */
  private void checkTombstones(Map<String, Template> templates) {
    boolean bare = route.directions().envelope() == Route.Envelope.NONE;
    if (!bare || route.rules().onNull() != Route.OnNull.DELETE) {
      return;
    }
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
                        problems.add(
                            key,
                            "\""
                                + name
                                + "\" of "
                                + operation.id()
                                + " refers to the value, which a tombstone does not have; use"
                                + " ${key} or a header");
                      }
                    }));
  }
}
