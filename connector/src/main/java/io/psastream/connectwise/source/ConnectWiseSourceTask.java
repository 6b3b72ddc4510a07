package io.psastream.connectwise.source;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.ClientSettings;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Version;
import io.psastream.connectwise.config.Query;
import io.psastream.connectwise.config.SourceConfig;
import io.psastream.connectwise.data.SchemalessDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lifecycle of a source task; what it does is in {@link PollLoop}. */
public final class ConnectWiseSourceTask extends SourceTask {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectWiseSourceTask.class);

  private Optional<PollLoop> loop = Optional.empty();

  @Override
  public String version() {
    return Version.CURRENT;
  }

  @Override
  public void start(Map<String, String> properties) {
    SourceConfig config = new SourceConfig(properties, Catalog.load());
    ClientSettings settings = config.connection().settings();
    List<QueryRun> runs = new ArrayList<>();
    ConnectWiseClient client = ConnectWiseClient.open(settings);
    try {
      config.queries().forEach(query -> runs.add(run(query, config, client)));
      loop =
          Optional.of(new PollLoop(runs, client, settings.retry().backoffMax(), System::nanoTime));
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
    LOG.info(
        "Reading {} from {}.",
        config.queries().stream().map(Query::name).toList(),
        config.connection().site());
  }

  private QueryRun run(Query query, SourceConfig config, ConnectWiseClient client) {
    Map<String, String> partition = SourcePartition.of(config.connection(), query);
    Map<String, Object> stored = context.offsetStorageReader().offset(partition);
    return new QueryRun(
        query,
        client,
        new SchemalessDecoder(),
        new RecordMapper(query, partition),
        Optional.ofNullable(stored).map(offset -> parse(query, offset)));
  }

  private static SourceOffset parse(Query query, Map<String, Object> stored) {
    try {
      return SourceOffset.fromMap(stored);
    } catch (IllegalArgumentException e) {
      throw new ConnectException(
          "The stored offset of query "
              + query.name()
              + " cannot be read: "
              + e.getMessage()
              + ". Alter or reset it through the offsets REST API; the task stops.",
          e);
    }
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    return loop.orElseThrow().poll();
  }

  @Override
  public void stop() {
    loop.ifPresent(
        started -> {
          started.close();
          LOG.info("Stopped reading.");
        });
    loop = Optional.empty();
  }
}
