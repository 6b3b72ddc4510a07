package io.psastream.connectwise.sink;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.ClientSettings;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Version;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.metrics.Metric.MetricScope;
import io.psastream.connectwise.metrics.MetricRegistry;
import io.psastream.connectwise.sink.body.PatchCheck;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.sink.lane.CircuitBreaker;
import io.psastream.connectwise.sink.lane.LaneThreads;
import io.psastream.connectwise.sink.lane.Lanes;
import io.psastream.connectwise.sink.lane.Lease;
import io.psastream.connectwise.sink.ledger.Ledger;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import io.psastream.connectwise.sink.report.OutcomeReporter;
import io.psastream.connectwise.sink.report.ReportTopics;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lifecycle of a sink task; what it does is in {@link SinkLoop}. */
public final class ConnectWiseSinkTask extends SinkTask {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectWiseSinkTask.class);

  private Optional<MetricRegistry> metrics = Optional.empty();
  private Optional<ConnectWiseClient> client = Optional.empty();
  private Optional<SinkLoop> loop = Optional.empty();

  @Override
  public String version() {
    return Version.CURRENT;
  }

  @Override
  public void start(Map<String, String> properties) {
    Catalog catalog = Catalog.load();
    SinkConfig config = new SinkConfig(properties, catalog);
    MetricRegistry registry =
        MetricRegistry.open(
            () -> context.pluginMetrics(), properties.getOrDefault("name", "connector"));
    metrics = Optional.of(registry);
    try {
      client = Optional.of(ConnectWiseClient.open(config.connection().settings(), registry));
      RouteMeters meters = new RouteMeters(registry, config.routes(), System::nanoTime);
      OutcomeReporter reporter =
          new OutcomeReporter(
              Optional.ofNullable(context.errantRecordReporter()),
              ReportTopics.open(config.reporting()),
              System::nanoTime);
      Optional<Ledger> ledger = config.ledger().map(Ledger::of);
      Lease lease = new Lease(FlowControl.LEASE, System::nanoTime, System::currentTimeMillis);
      CreatedItems created = new CreatedItems(System::nanoTime);
      Lanes lanes = lanes(config, catalog, client.get(), reporter, created, ledger, lease, meters);
      registry.of(MetricScope.SINK).gauge(Metric.BREAKER, lanes::breakerState);
      loop =
          Optional.of(
              new SinkLoop(
                  context,
                  new RecordRouter(config.routes(), catalog),
                  lanes,
                  lease,
                  reporter,
                  created,
                  ledger,
                  meters,
                  SinkLoop.Bounds.USUAL,
                  System::nanoTime));
    } catch (RuntimeException e) {
      stop();
      throw e;
    }
    LOG.info("Started writing to {} with {}.", config.connection().site(), config.routes());
    boolean remembered = config.ledger().isPresent();
    config.routes().forEach(route -> route.cautions(remembered).forEach(LOG::warn));
  }

  private Lanes lanes(
      SinkConfig config,
      Catalog catalog,
      ConnectWiseClient client,
      OutcomeReporter reporter,
      CreatedItems created,
      Optional<Ledger> ledger,
      Lease lease,
      RouteMeters meters) {
    ClientSettings settings = config.connection().settings();
    RecordApplier applier =
        new RecordApplier(
            new RecordSender(client::send, catalog, System::nanoTime),
            PatchCheck.of(config.routes(), catalog),
            created,
            new CreateLedger(ledger),
            lease,
            System::nanoTime);
    CircuitBreaker breaker =
        new CircuitBreaker(
            settings.retry(), System::nanoTime, () -> ThreadLocalRandom.current().nextDouble());
    return new Lanes(
        LaneThreads.open(settings.maxInFlight(), meters.counting(applier), client::interrupt),
        settings.maxInFlight(),
        outcome -> outcome.stops(reporter.takesRejected()),
        breaker,
        lease,
        config.ledger().isEmpty() && config.routes().stream().anyMatch(Route::createsAgain),
        client::retriedLater);
  }

  @Override
  public void open(Collection<TopicPartition> partitions) {
    loop.orElseThrow().open(partitions);
  }

  @Override
  public void put(Collection<SinkRecord> records) {
    loop.orElseThrow().put(records);
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
    return loop.orElseThrow().preCommit(currentOffsets);
  }

  @Override
  public void close(Collection<TopicPartition> partitions) {
    loop.ifPresent(started -> started.close(partitions));
  }

  @Override
  public void stop() {
    boolean running = loop.isPresent();
    client.ifPresent(ConnectWiseClient::close);
    loop.ifPresent(SinkLoop::close);
    metrics.ifPresent(MetricRegistry::close);
    metrics = Optional.empty();
    client = Optional.empty();
    loop = Optional.empty();
    if (running) {
      LOG.info("Stopped writing.");
    }
  }
}
