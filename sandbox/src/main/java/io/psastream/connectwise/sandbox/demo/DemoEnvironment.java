package io.psastream.connectwise.sandbox.demo;

import io.psastream.connectwise.simulator.Simulator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigData;
import org.apache.kafka.common.config.provider.ConfigProvider;

/**
 * The environment that the demo's worker pretends to have, so that the files of the examples reach
 * the simulator and the broker as they are: what {@code ${env:NAME}} becomes is in the worker's own
 * configuration.
 */
public final class DemoEnvironment implements ConfigProvider {
  private static final String PREFIX = "CONNECTWISE_";

  private final Map<String, String> variables = new HashMap<>();

  /** Settings of a worker whose variables lead to this site and these brokers. */
  public static Map<String, String> settings(Simulator site, String bootstrapServers) {
    String parameter = "config.providers.env.param." + PREFIX;
    return Map.of(
        "config.providers.env.class",
        DemoEnvironment.class.getName(),
        parameter + "SITE_URL",
        site.url(),
        parameter + "USERNAME",
        site.username(),
        parameter + "PASSWORD",
        site.password(),
        parameter + "CLIENT_ID",
        site.clientId(),
        parameter + "BOOTSTRAP_SERVERS",
        bootstrapServers);
  }

  @Override
  public void configure(Map<String, ?> configs) {
    configs.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX)) {
            variables.put(name, value.toString());
          }
        });
  }

  @Override
  public ConfigData get(String path) {
    return new ConfigData(Map.copyOf(variables));
  }

  @Override
  public ConfigData get(String path, Set<String> keys) {
    Map<String, String> asked = new HashMap<>(variables);
    asked.keySet().retainAll(keys);
    return new ConfigData(asked);
  }

  @Override
  public void close() {}
}
