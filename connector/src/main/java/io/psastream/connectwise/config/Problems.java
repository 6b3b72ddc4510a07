package io.psastream.connectwise.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;

/** Everything that is wrong with a configuration, each problem on the key that causes it. */
public final class Problems {

  private final Map<String, List<String>> byKey = new LinkedHashMap<>();

  public void add(String key, String problem) {
    byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(problem);
  }

  boolean isEmpty() {
    return byKey.isEmpty();
  }

  /** Whether this key has a problem already, so that checks that depend on it can be left out. */
  public boolean has(String key) {
    return byKey.containsKey(key);
  }

  /** The values of a validation, with the default for each wrong one. */
  static Map<String, Object> valuesOrDefaults(ConfigDef def, List<ConfigValue> values) {
    Map<String, Object> parsed = new HashMap<>();
    for (ConfigValue value : values) {
      ConfigDef.ConfigKey key = def.configKeys().get(value.name());
      boolean wrong = !value.errorMessages().isEmpty();
      Object other = key != null && key.hasDefault() ? key.defaultValue : null;
      parsed.put(value.name(), wrong ? other : value.value());
    }
    return parsed;
  }

  /** The values of a validation with the problems added; a key that has no value yet gets one. */
  List<ConfigValue> addTo(List<ConfigValue> values) {
    Map<String, ConfigValue> byName = new LinkedHashMap<>();
    values.forEach(value -> byName.put(value.name(), value));
    byKey.forEach(
        (key, problems) -> {
          ConfigValue value = byName.computeIfAbsent(key, ConfigValue::new);
          problems.forEach(problem -> value.addErrorMessage(key + ": " + problem));
        });
    return new ArrayList<>(byName.values());
  }

  /** Fails with all problems in one message. */
  public void throwIfAny() {
    if (!isEmpty()) {
      StringBuilder text = new StringBuilder();
      byKey.forEach(
          (key, problems) ->
              problems.forEach(
                  problem ->
                      text.append(text.isEmpty() ? "" : "; ")
                          .append(key)
                          .append(": ")
                          .append(problem)));
      throw new ConfigException(text.toString());
    }
  }
}
