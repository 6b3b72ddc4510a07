package io.psastream.connectwise.source;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.ClientSettings;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.PollLoop.Entry;
import io.psastream.connectwise.source.config.ChildOptions;
import io.psastream.connectwise.source.config.Heartbeat;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.SignalSettings;
import io.psastream.connectwise.source.config.SourceConfig;
import io.psastream.connectwise.source.config.ValueFormat;
import io.psastream.connectwise.source.config.ValueFormat.RecordTimestamp;
import io.psastream.connectwise.source.offset.Commits;
import io.psastream.connectwise.source.offset.KnownIds;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.SourcePartition;
import io.psastream.connectwise.source.signal.SignalInbox;
import io.psastream.connectwise.source.signal.SignalPace;
import io.psastream.connectwise.source.signal.SignalTopic;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
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

  private final SourceConfig config;
  private final Catalog catalog;
  private final SourceTaskContext context;
  private final OffsetStorageReader offsets;
  private final ConnectWiseClient client;
  private final Commits commits;
  private final Function<SignalSettings, Consumer<byte[], byte[]>> consumers;
  private final ExecutorService readers = readers();
  private final Decoders decoders = new Decoders();

  private SourceTaskFactory(
      SourceConfig config,
      Catalog catalog,
      SourceTaskContext context,
      Commits commits,
      ConnectWiseClient client,
      Function<SignalSettings, Consumer<byte[], byte[]>> consumers) {
    this.consumers = consumers;
    this.config = config;
    this.catalog = catalog;
    this.context = context;
    this.offsets = context.offsetStorageReader();
    this.commits = commits;
    this.client = client;
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
    ConnectWiseClient client = ConnectWiseClient.open(settings);
    try {
      return new SourceTaskFactory(config, catalog, context, commits, client, consumers)
          .loop(settings);
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  private static ExecutorService readers() {
    AtomicInteger number = new AtomicInteger();
    return Executors.newCachedThreadPool(
        task -> {
          Thread thread = new Thread(task, "connectwise-reader-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  private PollLoop loop(ClientSettings settings) {
    List<Entry> entries = new ArrayList<>();
    List<SignalInbox> inboxes = new ArrayList<>();
    SignalPace pace =
        new SignalPace(settings.requestsPerMinute(), config.share(), System.nanoTime());
    for (Query query : config.queries()) {
      if (query.parent().isEmpty()) {
        Optional<SignalInbox> inbox = config.signals().map(from -> inbox(query, from, pace));
        inbox.ifPresent(inboxes::add);
        entries.add(entry(query, inbox));
      }
    }
    Optional<SignalTopic> signals =
        config.signals().map(from -> new SignalTopic(from, consumers, inboxes, metrics(Map.of())));
    PollLoop loop =
        new PollLoop(
            entries,
            settings.retry().backoffMax(),
            config.unavailableTimeout(),
            config.heartbeat().map(Heartbeat::interval),
            readers,
            () -> {
              client.close();
              signals.ifPresent(SignalTopic::close);
            },
            System::nanoTime);
    signals.ifPresent(topic -> topic.start(loop::wake));
    return loop;
  }

  private SignalInbox inbox(Query query, SignalSettings from, SignalPace pace) {
    Map<String, Object> stored = offsets.offset(SourcePartition.pause(partition(query)));
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
        paused);
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
    return new RecordMapper(query, partition, config.bytes());
  }

  private Entry entry(Query query, Optional<SignalInbox> inbox) {
    Map<String, String> partition = partition(query);
    RecordMapper mapper = mapper(query, partition);
    Optional<SourceOffset> stored =
        Optional.ofNullable(offsets.offset(partition)).map(offset -> parse(query, offset));
    if (stored.isEmpty()) {
      LOG.info(
          "Query {} begins anew: no offset is stored for its site, company, operation and options."
              + " If it has run before, one of these was changed.",
          query.name());
    }
    Optional<KnownIds> known =
        query.passes().deletes().map(deletes -> known(query, partition, stored));
    QueryRun run =
        new QueryRun(
            new QueryReader(query, query.options(), queryContext(query)),
            new ChildQueries(mapper, children(query, partition), readers),
            config.heartbeat().map(to -> new Checkpoints(to.topic(), partition, mapper)),
            known,
            metrics(query),
            stored,
            inbox);
    long now = System.nanoTime();
    PassScheduler scheduler =
        new PassScheduler(
            query.passes().schedules(),
            run.interrupted(),
            run::ready,
            InstantSource.system(),
            this::atTurnOfSecond,
            now);
    return new Entry(run, scheduler, stored.isPresent(), now);
  }

  private long atTurnOfSecond(long time) {
    return client
        .serverTime()
        .map(server -> PassTimer.atTurnOfSecond(time, server, System.nanoTime()))
        .orElse(time);
  }

  /** Where the query's offset is stored, or is to be stored. */
  private Map<String, String> partition(Query query) {
    Map<String, String> partition = SourcePartition.of(config.connection(), query);
    Map<String, String> asWritten = SourcePartition.asWritten(config.connection(), query);
    boolean former =
        !asWritten.equals(partition)
            && offsets.offset(partition) == null
            && offsets.offset(asWritten) != null;
    return former ? asWritten : partition;
  }

  /** Workers before Kafka 4.1 have no metrics of plugins, and not even the classes. */
  private Metrics metrics(Query query) {
    return metrics(Map.of(Metric.QUERY, query.name()));
  }

  private Metrics metrics(Map<String, String> tags) {
    try {
      return Metrics.of(context.pluginMetrics(), tags);
    } catch (NoSuchMethodError | NoClassDefFoundError | UnsupportedOperationException e) {
      return Metrics.NONE;
    }
  }

  private QueryReader.QueryContext queryContext(Query query) {
    return new QueryReader.QueryContext(client, decoder(query), config.connection().naiveTimes());
  }

  private ItemDecoder<Item> decoder(Query query) {
    return switch (query.values().mode()) {
      case TYPED -> decoders.typed(catalog, query.operation(), query.values().typed());
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

  private KnownIds known(
      Query query, Map<String, String> partition, Optional<SourceOffset> stored) {
    KnownIds known = new KnownIds(commits);
    try {
      known.restore(
          Checkpoints.restore(partition, offsets),
          stored.map(SourceOffset::fresh).orElseGet(RoaringBitmap::new));
    } catch (IllegalArgumentException e) {
      throw unreadable(query, e);
    }
    return known;
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
