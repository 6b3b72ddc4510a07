package io.psastream.connectwise.source;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.client.Threads;
import io.psastream.connectwise.metrics.Metric.MetricScope;
import io.psastream.connectwise.metrics.MetricRegistry;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.WindowScan.Opening;
import io.psastream.connectwise.source.config.ChildOptions;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.SourceConfig;
import io.psastream.connectwise.source.config.ValueFormat;
import io.psastream.connectwise.source.config.ValueFormat.RecordTimestamp;
import io.psastream.connectwise.source.config.ValueFormat.SchemaMode;
import io.psastream.connectwise.source.offset.Commits;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.signal.SignalInbox;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds what reads the queries of a configuration, their children included, and makes records of
 * their items. All of it shares one client and one set of decoders.
 */
final class QueryFactory {

  private static final Logger LOG = LoggerFactory.getLogger(QueryFactory.class);

  private final SourceConfig config;
  private final Catalog catalog;
  private final Commits commits;
  private final ConnectWiseClient client;
  private final MetricRegistry metrics;

  /** Beside the readers, who wait for it. */
  private final ExecutorService childReaders;

  private final Decoders decoders = new Decoders();

  /**
   * @param client is the caller's to close, as the metrics are
   */
  QueryFactory(
      SourceConfig config,
      Catalog catalog,
      Commits commits,
      ConnectWiseClient client,
      MetricRegistry metrics) {
    this.config = config;
    this.catalog = catalog;
    this.commits = commits;
    this.client = client;
    this.metrics = metrics;
    this.childReaders = Threads.upTo(client.maxInFlight(), "connectwise-child-reader");
  }

  /** Ends what waits for calls, which the client has ended before. */
  void close() {
    childReaders.shutdownNow();
  }

  /**
   * A query without a parent, and what is below it; it has sent no request yet.
   *
   * @param offset where it goes on
   * @param inbox what signals ask for; empty where there are none
   * @param notices told what happens
   */
  QueryRun run(
      StoredQuery stored,
      Optional<SourceOffset> offset,
      RecordMapper mapper,
      Optional<SignalInbox> inbox,
      QueryNotices notices) {
    Query query = stored.query();
    Map<String, String> partition = stored.partition();
    QueryReader reader = new QueryReader(query, query.options(), queryContext(query));
    QueryMemory memory =
        new QueryMemory(
            offset,
            stored.known(offset, commits, metrics(query)),
            config.heartbeat().map(to -> new Checkpoints(to.topic(), partition, mapper)));
    return new QueryRun(
        new QueryWindows(reader, memory, metrics(query), Opening::now),
        new ChildQueries(mapper, children(query, partition), childReaders),
        memory,
        new PassObserver(query.name(), metrics(query), notices),
        inbox);
  }

  private Metrics metrics(Query query) {
    return metrics.of(MetricScope.QUERY, query.name());
  }

  /**
   * Makes the records of a query.
   *
   * @param partition that of its root, whose offset moves after its children
   */
  RecordMapper mapper(Query query, Map<String, String> partition) {
    if (query.values().timestamp() == RecordTimestamp.UPDATED) {
      LOG.warn(
          "Records of query {} have their items' lastUpdated as timestamp ({}=updated): topic {} loses"
              + " those that were last updated longer ago than its retention.ms, unless it has"
              + " cleanup.policy=compact.",
          query.name(),
          ValueFormat.RECORD_TIMESTAMP,
          query.topic());
    }
    Decoders.Finish finish =
        query.values().mode() == SchemaMode.TYPED
            ? Decoders.structs(catalog, query.operation(), query.values().typed())
            : Decoders.Finish.NONE;
    return new RecordMapper(query, partition, config.bytes(), finish);
  }

  private QueryReader.QueryContext queryContext(Query query) {
    return new QueryReader.QueryContext(
        client.ofQuery(query.name(), metrics(query)),
        decoder(query),
        config.connection().naiveTimes(),
        query
            .operation()
            .siblings()
            .count()
            .map(catalog::operation)
            .map(count -> new QueryReader.Counting(count, decoders.schemaless(count))));
  }

  private ItemDecoder<Item> decoder(Query query) {
    return switch (query.values().mode()) {
      case TYPED -> decoders.typed(query.operation(), query.values().typed());
      case JSON -> decoders.jsonText(query.operation());
      case NONE -> decoders.schemaless(query.operation());
    };
  }

  /** Records of children have the partition of their root query, whose offset moves after them. */
  private List<ChildQueries.Child> children(Query parent, Map<String, String> partition) {
    return config.queries().stream()
        .filter(query -> query.parent().filter(parent.alias()::equals).isPresent())
        .map(query -> child(query, partition))
        .toList();
  }

  private ChildQueries.Child child(Query query, Map<String, String> partition) {
    QueryMeter.ofChild(metrics(query));
    QueryReader.QueryContext shared = queryContext(query);
    return new ChildQueries.Child(
        query,
        new ChildOptions(query.options()),
        mapper(query, partition),
        options ->
            new QueryReader(query, options, shared)
                .pages(Optional.empty(), query.reading().strategy().beginning()),
        metrics(query),
        children(query, partition));
  }
}
