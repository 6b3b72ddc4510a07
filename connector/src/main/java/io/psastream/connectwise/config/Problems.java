package io.psastream.connectwise.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that is wrong with a configuration, each problem on the key that causes it. */
public final class Problems {

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final int LONGEST_MESSAGE = 2_000;

  /** The most problems of one key that are told. */
  private static final int MOST = 20;

  private final Map<String, List<String>> byKey = new LinkedHashMap<>();

  /** Keys without effect, which graphical tools need not show. */
  private final Set<String> hidden = new HashSet<>();

  /** The key whose value was read last. */
  private String reading = "";

  public void add(String key, String problem) {
    List<String> ofKey = byKey.computeIfAbsent(key, k -> new ArrayList<>());
    if (ofKey.size() < MOST) {
      ofKey.add(problem);
    }
  }

  /**
   * The properties that have a value. Each of the others is a problem: Connect hands JSON's null
   * on, and cannot run a connector with it.
   */
  public Map<String, String> given(Map<String, String> properties) {
    Map<String, String> given = new HashMap<>(properties);
    given.values().removeIf(Objects::isNull);
    properties.keySet().stream()
        .filter(key -> !given.containsKey(key))
        .forEach(key -> add(String.valueOf(key), "is null; give it a value or leave it out"));
    return given;
  }

  /** Notes the key whose value is read, which is to blame when reading fails. */
  void reading(String key) {
    reading = key;
  }

  /**
   * The result of a check. Whatever the check throws is a problem of the key that was read last, so
   * that no value can keep the user from the other problems.
   *
   * @param key the key to blame when the check has read none
   */
  public <T> Optional<T> attempt(String key, Supplier<Optional<T>> check) {
    reading = key;
    try {
      return check.get();
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      LOG.debug("A configuration cannot be read.", e);
      add(reading, "cannot be used (" + e.getClass().getSimpleName() + "); correct its value");
      return Optional.empty();
    }
  }

  /** Runs a check that has no result; see {@link #attempt(String, Supplier)}. */
  public void attempt(String key, Runnable check) {
    attempt(
        key,
        () -> {
          check.run();
          return Optional.empty();
        });
  }

  /** Has graphical tools hide a key, unless something is wrong with it. */
  void hide(String key) {
    hidden.add(key);
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
    byName.values().forEach(value -> value.errorMessages().replaceAll(Problems::shortened));
    byName.values().stream()
        .filter(value -> hidden.contains(value.name()) && value.errorMessages().isEmpty())
        .forEach(value -> value.visible(false));
    return new ArrayList<>(byName.values());
  }

  /** A message without the middle of a long value that it quotes. */
  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE / 2)
            + " … "
            + message.substring(message.length() - LONGEST_MESSAGE / 2);
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
                          .append(shortened(problem))));
      throw new ConfigException(text.toString());
    }
  }
}
