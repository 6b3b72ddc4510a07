package io.psastream.connectwise.source;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.ClientSettings;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.client.TaskThreads;
import io.psastream.connectwise.client.Threads;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.metrics.Metric.MetricScope;
import io.psastream.connectwise.metrics.MetricRegistry;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.QueryFailures.Waits;
import io.psastream.connectwise.source.WindowScan.Opening;
import io.psastream.connectwise.source.config.ChildOptions;
import io.psastream.connectwise.source.config.Heartbeat;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.SignalSettings;
import io.psastream.connectwise.source.config.SourceConfig;
import io.psastream.connectwise.source.config.ValueFormat;
import io.psastream.connectwise.source.config.ValueFormat.RecordTimestamp;
import io.psastream.connectwise.source.config.ValueFormat.SchemaMode;
import io.psastream.connectwise.source.offset.Commits;
import io.psastream.connectwise.source.offset.KnownIds;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.SourcePartition;
import io.psastream.connectwise.source.signal.SignalInbox;
import io.psastream.connectwise.source.signal.SignalNews;
import io.psastream.connectwise.source.signal.SignalPace;
import io.psastream.connectwise.source.signal.SignalTopic;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds a source task from its configuration and the stored offsets. */
final class SourceTaskFactory {

  private static final Logger LOG = LoggerFactory.getLogger(SourceTaskFactory.class);

  /**
   * So many queries can be read side by side at least: more than requests in flight, as one that
   * waits to try again must not keep the others waiting.
   */
  private static final int LEAST_READERS = 16;

  private final SourceConfig config;
  private final Catalog catalog;
  private final OffsetStorageReader offsets;
  private final ConnectWiseClient client;
  private final MetricRegistry metrics;
  private final Commits commits;
  private final Function<SignalSettings, Consumer<byte[], byte[]>> consumers;
  private final ExecutorService readers;

  /** Beside the readers, who wait for it. */
  private final ExecutorService childReaders;

  private final Decoders decoders = new Decoders();

  private SourceTaskFactory(
      SourceConfig config,
      Catalog catalog,
      OffsetStorageReader offsets,
      Commits commits,
      ConnectWiseClient client,
      MetricRegistry metrics,
      Function<SignalSettings, Consumer<byte[], byte[]>> consumers) {
    this.consumers = consumers;
    this.config = config;
    this.catalog = catalog;
    this.offsets = offsets;
    this.commits = commits;
    this.client = client;
    this.metrics = metrics;
    int most = client.maxInFlight();
    this.readers = Threads.upTo(Math.max(LEAST_READERS, 2 * most), "connectwise-reader");
    this.childReaders = Threads.upTo(most, "connectwise-child-reader");
  }

  /**
   * A task that is ready to poll; it has sent no request yet.
   *
   * @param consumers opens a consumer of the signal topic
   */
  static PollLoop of(
      SourceConfig config,
      Catalog catalog,
      SourceTaskContext context,
      Commits commits,
      Function<SignalSettings, Consumer<byte[], byte[]>> consumers) {
    ClientSettings settings = config.connection().settings();
    MetricRegistry metrics =
        MetricRegistry.open(
            () -> context.pluginMetrics(), context.configs().getOrDefault("name", "connector"));
    ConnectWiseClient client = ConnectWiseClient.open(settings, metrics);
    try {
      return new SourceTaskFactory(
              config, catalog, context.offsetStorageReader(), commits, client, metrics, consumers)
          .loop(settings);
    } catch (RuntimeException e) {
      client.close();
      metrics.close();
      throw e;
    }
  }

  /**
   * The queries as a task without offsets has them, to be read by hand; those with a parent are
   * read with it.
   *
   * @param client is the caller's to close
   */
  static Map<Query, PassSource> passes(
      SourceConfig config, Catalog catalog, OffsetStorageReader offsets, ConnectWiseClient client) {
    SourceTaskFactory factory =
        new SourceTaskFactory(
            config,
            catalog,
            offsets,
            new Commits(),
            client,
            MetricRegistry.hidden(),
            nobody -> {
              throw new IllegalStateException("nothing is read of a signal topic");
            });
    Map<Query, PassSource> passes = new LinkedHashMap<>();
    for (Query query : config.queries()) {
      if (query.parent().isEmpty()) {
        QueryPlace place = factory.place(query);
        RecordMapper mapper = factory.mapper(query, place.partition());
        passes.put(
            query,
            factory.run(
                query, place, mapper, Optional.empty(), Optional.empty(), QueryNotices.NONE));
      }
    }
    return passes;
  }

  private PollLoop loop(ClientSettings settings) {
    List<PolledQuery> queries = new ArrayList<>();
    List<SignalInbox> inboxes = new ArrayList<>();
    SignalPace pace =
        new SignalPace(settings.requestsPerMinute(), config.share(), System.nanoTime());
    NotificationQueue notifications =
        new NotificationQueue(config.notifications().isPresent(), System::nanoTime);
    List<QueryNotices> told = new ArrayList<>();
    for (Query query : config.queries()) {
      if (query.parent().isEmpty()) {
        QueryPlace place = place(query);
        RecordMapper mapper = mapper(query, place.partition());
        QueryNotices notices = notices(mapper, place);
        told.add(notices);
        Optional<SignalInbox> inbox =
            config
                .signals()
                .map(
                    from ->
                        inbox(
                            query, from, pace, news -> notices.signal(news, true, notifications)));
        inbox.ifPresent(inboxes::add);
        queries.add(polled(query, place, mapper, inbox, notices));
      }
    }
    Optional<SignalTopic> signals =
        config
            .signals()
            .map(
                from ->
                    new SignalTopic(
                        from,
                        consumers,
                        inboxes,
                        metrics.of(MetricScope.SOURCE),
                        news -> told.get(0).signal(news, false, notifications)));
    PollLoop loop =
        new PollLoop(
            queries,
            new Waits(settings.retry().backoffMax(), config.unavailableTimeout()),
            config.heartbeat().map(Heartbeat::interval),
            notifications,
            readers,
            () -> {
              close();
              signals.ifPresent(SignalTopic::close);
            },
            client::retriedLater,
            System::nanoTime);
    signals.ifPresent(topic -> topic.start(new TaskThreads("connectwise-signals"), loop::wake));
    return loop;
  }

  private QueryNotices notices(RecordMapper mapper, QueryPlace place) {
    return config
        .notifications()
        .map(
            to ->
                new QueryNotices(
                    new QueryNotices.Notifier(to, mapper, place.partition(), System::nanoTime)))
        .orElse(QueryNotices.NONE);
  }

  private SignalInbox inbox(
      Query query,
      SignalSettings from,
      SignalPace pace,
      java.util.function.Consumer<SignalNews> news) {
    Map<String, Object> stored = offsets.offset(SourcePartition.pause(place(query).partition()));
    boolean paused;
    try {
      paused = stored != null && Checkpoints.paused(stored);
    } catch (IllegalArgumentException e) {
      throw unreadable(query, e);
    }
    if (paused) {
      LOG.warn(
          "Query {} is paused by a signal and reads nothing until it is resumed.", query.name());
    }
    String resource = query.operation().path().toString().toLowerCase(Locale.ROOT).substring(1);
    return new SignalInbox(
        new SignalInbox.SignalledQuery(query.name(), resource, query.passes().schedules().keySet()),
        from.queries().size() == 1,
        pace,
        paused,
        news);
  }

  /** Ends all calls, and what waits for them. */
  private void close() {
    client.close();
    childReaders.shutdownNow();
    metrics.close();
  }

  private RecordMapper mapper(Query query, Map<String, String> partition) {
    if (query.values().timestamp() == RecordTimestamp.UPDATED) {
      LOG.warn(
          "Records of query {} have their items' lastUpdated as timestamp ({}=updated): topic {} loses"
              + " those that were last updated longer ago than its retention.ms, unless it has"
              + " cleanup.policy=compact.",
          query.name(),
          ValueFormat.RECORD_TIMESTAMP,
          query.topic());
    }
    UnaryOperator<List<Item>> whole =
        query.values().mode() == SchemaMode.TYPED
            ? Decoders.structs(catalog, query.operation(), query.values().typed())
            : UnaryOperator.identity();
    return new RecordMapper(query, partition, config.bytes(), whole);
  }

  private PolledQuery polled(
      Query query,
      QueryPlace place,
      RecordMapper mapper,
      Optional<SignalInbox> inbox,
      QueryNotices notices) {
    Optional<SourceOffset> stored =
        Optional.ofNullable(offsets.offset(place.stored())).map(offset -> parse(query, offset));
    if (stored.isEmpty()) {
      LOG.info(
          "Query {} begins anew: no offset is stored for its site, company, operation and {}."
              + " If it has run before, one of these was changed.",
          query.name(),
          query.offsetName().map(name -> "offset.name").orElse("options"));
    } else if (place.moves()) {
      LOG.info(
          "Query {} goes on where it was before it had this offset.name: {}. To begin anew, reset"
              + " that offset, too.",
          query.name(),
          place.stored());
    }
    QueryRun run = run(query, place, mapper, stored, inbox, notices);
    long now = System.nanoTime();
    PassScheduler scheduler =
        new PassScheduler(
            query.passes().schedules(),
            run.interrupted(),
            run::ready,
            InstantSource.system(),
            this::atTurnOfSecond,
            now);
    return new PolledQuery(run, scheduler, stored.isPresent(), now);
  }

  private QueryRun run(
      Query query,
      QueryPlace place,
      RecordMapper mapper,
      Optional<SourceOffset> stored,
      Optional<SignalInbox> inbox,
      QueryNotices notices) {
    Map<String, String> partition = place.partition();
    Optional<KnownIds> known = query.passes().deletes().map(deletes -> known(query, place, stored));
    QueryReader reader = new QueryReader(query, query.options(), queryContext(query));
    QueryMemory memory =
        new QueryMemory(
            stored,
            known,
            config.heartbeat().map(to -> new Checkpoints(to.topic(), partition, mapper)));
    return new QueryRun(
        new QueryWindows(reader, memory, metrics(query), Opening::now),
        new ChildQueries(mapper, children(query, partition), childReaders),
        memory,
        new PassObserver(query.name(), metrics(query), notices),
        inbox);
  }

  private long atTurnOfSecond(long time) {
    return client
        .serverTime()
        .map(server -> PassTimer.atTurnOfSecond(time, server, System.nanoTime()))
        .orElse(time);
  }

  /**
   * The place of a query in the offsets.
   *
   * @param partition where its offset is to be stored
   * @param stored where it is stored
   */
  private record QueryPlace(Map<String, String> partition, Map<String, String> stored) {

    /** Whether the query goes on in another place, which has nothing of it yet. */
    boolean moves() {
      return !partition.equals(stored);
    }
  }

  /**
   * Connect cannot rename an offset: one that was stored in a former form of the options goes on
   * there, and what a query without a name has stored is stored again under the name that it got.
   */
  private QueryPlace place(Query query) {
    Map<String, String> own = SourcePartition.of(config.connection(), query);
    if (offsets.offset(own) != null || !config.goesOn(query)) {
      return new QueryPlace(own, own);
    }
    return SourcePartition.former(config.connection(), query).stream()
        .filter(former -> offsets.offset(former) != null)
        .findFirst()
        .map(former -> new QueryPlace(query.offsetName().isPresent() ? own : former, former))
        .orElseGet(() -> new QueryPlace(own, own));
  }

  private Metrics metrics(Query query) {
    return metrics.of(MetricScope.QUERY, query.name());
  }

  private QueryReader.QueryContext queryContext(Query query) {
    return new QueryReader.QueryContext(
        client.countingFor(metrics(query)),
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

  private KnownIds known(Query query, QueryPlace place, Optional<SourceOffset> stored) {
    KnownIds known = new KnownIds(commits, leftOut(query));
    try {
      known.restore(
          Checkpoints.restore(place.stored(), offsets),
          stored.map(SourceOffset::fresh).orElseGet(RoaringBitmap::new));
      if (place.moves()) {
        known.forgetStored();
      }
    } catch (IllegalArgumentException e) {
      throw unreadable(query, e);
    }
    return known;
  }

  /** Counts items whose ids a sweep cannot remember, and says once that there are some. */
  private Runnable leftOut(Query query) {
    Metrics counted = metrics(query);
    AtomicBoolean told = new AtomicBoolean();
    return () -> {
      counted.add(Metric.IDS_OUT_OF_RANGE, 1);
      if (!told.getAndSet(true)) {
        LOG.warn(
            "Query {} reads items whose ids are not from 0 to {}. They arrive as all others do, but"
                + " deletes.detect=sweep does not find their deletions; the metric"
                + " ids-out-of-range-total counts them.",
            query.name(),
            Integer.MAX_VALUE);
      }
    };
  }

  private static SourceOffset parse(Query query, Map<String, Object> stored) {
    try {
      return SourceOffset.fromMap(stored);
    } catch (IllegalArgumentException e) {
      throw unreadable(query, e);
    }
  }

  private static ConnectException unreadable(Query query, IllegalArgumentException cause) {
    return new ConnectException(
        "The stored offset of query "
            + query.name()
            + " cannot be read: "
            + cause.getMessage()
            + ". Alter or reset it through the offsets REST API; the task stops.",
        cause);
  }
}
