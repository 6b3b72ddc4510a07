package io.psastream.connectwise.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.Call;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;

/** A configuration under validation: its values, and every problem on the key that causes it. */
public final class Validation {

  private final ConfigDef def;
  private final Map<String, String> properties;
  private final List<ConfigValue> values;
  private final Problems problems = new Problems();

  /**
   * Looks at each value alone, and at the names of the keys.
   *
   * @param operations what is offered for the keys that take an operation
   */
  public Validation(
      ConfigDef def, OperationIds operations, Map<String, String> properties, Catalog catalog) {
    this.def = def;
    this.properties = properties;
    this.values = def.validate(properties);
    operations.offer(values, properties, catalog);
    operations.aliases().checkNames(properties, problems);
  }

  /** The values; defaults where one is wrong, so that the rest can be checked. */
  public Map<String, Object> values() {
    return Problems.sound(def, values);
  }

  /** Where to add what does not fit together. */
  public Problems problems() {
    return problems;
  }

  /**
   * What it came to. The site is asked only when nothing else is wrong.
   *
   * @param probes harmless calls, by the key that a refusal is the fault of
   */
  public Config result(Supplier<Map<String, Call>> probes) {
    boolean sound = values.stream().allMatch(value -> value.errorMessages().isEmpty());
    if (sound && problems.none()) {
      AbstractConfig config = new AbstractConfig(def, properties, Map.of(), false);
      ConnectionCheck.of(new ConnectionConfig(config), probes.get(), problems);
    }
    return new Config(problems.onto(values));
  }
}
