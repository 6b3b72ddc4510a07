package io.psastream.connectwise.sandbox.connect;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a distributed worker is started with. Workers with the same group share connectors and their
 * offsets, so a worker started with the settings of one that stopped goes on where that one was.
 *
 * @param changes settings that differ from what a quick test needs
 */
public record WorkerSettings(
    String bootstrapServers,
    int restPort,
    List<Path> plugins,
    String group,
    Map<String, String> changes) {

  public WorkerSettings(String bootstrapServers, int restPort, List<Path> plugins, String group) {
    this(bootstrapServers, restPort, plugins, group, Map.of());
  }

  /**
   * The worker's configuration: Kafka's defaults, except for what a single small broker and quick
   * tests need.
   */
  public Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>(usual());
    properties.putAll(changes);
    return properties;
  }

  private Map<String, String> usual() {
    return Map.ofEntries(
        Map.entry("bootstrap.servers", bootstrapServers),
        Map.entry("group.id", group),
        Map.entry("listeners", "http://127.0.0.1:" + restPort),
        Map.entry(
            "plugin.path", plugins.stream().map(Path::toString).collect(Collectors.joining(","))),
        Map.entry("plugin.discovery", "service_load"),
        Map.entry("exactly.once.source.support", "enabled"),
        Map.entry("key.converter", "org.apache.kafka.connect.json.JsonConverter"),
        Map.entry("key.converter.schemas.enable", "false"),
        Map.entry("value.converter", "org.apache.kafka.connect.json.JsonConverter"),
        Map.entry("value.converter.schemas.enable", "false"),
        Map.entry("config.storage.topic", group + "-configs"),
        Map.entry("config.storage.replication.factor", "1"),
        Map.entry("offset.storage.topic", group + "-offsets"),
        Map.entry("offset.storage.partitions", "1"),
        Map.entry("offset.storage.replication.factor", "1"),
        Map.entry("status.storage.topic", group + "-status"),
        Map.entry("status.storage.partitions", "1"),
        Map.entry("status.storage.replication.factor", "1"),
        Map.entry("offset.flush.interval.ms", "1000"),
        Map.entry("scheduled.rebalance.max.delay.ms", "0"),
        Map.entry("session.timeout.ms", "3000"),
        Map.entry("heartbeat.interval.ms", "500"),
        Map.entry("config.providers", "env"),
        Map.entry(
            "config.providers.env.class",
            "org.apache.kafka.common.config.provider.EnvVarConfigProvider"),
        Map.entry("config.providers.env.param.allowlist.pattern", "CONNECTWISE_.*"));
  }

  /** Where the worker's REST API will be. */
  public String url() {
    return "http://127.0.0.1:" + restPort;
  }
}
