package io.psastream.connectwise.sink;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.LogContext;
import io.psastream.connectwise.client.Version;
import io.psastream.connectwise.sink.config.SinkConfig;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkConnector;

/** Writes to ConnectWise PSA: turns records into calls that create, change or delete items. */
public final class ConnectWiseSinkConnector extends SinkConnector {

  private Map<String, String> properties = Map.of();

  @Override
  public String version() {
    return Version.CURRENT;
  }

  @Override
  public ConfigDef config() {
    return SinkConfig.definition();
  }

  @Override
  public Config validate(Map<String, String> connectorConfigs) {
    return LogContext.of(connectorConfigs)
        .get(() -> SinkConfig.validate(connectorConfigs, Catalog.load()));
  }

  @Override
  public void start(Map<String, String> props) {
    properties = new HashMap<>(props);
  }

  @Override
  public Class<? extends Task> taskClass() {
    return ConnectWiseSinkTask.class;
  }

  /** Connect gives each task its partitions; beyond that they do the same. */
  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return Collections.nCopies(maxTasks, properties);
  }

  @Override
  public void stop() {
    // Nothing was started.
  }

  /**
   * Refuses offsets that no task would read, those of a topic that the connector does not consume,
   * and those that would have items created again, removals included.
   *
   * @throws ConnectException that names what is wrong
   */
  @Override
  public boolean alterOffsets(
      Map<String, String> connectorConfig, Map<TopicPartition, Long> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          if (partition == null || partition.topic() == null || partition.partition() < 0) {
            throw new ConnectException(partition + " is no partition of a topic.");
          }
          if (offset != null && offset < 0) {
            throw new ConnectException(
                "The offset of " + partition + " is " + offset + ", expected 0 or more.");
          }
          if (offset != null && !SinkConfig.consumes(partition.topic(), connectorConfig)) {
            throw new ConnectException(
                "The connector does not consume the topic \""
                    + partition.topic()
                    + "\", so its offset would never be read; see topics and topics.regex.");
          }
        });
    offsets.keySet().stream()
        .map(TopicPartition::topic)
        .distinct()
        .filter(topic -> SinkConfig.consumes(topic, connectorConfig))
        .flatMap(
            topic ->
                LogContext.of(connectorConfig)
                    .get(() -> SinkConfig.rewindProblem(topic, connectorConfig, Catalog.load()))
                    .stream())
        .findFirst()
        .ifPresent(
            problem -> {
              throw new ConnectException(problem);
            });
    return true;
  }
}
