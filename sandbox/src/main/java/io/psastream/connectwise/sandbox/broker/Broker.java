package io.psastream.connectwise.sandbox.broker;

import io.psastream.connectwise.sandbox.machine.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka broker and its controller in this JVM: KRaft, combined mode, loopback only. Everything it
 * stores is below the directory it is given.
 */
public final class Broker implements AutoCloseable {
  private static final int NODE = 1;

  private final Map<String, String> settings;
  private final String bootstrapServers;
  private KafkaRaftServer server;

  private Broker(Map<String, String> settings, String bootstrapServers) {
    this.settings = settings;
    this.bootstrapServers = bootstrapServers;
    this.server = start(settings);
  }

  /** Formats a fresh log folder below {@code directory} and starts a broker on {@code port}. */
  public static Broker start(Path directory, int port) throws IOException {
    return start(directory, port, Map.of());
  }

  /** The same with some of the broker's settings changed. */
  public static Broker start(Path directory, int port, Map<String, String> changes)
      throws IOException {
    Path logs = Files.createDirectories(directory.resolve("broker"));
    format(logs);
    Map<String, String> settings = new HashMap<>(settings(logs, port, Ports.free()));
    settings.putAll(changes);
    return new Broker(settings, "127.0.0.1:" + port);
  }

  private static KafkaRaftServer start(Map<String, String> settings) {
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings), Time.SYSTEM);
    server.startup();
    return server;
  }

  /** Stops the broker in an orderly way and starts it again with what it has stored. */
  public void restart() {
    close();
    server = start(settings);
  }

  private static void format(Path logs) throws IOException {
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(nowhere)
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(NODE)
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(logs.toString())
          .addDirectory(logs.toString())
          .run();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("Formatting the broker's log folder " + logs + " failed", e);
    }
  }

  private static Map<String, String> settings(Path logs, int port, int controllerPort) {
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", String.valueOf(NODE)),
        Map.entry("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry(
            "listeners",
            "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort),
        Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port),
        Map.entry("log.dirs", logs.toString()),
        Map.entry("num.partitions", "1"),
        Map.entry("offsets.topic.num.partitions", "1"),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("transaction.state.log.num.partitions", "1"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        // Every 10 s by default, for which the successor of a killed worker would have to wait.
        Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "250"),
        Map.entry("share.coordinator.state.topic.num.partitions", "1"),
        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
        Map.entry("share.coordinator.state.topic.min.isr", "1"),
        // Every five minutes by default: what retention deletes would be deleted after every test.
        Map.entry("log.initial.task.delay.ms", "1000"),
        Map.entry("log.retention.check.interval.ms", "1000"),
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        Map.entry("group.min.session.timeout.ms", "1000"),
        // The default of 128 MB would be half of a small machine's heap, for topics of a few
        // thousand records.
        Map.entry("log.cleaner.dedupe.buffer.size", String.valueOf(4 * 1024 * 1024)),
        Map.entry("num.network.threads", "2"),
        Map.entry("num.io.threads", "4"),
        Map.entry("background.threads", "2"));
  }

  /** {@code host:port} for clients. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
