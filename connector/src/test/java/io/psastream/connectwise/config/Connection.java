package io.psastream.connectwise.config;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;

/** A connection that is well-formed and leads nowhere, for tests of everything else. */
public final class Connection {

  private Connection() {}

  /** Properties with these besides those of the connection; they can be changed. */
  public static Map<String, String> with(String... keysAndValues) {
    Map<String, String> properties =
        new HashMap<>(
            Map.of(
                "connectwise.site.url", "http://127.0.0.1:1",
                "connectwise.username", "acme+public",
                "connectwise.password", "private",
                "connectwise.client.id", "guid"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      properties.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return properties;
  }

  /** The keys that a validation complains of, and how. */
  public static Map<String, String> problems(Config validated) {
    Map<String, String> problems = new HashMap<>();
    for (ConfigValue value : validated.configValues()) {
      if (!value.errorMessages().isEmpty()) {
        problems.put(value.name(), String.join("\n", value.errorMessages()));
      }
    }
    return problems;
  }
}
