package io.psastream.connectwise.source;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.Version;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.SignalSettings;
import io.psastream.connectwise.source.config.SourceConfig;
import io.psastream.connectwise.source.offset.Commits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lifecycle of a source task; {@link PollLoop} does the work. */
public final class ConnectWiseSourceTask extends SourceTask {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectWiseSourceTask.class);

  private final Commits commits = new Commits();
  private final Function<SignalSettings, Consumer<byte[], byte[]>> consumers;
  private Optional<PollLoop> loop = Optional.empty();
  private Optional<Deliveries> deliveries = Optional.empty();
  private final ConverterCheck converters = new ConverterCheck();

  /** A task as Connect creates it. */
  public ConnectWiseSourceTask() {
    this(
        settings ->
            new KafkaConsumer<>(
                settings.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  /**
   * @param consumers opens a consumer of the signal topic
   */
  ConnectWiseSourceTask(Function<SignalSettings, Consumer<byte[], byte[]>> consumers) {
    this.consumers = consumers;
  }

  @Override
  public String version() {
    return Version.CURRENT;
  }

  @Override
  public void start(Map<String, String> properties) {
    Catalog catalog = Catalog.load();
    SourceConfig config = new SourceConfig(properties, catalog);
    loop = Optional.of(SourceTaskFactory.of(config, catalog, context, commits, consumers));
    deliveries = Optional.of(new Deliveries());
    LOG.info(
        "Reading {} from {}.",
        config.queries().stream().map(Query::name).toList(),
        config.connection().site());
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    commits.polled();
    deliveries.orElseThrow().polled();
    List<SourceRecord> records = loop.orElseThrow().poll();
    if (records == null) {
      return null;
    }
    deliveries.orElseThrow().handed(records);
    return converters.guarded(records);
  }

  /** Connect gives no metadata for a record that never reached Kafka. */
  @Override
  public void commitRecord(SourceRecord record, RecordMetadata metadata) {
    deliveries.ifPresent(each -> each.confirmed(record));
    if (metadata != null) {
      converters.written(record);
    }
    loop.ifPresent(started -> started.confirm(record, metadata != null));
  }

  @Override
  public void commit() {
    commits.committed();
  }

  @Override
  public void stop() {
    loop.ifPresent(
        started -> {
          started.close();
          LOG.info("Stopped reading.");
        });
    loop = Optional.empty();
    deliveries.ifPresent(Deliveries::close);
    deliveries = Optional.empty();
  }
}
