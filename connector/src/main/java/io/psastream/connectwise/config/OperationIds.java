package io.psastream.connectwise.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
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
 * The OperationIds that graphical tools offer for a key. Once a query or route has one, its keys
 * are offered those of the same module only, so that the answer of a validation stays small.
 *
 * @param fitting the keys that take one, and which operations each can take
 */
public record OperationIds(Aliases aliases, Map<String, Predicate<Operation>> fitting) {

  /** Adds the choices to those values of a validation that take an OperationId. */
  void offer(List<ConfigValue> values, Map<String, String> properties, Catalog catalog) {
    Map<String, ConfigValue> byKey =
        values.stream().collect(Collectors.toMap(ConfigValue::name, value -> value));
    for (String alias : aliases.of(properties)) {
      Map<ConfigValue, Predicate<Operation>> keys = new LinkedHashMap<>();
      fitting.forEach(
          (name, fits) ->
              Optional.ofNullable(byKey.get(aliases.key(alias, name)))
                  .ifPresent(value -> keys.put(value, fits)));
      Optional<String> module =
          keys.keySet().stream().flatMap(value -> module(value, catalog)).findFirst();
      keys.forEach(
          (value, fits) ->
              value.recommendedValues(
                  catalog.operations().stream()
                      .filter(fits)
                      .filter(operation -> module.map(operation.module()::equals).orElse(true))
                      .<Object>map(Operation::id)
                      .toList()));
    }
  }

  private static Stream<String> module(ConfigValue value, Catalog catalog) {
    try {
      return value.value() instanceof String id && !id.isBlank()
          ? Stream.of(catalog.operation(id).module())
          : Stream.empty();
    } catch (UnknownOperationException e) {
      return Stream.empty();
    }
  }
}
