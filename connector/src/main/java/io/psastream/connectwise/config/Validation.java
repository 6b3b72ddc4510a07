package io.psastream.connectwise.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.Call;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Validates a configuration and reports every problem on the key that causes it. */
public final class Validation {

  private static final Logger LOG = LoggerFactory.getLogger(Validation.class);

  /** Keys whose values mostly come from a config provider, as those of passwords do. */
  private static final Set<String> PROVIDED =
      Set.of(ConnectionKeys.USERNAME, ConnectionKeys.PROXY_USER);

  private static final String TOLERANCE = "errors.tolerance";
  private static final String DEAD_LETTERS = "errors.deadletterqueue.topic.name";

  private final ConfigDef def;
  private final Map<String, String> properties;
  private final List<ConfigValue> values;
  private final Problems problems;
  private final Set<String> unresolved;

  /**
   * Checks each value by itself, and the names of the keys.
   *
   * @param operations the choices for the keys that take an operation
   * @param properties those that have a value ({@link Problems#given})
   */
  public Validation(
      ConfigDef def,
      OperationIds operations,
      Map<String, String> properties,
      Catalog catalog,
      Problems problems) {
    this.def = def;
    this.properties = properties;
    this.problems = problems;
    this.values = def.validate(properties);
    Aliases aliases = operations.aliases();
    problems.attempt(aliases.listKey(), () -> operations.offer(values, properties, catalog));
    aliases.checkNames(properties, problems);
    UnknownKeys.check(properties.keySet(), aliases, def.names(), problems);
    caution(properties).ifPresent(LOG::warn);
    if (properties.getOrDefault(ConnectionKeys.PROXY_HOST, "").isBlank()) {
      ConnectionKeys.OF_PROXY.forEach(problems::hide);
    }
    this.unresolved = Unresolved.check(properties, def.names(), problems);
  }

  /**
   * What is to be warned of where Connect itself drops what a converter or a transformation cannot
   * take, and tells nobody.
   */
  static Optional<String> caution(Map<String, String> properties) {
    boolean told =
        properties.getOrDefault("errors.log.enable", "").strip().equalsIgnoreCase("true")
            || !properties.getOrDefault(DEAD_LETTERS, "").isBlank();
    return properties.getOrDefault(TOLERANCE, "").strip().equals("all") && !told
        ? Optional.of(
            TOLERANCE
                + "=all: Connect drops records that a converter or a transformation cannot take"
                + " without a word. Set "
                + DEAD_LETTERS
                + " (of a sink) or errors.log.enable=true.")
        : Optional.empty();
  }

  /** The values, with the default for each wrong one, so that they can be checked together. */
  public Map<String, Object> values() {
    return Problems.valuesOrDefaults(def, values);
  }

  /**
   * The result. The site is asked only when nothing else is wrong.
   *
   * @param probes harmless calls, by the key to report a refusal on
   */
  public Config result(Supplier<Map<String, Call>> probes) {
    boolean valid = values.stream().allMatch(value -> value.errorMessages().isEmpty());
    if (valid && problems.isEmpty()) {
      AbstractConfig config = new AbstractConfig(def, properties, Map.of(), false);
      problems.attempt(
          ConnectionKeys.SITE_URL,
          () -> {
            ConnectionConfig connection = new ConnectionConfig(config);
            connection.checkTls(problems);
            if (problems.isEmpty()) {
              ConnectionCheck.of(connection, probes.get(), problems);
            }
          });
    }
    return new Config(toldBeside(problems.addTo(values)));
  }

  /**
   * Adds what is wrong with a value from a config provider to the site's URL, too, and logs it:
   * since Kafka 4.0 a worker hides the messages of keys whose values come from a provider, which a
   * connector is not told.
   */
  private List<ConfigValue> toldBeside(List<ConfigValue> all) {
    List<String> hidden =
        all.stream()
            .filter(value -> isProvided(value.name()))
            .filter(value -> properties.containsKey(value.name()))
            .flatMap(value -> value.errorMessages().stream())
            .distinct()
            .toList();
    if (!hidden.isEmpty()) {
      LOG.warn("The configuration is refused: {}", String.join("; ", hidden));
      all.stream()
          .filter(value -> value.name().equals(ConnectionKeys.SITE_URL))
          .filter(value -> !unresolved.contains(value.name()))
          .forEach(value -> hidden.forEach(value::addErrorMessage));
    }
    return all;
  }

  private boolean isProvided(String name) {
    ConfigDef.ConfigKey key = def.configKeys().get(name);
    return PROVIDED.contains(name)
        || unresolved.contains(name)
        || (key != null && key.type == ConfigDef.Type.PASSWORD);
  }
}
