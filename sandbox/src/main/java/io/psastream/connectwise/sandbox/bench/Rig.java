package io.psastream.connectwise.sandbox.bench;

import io.psastream.connectwise.sandbox.broker.Broker;
import io.psastream.connectwise.sandbox.broker.Topics;
import io.psastream.connectwise.sandbox.connect.ConnectRest;
import io.psastream.connectwise.sandbox.connect.ForkedWorker;
import io.psastream.connectwise.sandbox.connect.PluginArchive;
import io.psastream.connectwise.sandbox.connect.WorkerSettings;
import io.psastream.connectwise.sandbox.machine.Folders;
import io.psastream.connectwise.sandbox.machine.Ports;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.fault.Fault;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.management.JMException;

/**
 * Where it is measured: broker and simulator in this JVM, a worker in one of its own that is set up
 * as Kafka's scripts do it, with the plugin of the archive and the do-nothing source.
 */
final class Rig implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(5);
  static final String TICKETS = "/service/tickets";

  /** How Kafka's own scripts have garbage collected, unless this variable says otherwise. */
  private static final String COLLECTOR =
      Objects.requireNonNullElse(
          System.getenv("KAFKA_JVM_PERFORMANCE_OPTS"),
          "-XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35");

  /** What they start a worker with. */
  static final List<String> JVM =
      Stream.of(("-Xms256m -Xmx2g " + COLLECTOR).strip().split("\\s+")).toList();

  private final Path home;
  private final Broker broker;
  private final Simulator simulator;
  private final Topics topics;
  private final ConnectRest connect;
  private final Map<String, String> properties;
  private final ForkedWorker.Jvm jvm;
  private ForkedWorker worker;
  private Probe probe;

  private Rig(Path home, Options options, Map<String, String> overrides)
      throws IOException, JMException {
    this.home = home;
    simulator = Simulator.start();
    simulator.seed().bytes(2_500).tickets(options.tickets());
    broker = Broker.start(home, Ports.free());
    topics = new Topics(broker.bootstrapServers());
    WorkerSettings settings =
        new WorkerSettings(
            broker.bootstrapServers(),
            Ports.free(),
            List.of(PluginArchive.unpack(options.archive(), home)),
            "bench");
    connect = new ConnectRest(settings.url());
    properties = new HashMap<>(settings.properties());
    properties.put("exactly.once.source.support", "disabled"); // as Kafka's default is
    properties.putAll(overrides);
    jvm = jvm(home, options);
    worker = ForkedWorker.start(properties, jvm, home);
    connect.awaitReady();
    probe = Probe.of(worker.pid());
  }

  /** Stops the worker and starts another one, of which nothing is compiled yet. */
  void freshWorker() throws IOException, JMException {
    probe.close();
    worker.close();
    worker = ForkedWorker.start(properties, jvm, home);
    connect.awaitReady();
    probe = Probe.of(worker.pid());
  }

  static Rig start(Options options) throws IOException, JMException {
    return start(options, Map.of());
  }

  /** Starts it with other settings of the worker. */
  static Rig start(Options options, Map<String, String> worker) throws IOException, JMException {
    return new Rig(Files.createTempDirectory("connectwise-bench-"), options, worker);
  }

  /** With a services file by which this worker, and no other, finds the do-nothing source. */
  private static ForkedWorker.Jvm jvm(Path home, Options asked) throws IOException {
    Path services = Files.createDirectories(home.resolve("bench/META-INF/services"));
    Files.writeString(
        services.resolve("org.apache.kafka.connect.source.SourceConnector"),
        HandOverConnector.class.getName());
    List<String> options = new ArrayList<>(JVM);
    options.add("-Xmx" + asked.heap()); // the last one counts
    asked
        .recording()
        .ifPresent(
            file ->
                options.add(
                    "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
                        + file.toAbsolutePath()));
    return new ForkedWorker.Jvm(
        options,
        System.getProperty("java.class.path") + File.pathSeparator + home.resolve("bench"));
  }

  Topics topics() {
    return topics;
  }

  ConnectRest connect() {
    return connect;
  }

  Simulator simulator() {
    return simulator;
  }

  /** Looks into the worker. */
  Probe probe() {
    return probe;
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  Path home() {
    return home;
  }

  /** Sets how long each page takes, and forgets the requests so far. */
  void latency(int millis) {
    simulator.faults().clear();
    simulator.requests().clear();
    if (millis > 0) {
      simulator.faults().add(Fault.of("latency").with("ms", millis).on(TICKETS));
    }
  }

  @Override
  public void close() throws IOException {
    probe.close();
    worker.close();
    topics.close();
    broker.close();
    simulator.close();
    Folders.delete(home);
  }
}
