package io.psastream.connectwise.sink;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.Version;
import io.psastream.connectwise.sink.config.SinkConfig;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
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
    return SinkConfig.validate(connectorConfigs, Catalog.load());
  }

  @Override
  public void start(Map<String, String> props) {
    properties = Map.copyOf(props);
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
}
