package io.psastream.connectwise.sandbox.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.psastream.connectwise.sandbox.BuiltArchive;
import io.psastream.connectwise.sandbox.connect.ConnectRest;
import io.psastream.connectwise.sandbox.connect.PluginArchive;
import io.psastream.connectwise.sandbox.connect.WorkerSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.MountableFile;

/**
 * The archive in the official Kafka image: broker and worker each in a container of their own.
 * Skipped, and reported as such, where there is no Docker engine.
 */
final class OfficialImageIT {
  private static final String IMAGE = "apache/kafka:4.3.1";
  private static final String BROKER = "kafka:19092";

  @TempDir Path directory;

  @BeforeEach
  void needsDocker() {
    assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "there is no Docker engine");
  }

  @Test
  void workerOfTheOfficialImageFindsBothConnectors() throws IOException {
    Path plugins = PluginArchive.unpack(BuiltArchive.path(), directory);
    try (Network network = Network.newNetwork();
        GenericContainer<?> kafka = kafka(network);
        GenericContainer<?> connect = connect(network, plugins)) {
      kafka.start();
      connect.start();

      String url = "http://" + connect.getHost() + ":" + connect.getMappedPort(8083);
      assertThat(new ConnectRest(url).plugins())
          .containsKeys(
              "io.psastream.connectwise.source.ConnectWiseSourceConnector",
              "io.psastream.connectwise.sink.ConnectWiseSinkConnector");
    }
  }

  private static GenericContainer<?> kafka(Network network) {
    return new GenericContainer<>(IMAGE)
        .withNetwork(network)
        .withNetworkAliases("kafka")
        .withEnv("KAFKA_NODE_ID", "1")
        .withEnv("KAFKA_PROCESS_ROLES", "broker,controller")
        .withEnv("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093")
        .withEnv("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER")
        .withEnv("KAFKA_LISTENERS", "PLAINTEXT://:19092,CONTROLLER://:9093")
        .withEnv("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://" + BROKER)
        .withEnv("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT")
        .withEnv("KAFKA_INTER_BROKER_LISTENER_NAME", "PLAINTEXT")
        .withEnv("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1")
        .withEnv("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1")
        .withEnv("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1")
        .waitingFor(Wait.forLogMessage(".*Kafka Server started.*", 1))
        .withStartupTimeout(Duration.ofMinutes(2));
  }

  private static GenericContainer<?> connect(Network network, Path plugins) {
    WorkerSettings settings =
        new WorkerSettings(BROKER, 8083, List.of(Path.of("/plugins")), "connect");
    String properties =
        settings.properties().entrySet().stream()
            .filter(entry -> !entry.getKey().equals("listeners"))
            .map(Map.Entry::toString)
            .collect(Collectors.joining("\n", "listeners=http://0.0.0.0:8083\n", "\n"));
    return new GenericContainer<>(IMAGE)
        .withNetwork(network)
        .withExposedPorts(8083)
        .withCopyFileToContainer(MountableFile.forHostPath(plugins), "/plugins")
        .withCopyToContainer(
            Transferable.of(properties.getBytes(StandardCharsets.UTF_8)), "/tmp/worker.properties")
        .withCommand("/opt/kafka/bin/connect-distributed.sh", "/tmp/worker.properties")
        .waitingFor(Wait.forHttp("/connectors").forPort(8083))
        .withStartupTimeout(Duration.ofMinutes(2));
  }
}
