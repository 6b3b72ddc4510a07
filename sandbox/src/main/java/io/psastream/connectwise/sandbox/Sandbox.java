package io.psastream.connectwise.sandbox;

import io.psastream.connectwise.sandbox.broker.Broker;
import io.psastream.connectwise.sandbox.broker.Topics;
import io.psastream.connectwise.sandbox.connect.ConnectRest;
import io.psastream.connectwise.sandbox.connect.EmbeddedWorker;
import io.psastream.connectwise.sandbox.connect.ForkedWorker;
import io.psastream.connectwise.sandbox.connect.PluginArchive;
import io.psastream.connectwise.sandbox.connect.Worker;
import io.psastream.connectwise.sandbox.connect.WorkerSettings;
import io.psastream.connectwise.sandbox.machine.Folders;
import io.psastream.connectwise.sandbox.machine.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A broker and a distributed Connect worker with the plugin of the built archive, in one process.
 * Lives until it is closed; the broker lives as long, workers can be stopped and started in
 * between.
 */
public final class Sandbox implements AutoCloseable {
  private static final String GROUP = "connect";

  private final Path directory;
  private final Broker broker;
  private final Topics topics;
  private final WorkerSettings settings;
  private final ConnectRest connect;
  private final AtomicBoolean closed = new AtomicBoolean();
  private Optional<Worker> worker = Optional.empty();

  /**
   * Ports of 127.0.0.1.
   *
   * @param rest where the worker's REST API listens
   * @param broker where the broker listens
   */
  public record Endpoints(int rest, int broker) {
    /** Two that were free a moment ago. */
    public static Endpoints free() throws IOException {
      return new Endpoints(Ports.free(), Ports.free());
    }
  }

  private Sandbox(Path directory, Broker broker, WorkerSettings settings) {
    this.directory = directory;
    this.broker = broker;
    this.settings = settings;
    this.topics = new Topics(broker.bootstrapServers());
    this.connect = new ConnectRest(settings.url());
  }

  /** Starts a broker, without a worker; both on free ports. */
  public static Sandbox start(Path archive, Path directory) throws IOException {
    return start(archive, directory, Map.of(), Map.of());
  }

  /** The same with more plugins beside the archive's, each folder one for {@code plugin.path}. */
  public static Sandbox start(Path archive, Path directory, List<Path> plugins) throws IOException {
    return start(archive, directory, Endpoints.free(), plugins, Map.of(), Map.of());
  }

  /**
   * Starts a broker, without a worker, on free ports.
   *
   * @param broker what is different of the broker's settings
   * @param worker what is to be different of the worker's settings
   */
  public static Sandbox start(
      Path archive, Path directory, Map<String, String> broker, Map<String, String> worker)
      throws IOException {
    return start(archive, directory, Endpoints.free(), List.of(), broker, worker);
  }

  /** The same on these ports. */
  public static Sandbox start(
      Path archive,
      Path directory,
      Endpoints endpoints,
      Map<String, String> broker,
      Map<String, String> worker)
      throws IOException {
    return start(archive, directory, endpoints, List.of(), broker, worker);
  }

  private static Sandbox start(
      Path archive,
      Path directory,
      Endpoints endpoints,
      List<Path> more,
      Map<String, String> brokerChanges,
      Map<String, String> workerChanges)
      throws IOException {
    Path home = Files.createDirectories(directory).toAbsolutePath();
    List<Path> plugins = new ArrayList<>(List.of(PluginArchive.unpack(archive, home)));
    plugins.addAll(more);
    Broker broker = Broker.start(home, endpoints.broker(), brokerChanges);
    return new Sandbox(
        home,
        broker,
        new WorkerSettings(
            broker.bootstrapServers(), endpoints.rest(), plugins, GROUP, workerChanges));
  }

  /** The worker's REST API, whether or not a worker runs. */
  public ConnectRest connect() {
    return connect;
  }

  /** The broker's topics. */
  public Topics topics() {
    return topics;
  }

  /** {@code host:port} of the broker. */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** Starts a worker in this JVM, unless one runs, and waits until it answers. */
  public void startWorker() {
    if (worker.isEmpty()) {
      worker = Optional.of(EmbeddedWorker.start(settings));
      connect.awaitReady();
    }
  }

  /**
   * Starts a worker in a JVM of its own, in the place of the one that runs, and waits until it
   * answers. Its log is below the sandbox's directory.
   */
  public void forkWorker() throws IOException {
    forkWorker(Map.of());
  }

  /** The same with some of the worker's settings changed. */
  public void forkWorker(Map<String, String> changes) throws IOException {
    forkWorker(settings, changes, ForkedWorker.Jvm.small());
  }

  /**
   * The same in a JVM of one's choice, and in a group of its own: such a worker knows nothing of
   * the connectors and offsets of others.
   */
  public void forkWorker(String group, ForkedWorker.Jvm jvm) throws IOException {
    forkWorker(
        new WorkerSettings(
            settings.bootstrapServers(), settings.restPort(), settings.plugins(), group),
        Map.of(),
        jvm);
  }

  private void forkWorker(WorkerSettings group, Map<String, String> changes, ForkedWorker.Jvm jvm)
      throws IOException {
    stopWorker();
    Map<String, String> properties = new HashMap<>(group.properties());
    properties.putAll(changes);
    worker = Optional.of(ForkedWorker.start(properties, jvm, directory));
    connect.awaitReady();
  }

  /**
   * Starts one more worker, which joins the group of the one that runs, in a JVM of its own and
   * with the same settings, and waits until it answers. It belongs to the caller.
   */
  public ForkedWorker joinWorker(Map<String, String> changes) throws IOException {
    Map<String, String> all = new HashMap<>(settings.changes());
    all.putAll(changes);
    WorkerSettings peer =
        new WorkerSettings(
            settings.bootstrapServers(), Ports.free(), settings.plugins(), settings.group(), all);
    ForkedWorker joined =
        ForkedWorker.start(peer.properties(), ForkedWorker.Jvm.small(), directory);
    new ConnectRest(peer.url()).awaitReady();
    return joined;
  }

  /** The worker of this sandbox, where it runs in a JVM of its own. */
  public Optional<ForkedWorker> forked() {
    return worker.filter(ForkedWorker.class::isInstance).map(ForkedWorker.class::cast);
  }

  /** The worker of this sandbox, where it runs in this JVM. */
  public Optional<EmbeddedWorker> embedded() {
    return worker.filter(EmbeddedWorker.class::isInstance).map(EmbeddedWorker.class::cast);
  }

  /** Stops the broker and starts it again on the same port, with what it has stored. */
  public void restartBroker() {
    broker.restart();
  }

  /** Ends a forked worker without any chance to clean up (SIGKILL). */
  public void killWorker() {
    if (worker.orElse(null) instanceof ForkedWorker forked) {
      forked.kill();
      worker = Optional.empty();
    } else {
      throw new IllegalStateException("Only a forked worker can be killed");
    }
  }

  /** Stops the worker in an orderly way, if one runs. */
  public void stopWorker() {
    worker.ifPresent(Worker::close);
    worker = Optional.empty();
  }

  /** Stops worker and broker, in this order, unless that was done before. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      stopWorker();
    } finally {
      topics.close();
      broker.close();
    }
    Folders.delete(directory.resolve("broker"));
    Folders.delete(directory.resolve("plugins"));
    Folders.deleteIfEmpty(directory);
  }
}
