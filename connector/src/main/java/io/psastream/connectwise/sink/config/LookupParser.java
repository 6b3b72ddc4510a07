package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.sink.config.Route.Lookup;
import io.psastream.connectwise.sink.config.Route.OnAmbiguousCreate;
import io.psastream.connectwise.sink.template.Conditions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads how a route finds its items. */
final class LookupParser {

  private final AliasValues values;
  private final Catalog catalog;

  LookupParser(AliasValues values, Catalog catalog) {
    this.values = values;
    this.catalog = catalog;
  }

  /** The look-up; empty where there is none or its operation cannot be told. */
  Optional<Lookup> parse() {
    if (values.text(LookupKeys.OPERATION).isEmpty()) {
      checkAbsent();
      return Optional.empty();
    }
    Optional<Operation> list =
        values.operation(LookupKeys.OPERATION, catalog, LookupParser::listProblem);
    Map<String, Conditions> conditions = new LinkedHashMap<>();
    LookupKeys.PARAMETERS.forEach(
        (name, parameter) ->
            conditions(name, parameter, list).ifPresent(it -> conditions.put(parameter, it)));
    if (conditions.isEmpty() && LookupKeys.PARAMETERS.keySet().stream().noneMatch(this::wrong)) {
      values.problem(
          LookupKeys.CONDITIONS,
          "is missing; say how an item is found, as in externalXRef=\"${key}\"");
    }
    Duration wait = values.duration(LookupKeys.WAIT_MS);
    return list.map(operation -> new Lookup(operation, conditions, wait));
  }

  private boolean wrong(String name) {
    return values.problems().on(values.key(name));
  }

  private void checkAbsent() {
    LookupKeys.PARAMETERS.keySet().stream()
        .filter(name -> !values.text(name).isEmpty())
        .forEach(name -> values.problem(name, "needs " + LookupKeys.OPERATION));
    if (values.is(RouteKeys.ON_AMBIGUOUS, "lookup")) {
      values.problem(
          RouteKeys.ON_AMBIGUOUS,
          "lookup needs " + LookupKeys.OPERATION + ", such as getServiceTickets");
    }
  }

  private static Optional<String> listProblem(Operation operation) {
    boolean list = operation.method() == HttpMethod.GET && operation.answer() == AnswerKind.LIST;
    return list ? Optional.empty() : Optional.of("does not give a list, such as getServiceTickets");
  }

  private Optional<Conditions> conditions(String name, String parameter, Optional<Operation> list) {
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

  /** What to do about a lost answer; the look-up settles it where nothing else is said. */
  OnAmbiguousCreate onAmbiguous() {
    if (!values.text(RouteKeys.ON_AMBIGUOUS).isEmpty()) {
      return values.choice(OnAmbiguousCreate.class, RouteKeys.ON_AMBIGUOUS);
    }
    return values.text(LookupKeys.OPERATION).isEmpty()
        ? OnAmbiguousCreate.REPORT
        : OnAmbiguousCreate.LOOKUP;
  }
}
