package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.UnknownOperationException;
import io.psastream.connectwise.config.Problems;
import io.psastream.connectwise.sink.config.Route.Lookup;
import io.psastream.connectwise.sink.config.Route.OnAmbiguousCreate;
import io.psastream.connectwise.sink.template.Conditions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads how a route finds its items. */
final class LookupParser {

  private final RouteValues values;
  private final Catalog catalog;
  private final Problems problems;

  LookupParser(RouteValues values, Catalog catalog, Problems problems) {
    this.values = values;
    this.catalog = catalog;
    this.problems = problems;
  }

  /** The look-up; empty where there is none or its operation cannot be told. */
  Optional<Lookup> parse() {
    String id = values.text(LookupKeys.OPERATION);
    if (id.isEmpty()) {
      checkAbsent();
      return Optional.empty();
    }
    Optional<Operation> list = list(id);
    Map<String, Conditions> conditions = new LinkedHashMap<>();
    LookupKeys.PARAMETERS.forEach(
        (name, parameter) ->
            conditions(name, parameter, list).ifPresent(it -> conditions.put(parameter, it)));
    if (conditions.isEmpty() && LookupKeys.PARAMETERS.keySet().stream().noneMatch(this::wrong)) {
      problems.add(
          values.key(LookupKeys.CONDITIONS),
          "is missing; say how an item is found, as in externalXRef=\"${key}\"");
    }
    Duration wait = Duration.ofMillis((Long) values.value(LookupKeys.WAIT_MS));
    return list.map(operation -> new Lookup(operation, conditions, wait));
  }

  private boolean wrong(String name) {
    return problems.on(values.key(name));
  }

  private void checkAbsent() {
    LookupKeys.PARAMETERS.keySet().stream()
        .filter(name -> !values.text(name).isEmpty())
        .forEach(name -> problems.add(values.key(name), "needs " + LookupKeys.OPERATION));
    if (values.text(RouteKeys.ON_AMBIGUOUS).equalsIgnoreCase("lookup")) {
      problems.add(
          values.key(RouteKeys.ON_AMBIGUOUS),
          "lookup needs " + LookupKeys.OPERATION + ", such as getServiceTickets");
    }
  }

  private Optional<Operation> list(String id) {
    String key = values.key(LookupKeys.OPERATION);
    try {
      Operation operation = catalog.operation(id);
      boolean list = operation.method() == HttpMethod.GET && operation.answer() == AnswerKind.LIST;
      if (!list) {
        problems.add(key, operation.id() + " does not give a list, such as getServiceTickets");
      }
      return list ? Optional.of(operation) : Optional.empty();
    } catch (UnknownOperationException e) {
      problems.add(key, e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Conditions> conditions(String name, String parameter, Optional<Operation> list) {
    String text = values.text(name);
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
      problems.add(values.key(name), list.get().id() + " takes no " + parameter);
    }
    try {
      return Optional.of(Conditions.parse(text));
    } catch (IllegalArgumentException e) {
      problems.add(values.key(name), e.getMessage());
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
