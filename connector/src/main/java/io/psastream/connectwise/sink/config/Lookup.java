package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.template.Conditions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How an item is found by other fields than its id.
 *
 * @param operation the list that is searched
 * @param conditions the conditions, by the name of their query parameter
 * @param delay how late the list may show a create
 * @param memory how long what was created is looked for by its id first
 * @param read reads an item of the list by its id
 */
public record Lookup(
    Operation operation,
    Map<String, Conditions> conditions,
    Duration delay,
    Duration memory,
    Optional<Operation> read) {

  /** Reads the look-up of a route; empty where there is none or its operation is unknown. */
  static Optional<Lookup> of(AliasValues values, Catalog catalog) {
    Set<String> names = LookupKeys.PARAMETERS.keySet();
    if (values.text(LookupKeys.OPERATION).isEmpty()) {
      names.stream()
          .filter(name -> values.text(name).isPresent())
          .forEach(name -> values.problem(name, "needs " + LookupKeys.OPERATION));
      names.forEach(values::hide);
      return Optional.empty();
    }
    Optional<Operation> list = values.operation(LookupKeys.OPERATION, catalog, Lookup::listProblem);
    Map<String, Conditions> conditions = new LinkedHashMap<>();
    LookupKeys.PARAMETERS.forEach(
        (name, parameter) ->
            conditions(values, name, parameter, list)
                .ifPresent(it -> conditions.put(parameter, it)));
    if (conditions.isEmpty() && names.stream().noneMatch(values::hasProblem)) {
      values.problem(
          LookupKeys.CONDITIONS,
          "is missing; say how an item is found, as in externalXRef=\"${key}\"");
    }
    Duration delay = values.duration(LookupKeys.WAIT_MS);
    Duration memory = values.duration(LookupKeys.MEMORY_MS);
    return list.map(
        operation -> new Lookup(operation, conditions, delay, memory, read(operation, catalog)));
  }

  private static Optional<Operation> read(Operation list, Catalog catalog) {
    int parents = list.path().parameters().size();
    return list.siblings()
        .get()
        .map(catalog::operation)
        .filter(read -> read.path().parameters().size() == parents + 1);
  }

  /** The call that reads what a look-up is for by its id; empty where the API has none. */
  public Optional<Call> byId(Call look, String id) {
    return read.map(
        operation -> {
          List<String> names = operation.path().parameters();
          List<String> parents = look.operation().path().parameters();
          Map<String, String> path = new LinkedHashMap<>();
          for (int i = 0; i < parents.size(); i++) {
            path.put(names.get(i), look.path().get(parents.get(i)));
          }
          path.put(names.get(parents.size()), id);
          return Call.of(operation, path, Map.of());
        });
  }

  private static Optional<String> listProblem(Operation operation) {
    boolean list = operation.method() == HttpMethod.GET && operation.answer() == AnswerKind.LIST;
    return list ? Optional.empty() : Optional.of("does not give a list, such as getServiceTickets");
  }

  private static Optional<Conditions> conditions(
      AliasValues values, String name, String parameter, Optional<Operation> list) {
    Optional<String> text = values.text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    boolean taken =
        list.map(
                operation ->
                    operation.queryParameters().stream()
                        .anyMatch(known -> known.name().equals(parameter)))
            .orElse(true);
    if (!taken) {
      values.problem(name, list.get().id() + " takes no " + parameter);
    }
    try {
      return Optional.of(Conditions.parse(text.get()));
    } catch (IllegalArgumentException e) {
      values.problem(name, e.getMessage());
      return Optional.empty();
    }
  }
}
