package io.psastream.connectwise.source;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.LogContext;
import io.psastream.connectwise.client.Version;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.Reading;
import io.psastream.connectwise.source.config.Reading.Mode;
import io.psastream.connectwise.source.config.SourceConfig;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.SourcePartition;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.util.ConnectorUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads ConnectWise PSA: runs queries on a schedule and publishes their items. */
public final class ConnectWiseSourceConnector extends SourceConnector {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectWiseSourceConnector.class);

  private Map<String, String> properties = Map.of();

  @Override
  public String version() {
    return Version.CURRENT;
  }

  @Override
  public ConfigDef config() {
    return SourceConfig.definition();
  }

  @Override
  public Config validate(Map<String, String> connectorConfigs) {
    return LogContext.of(connectorConfigs)
        .get(() -> SourceConfig.validate(connectorConfigs, Catalog.load()));
  }

  @Override
  public void start(Map<String, String> props) {
    properties = new HashMap<>(props);
    properties.remove(SourceConfig.TASK_QUERIES);
    SourceConfig.advice(properties).ifPresent(LOG::warn);
  }

  @Override
  public Class<? extends Task> taskClass() {
    return ConnectWiseSourceTask.class;
  }

  /** Distributes the queries over the tasks; more tasks than queries would be idle. */
  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    List<String> aliases =
        new SourceConfig(properties, Catalog.load())
            .queries().stream()
                .filter(query -> query.parent().isEmpty())
                .map(Query::alias)
                .toList();
    return ConnectorUtils.groupPartitions(aliases, Math.min(maxTasks, aliases.size())).stream()
        .map(this::taskConfig)
        .toList();
  }

  private Map<String, String> taskConfig(List<String> aliases) {
    Map<String, String> config = new HashMap<>(properties);
    config.put(SourceConfig.TASK_QUERIES, String.join(",", aliases));
    return config;
  }

  @Override
  public void stop() {
    // Nothing was started.
  }

  /** Every offset is complete, so no version is emitted twice. */
  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorConfig) {
    return ExactlyOnceSupport.SUPPORTED;
  }

  /**
   * Rejects offsets that a task would not or could not read. A null offset makes the query start
   * over; it may be that of a query that is no longer configured.
   *
   * @throws ConnectException that names what is wrong
   */
  @Override
  public boolean alterOffsets(
      Map<String, String> connectorConfig, Map<Map<String, ?>, Map<String, ?>> offsets) {
    offsets.keySet().forEach(ConnectWiseSourceConnector::checkPartition);
    Map<Map<String, ?>, Optional<SourceOffset>> given = new HashMap<>();
    offsets.forEach(
        (partition, offset) -> {
          if (offset != null) {
            given.put(partition, used(() -> read(partition, offset)));
          }
        });
    if (given.isEmpty()) {
      return true;
    }
    SourceConfig config = config(connectorConfig);
    given.forEach(
        (partition, offset) -> {
          Reading reading = ownerOf(partition, config).reading();
          boolean windows = reading.mode() == Mode.INCREMENTAL;
          used(
              () -> {
                offset.ifPresent(it -> it.checkUsable(windows, reading.strategy().byId()));
                return offset;
              });
        });
    return true;
  }

  private static SourceConfig config(Map<String, String> connectorConfig) {
    try {
      return new SourceConfig(connectorConfig, Catalog.load());
    } catch (ConfigException e) {
      throw new ConnectException(
          "Whose offsets these are is not known, since the configuration is invalid: "
              + e.getMessage(),
          e);
    }
  }

  private static void checkPartition(Map<String, ?> partition) {
    if (!SourcePartition.isValid(partition)) {
      throw new ConnectException(
          "The partition "
              + partition
              + " is not one of this connector: expected site, company, operation and options,"
              + " as GET /connectors/{name}/offsets shows them.");
    }
  }

  private static Query ownerOf(Map<String, ?> partition, SourceConfig config) {
    Map<String, Map<String, String>> partitions = new LinkedHashMap<>();
    for (Query query : config.queries()) {
      if (query.parent().isEmpty()) {
        Map<String, String> own = SourcePartition.of(config.connection(), query);
        if (SourcePartition.isOf(partition, own)
            || SourcePartition.former(config.connection(), query).stream()
                .anyMatch(former -> SourcePartition.isOf(partition, former))) {
          return query;
        }
        partitions.put(query.name(), own);
      }
    }
    throw new ConnectException(
        "The partition "
            + partition
            + " belongs to no query of this connector, so its offset would never be read. The"
            + " partitions of its queries are: "
            + partitions
            + ".");
  }

  /** Reads an offset of a query; of all that is stored besides there is nothing more to check. */
  private static Optional<SourceOffset> read(Map<String, ?> partition, Map<String, ?> offset) {
    if (SourcePartition.isNotification(partition)) {
      SourceOffset.checkKeys(offset, List.of(SourceOffset.VERSION));
      SourceOffset.checkVersion(offset);
      return Optional.empty();
    }
    if (partition.containsKey(SourcePartition.STATE)) {
      Checkpoints.paused(offset);
      return Optional.empty();
    }
    if (partition.containsKey(SourcePartition.IDS)) {
      Checkpoints.chunk(offset);
      return Optional.empty();
    }
    return Optional.of(SourceOffset.fromHand(offset, Instant.now()));
  }

  private static <T> T used(Supplier<T> check) {
    try {
      return check.get();
    } catch (IllegalArgumentException e) {
      String end = e.getMessage().endsWith("?") ? "" : ".";
      throw new ConnectException("The offset cannot be used: " + e.getMessage() + end, e);
    }
  }
}
