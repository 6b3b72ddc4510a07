package io.psastream.connectwise.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.UnknownOperationException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigValue;

/**
 * Which OperationIds a key can take, as graphical tools offer them. Once a query or a route has
 * one, its keys are offered those of the same module, so that the answer stays small.
 */
final class OperationIds {

  private static final Map<String, Predicate<Operation>> FITTING =
      Map.of(
          QueryKeys.OPERATION_ID, operation -> operation.method() == HttpMethod.GET,
          RouteKeys.MUTATE, operation -> operation.method() != HttpMethod.GET,
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
    Map<String, ConfigValue> byKey =
        values.stream().collect(Collectors.toMap(ConfigValue::name, value -> value));
    for (String alias : aliases.of(properties)) {
      Map<ConfigValue, Predicate<Operation>> keys = new LinkedHashMap<>();
      FITTING.forEach(
          (name, fits) ->
              Optional.ofNullable(byKey.get(aliases.key(alias, name)))
                  .ifPresent(value -> keys.put(value, fits)));
      Optional<String> module = keys.keySet().stream().flatMap(this::module).findFirst();
      keys.forEach((value, fits) -> value.recommendedValues(choices(module, fits)));
    }
  }

  private List<Object> choices(Optional<String> module, Predicate<Operation> fits) {
    return catalog.operations().stream()
        .filter(fits)
        .filter(operation -> module.map(operation.module()::equals).orElse(true))
        .<Object>map(Operation::id)
        .toList();
  }

  private Stream<String> module(ConfigValue value) {
    try {
      return value.value() instanceof String id && !id.isBlank()
          ? Stream.of(catalog.operation(id).module())
          : Stream.empty();
    } catch (UnknownOperationException e) {
      return Stream.empty();
    }
  }
}
