package io.psastream.connectwise.source;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.ClientSettings;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.TaskThreads;
import io.psastream.connectwise.client.Threads;
import io.psastream.connectwise.metrics.Metric.MetricScope;
import io.psastream.connectwise.metrics.MetricRegistry;
import io.psastream.connectwise.source.QueryFailures.Waits;
import io.psastream.connectwise.source.config.Heartbeat;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.SignalSettings;
import io.psastream.connectwise.source.config.SourceConfig;
import io.psastream.connectwise.source.offset.Commits;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.signal.SignalInbox;
import io.psastream.connectwise.source.signal.SignalNews;
import io.psastream.connectwise.source.signal.SignalPace;
import io.psastream.connectwise.source.signal.SignalTopic;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Builds a source task from its configuration and the stored offsets. */
final class SourceTaskFactory {

  /**
   * So many queries can be read side by side at least: more than requests in flight, as one that
   * waits to try again must not keep the others waiting.
   */
  private static final int LEAST_READERS = 16;

  private final SourceConfig config;
  private final OffsetStorageReader offsets;
  private final ConnectWiseClient client;
  private final MetricRegistry metrics;
  private final QueryFactory factory;

  private SourceTaskFactory(
      SourceConfig config,
      OffsetStorageReader offsets,
      ConnectWiseClient client,
      MetricRegistry metrics,
      QueryFactory factory) {
    this.config = config;
    this.offsets = offsets;
    this.client = client;
    this.metrics = metrics;
    this.factory = factory;
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
      QueryFactory factory = new QueryFactory(config, catalog, commits, client, metrics);
      return new SourceTaskFactory(config, context.offsetStorageReader(), client, metrics, factory)
          .loop(settings, consumers);
    } catch (RuntimeException e) {
      client.close();
      metrics.close();
      throw e;
    }
  }

  private PollLoop loop(
      ClientSettings settings, Function<SignalSettings, Consumer<byte[], byte[]>> consumers) {
    List<PolledQuery> queries = new ArrayList<>();
    List<SignalInbox> inboxes = new ArrayList<>();
    SignalPace pace =
        new SignalPace(settings.requestsPerMinute(), config.share(), System.nanoTime());
    NotificationQueue notifications =
        new NotificationQueue(config.notifications().isPresent(), System::nanoTime);
    List<QueryNotices> told = new ArrayList<>();
    for (Query query : config.queries()) {
      if (query.parent().isEmpty()) {
        StoredQuery stored = StoredQuery.of(query, config, offsets);
        RecordMapper mapper = factory.mapper(query, stored.partition());
        QueryNotices notices = notices(mapper, stored);
        told.add(notices);
        Optional<SignalInbox> inbox =
            config
                .signals()
                .map(
                    from ->
                        inbox(
                            stored, from, pace, news -> notices.signal(news, true, notifications)));
        inbox.ifPresent(inboxes::add);
        queries.add(polled(stored, mapper, inbox, notices));
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
            readers(),
            () -> {
              close();
              signals.ifPresent(SignalTopic::close);
            },
            client::retriedLater,
            System::nanoTime);
    signals.ifPresent(topic -> topic.start(new TaskThreads("connectwise-signals"), loop::wake));
    return loop;
  }

  private QueryNotices notices(RecordMapper mapper, StoredQuery stored) {
    return config
        .notifications()
        .map(
            to ->
                new QueryNotices(
                    new QueryNotices.Notifier(to, mapper, stored.partition(), System::nanoTime)))
        .orElse(QueryNotices.NONE);
  }

  private static SignalInbox inbox(
      StoredQuery stored,
      SignalSettings from,
      SignalPace pace,
      java.util.function.Consumer<SignalNews> news) {
    Query query = stored.query();
    boolean paused = stored.paused();
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
    factory.close();
    metrics.close();
  }

  private PolledQuery polled(
      StoredQuery stored, RecordMapper mapper, Optional<SignalInbox> inbox, QueryNotices notices) {
    Optional<SourceOffset> offset = stored.offset();
    QueryRun run = factory.run(stored, offset, mapper, inbox, notices);
    long now = System.nanoTime();
    PassScheduler scheduler =
        new PassScheduler(
            stored.query().passes().schedules(),
            run.interrupted(),
            run::ready,
            InstantSource.system(),
            this::atTurnOfSecond,
            now);
    return new PolledQuery(run, scheduler, offset.isPresent(), now);
  }

  private ExecutorService readers() {
    return Threads.upTo(Math.max(LEAST_READERS, 2 * client.maxInFlight()), "connectwise-reader");
  }

  private long atTurnOfSecond(long time) {
    return client
        .serverTime()
        .map(server -> PassTimer.atTurnOfSecond(time, server, System.nanoTime()))
        .orElse(time);
  }
}
