package io.psastream.connectwise.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.UnknownOperationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.config.ConfigValue;

/**
 * Which OperationIds a key can take, as graphical tools offer them. A key that holds one is offered
 * those of the same module, so that an answer with many queries or routes stays small.
 */
final class OperationIds {

  private static final Map<String, Predicate<Operation>> FITTING =
      Map.of(
          QueryKeys.OPERATION_ID, operation -> operation.method() == HttpMethod.GET,
          RouteKeys.MUTATE, operation -> operation.method() != HttpMethod.GET,
          RouteKeys.OPERATION_ALLOWED, operation -> operation.method() != HttpMethod.GET,
          RouteKeys.DELETE, operation -> operation.method() == HttpMethod.DELETE,
          LookupKeys.OPERATION, OperationIds::isList,
          LookupKeys.CREATE, operation -> operation.method() == HttpMethod.POST,
          LookupKeys.UPDATE, OperationIds::updates);

  private final Catalog catalog;

  OperationIds(Catalog catalog) {
    this.catalog = catalog;
  }

  private static boolean isList(Operation operation) {
    return operation.method() == HttpMethod.GET && operation.answer() == AnswerKind.LIST;
  }

  private static boolean updates(Operation operation) {
    return operation.method() == HttpMethod.PATCH || operation.method() == HttpMethod.PUT;
  }

  /** Adds what can be chosen to those values of a validation that take an OperationId. */
  void offer(List<ConfigValue> values, Aliases aliases, Map<String, String> properties) {
    for (String alias : aliases.of(properties)) {
      FITTING.forEach(
          (name, fits) -> {
            String key = aliases.key(alias, name);
            values.stream()
                .filter(value -> value.name().equals(key))
                .forEach(value -> value.recommendedValues(List.copyOf(choices(value, fits))));
          });
    }
  }

  private List<String> choices(ConfigValue value, Predicate<Operation> fits) {
    Optional<String> module =
        value.value() instanceof String id && !id.isBlank() ? module(id) : Optional.empty();
    return catalog.operations().stream()
        .filter(fits)
        .filter(operation -> module.map(operation.module()::equals).orElse(true))
        .map(Operation::id)
        .toList();
  }

  private Optional<String> module(String id) {
    try {
      return Optional.of(catalog.operation(id).module());
    } catch (UnknownOperationException e) {
      return Optional.empty();
    }
  }
}
