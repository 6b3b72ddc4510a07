package io.psastream.connectwise.sandbox.shipped;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.sandbox.BuiltArchive;
import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Examples;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.broker.Topics;
import io.psastream.connectwise.sandbox.connect.ConnectRest;
import io.psastream.connectwise.sandbox.connect.PluginArchive;
import io.psastream.connectwise.sandbox.connect.WorkerSettings;
import io.psastream.connectwise.sandbox.machine.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The archive in the official Kafka image, with the demo's story: broker, worker and simulator each
 * in a container of their own. Skipped, with the reason, where there is no Docker engine or the
 * image cannot be had. Another image with the same layout is taken with {@code -Dkafka.image=NAME}.
 */
final class OfficialImageIT {
  private static final String IMAGE = System.getProperty("kafka.image", "apache/kafka:4.3.1");
  private static final String BROKER = "kafka:19092";
  private static final String CLIENT_ID = "11111111-2222-3333-4444-555555555555";
  private static final int TICKETS = 500;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String TICKET = "/v4_6_release/apis/3.0/service/tickets/";

  @TempDir Path directory;

  /**
   * Testcontainers itself pulls a small image on some machines before it says that Docker is there.
   */
  @BeforeEach
  void needsDockerAndTheImage() {
    boolean docker = false;
    try {
      docker = DockerClientFactory.instance().isDockerAvailable();
      if (docker) {
        new RemoteDockerImage(DockerImageName.parse(IMAGE)).get();
      }
    } catch (Exception unavailable) {
      abort("an image cannot be had (docker pull " + IMAGE + "): " + unavailable);
    }
    assumeTrue(docker, "there is no Docker engine");
  }

  @Test
  void workerOfTheOfficialImageTellsTheStory() throws Exception {
    Path plugins = PluginArchive.unpack(BuiltArchive.path(), directory);
    try (Network network = Network.newNetwork();
        GenericContainer<?> simulator = simulator(network);
        KafkaContainer kafka = kafka(network);
        GenericContainer<?> connect = connect(network, plugins)) {
      simulator.start();
      kafka.start();
      connect.start();
      ConnectRest rest = new ConnectRest("http://" + address(connect, 8083));
      assertThat(rest.plugins())
          .containsKeys(
              "io.psastream.connectwise.source.ConnectWiseSourceConnector",
              "io.psastream.connectwise.sink.ConnectWiseSinkConnector");

      try (Topics topics = new Topics(kafka.getBootstrapServers())) {
        tell(rest, topics, "http://" + address(simulator, 8080) + TICKET);
      }
    }
  }

  /** Snapshot, change, update back, deletion. */
  private static void tell(ConnectRest rest, Topics topics, String tickets) throws Exception {
    Example source = example("tickets-source.json").with(inTheNetwork());
    Example sink = example("ticket-updates-sink.json").with(inTheNetwork());
    String updates = sink.config().get("topics");
    topics.create(source.config().get("topic"), 1);
    topics.create(updates, 1);
    rest.start(source.name(), source.config(), 1);
    rest.start(sink.name(), sink.config(), Integer.parseInt(sink.config().get("tasks.max")));

    try (TopicReader arrivals = topics.reader(source.config().get("topic"))) {
      arrivals.awaitCount(TICKETS, PATIENCE);
      JsonNode first = arrivals.records().get(0).key().orElseThrow();
      long id = first.asLong();

      String change = "[{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"changed\"}]";
      assertThat(call("PATCH", tickets + id, change).statusCode()).isEqualTo(200);
      Await.until(
          "The change in the topic",
          PATIENCE,
          () ->
              arrivals.poll().stream()
                  .anyMatch(
                      record ->
                          record.key().filter(first::equals).isPresent()
                              && record
                                  .value()
                                  .orElseThrow()
                                  .path("summary")
                                  .asText()
                                  .equals("changed")));

      topics.send(updates, String.valueOf(id), Optional.of("{\"summary\": \"from Kafka\"}"));
      Await.until(
          "The update in ConnectWise",
          PATIENCE,
          () -> call("GET", tickets + id, "").body().contains("\"from Kafka\""));

      topics.send(updates, String.valueOf(id), Optional.empty());
      Await.until(
          "The deletion in ConnectWise",
          PATIENCE,
          () -> call("GET", tickets + id, "").statusCode() == 404);
    }
    assertThat(rest.failures()).isEmpty();
  }

  private static Example example(String file) throws IOException {
    return Example.read(Examples.FOLDER.resolve(file));
  }

  private static Map<String, String> inTheNetwork() {
    return Map.of("connectwise.site.url", "http://simulator:8080", "schedule.interval.ms", "1000");
  }

  private static HttpResponse<String> call(String method, String url, String body) {
    String credentials = "simulator+publicKey:privateKey";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .method(method, BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(20))
            .header("clientId", CLIENT_ID)
            .header("Content-Type", "application/json")
            .header(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)))
            .build();
    try {
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String address(GenericContainer<?> container, int port) {
    return container.getHost() + ":" + container.getMappedPort(port);
  }

  private static GenericContainer<?> simulator(Network network) {
    return new GenericContainer<>(IMAGE)
        .withNetwork(network)
        .withNetworkAliases("simulator")
        .withExposedPorts(8080)
        .withCopyFileToContainer(
            MountableFile.forHostPath(Path.of(System.getProperty("simulator"))), "/tmp/simulator")
        .withCreateContainerCmdModifier(command -> command.withEntrypoint("java"))
        .withCommand(
            "-cp",
            "/tmp/simulator/*",
            "io.psastream.connectwise.simulator.SimulatorMain",
            "--host",
            "0.0.0.0",
            "--client-id",
            CLIENT_ID,
            "--tickets",
            String.valueOf(TICKETS))
        .waitingFor(Wait.forListeningPort())
        .withStartupTimeout(PATIENCE);
  }

  private static KafkaContainer kafka(Network network) {
    return new KafkaContainer(
            DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("apache/kafka"))
        .withNetwork(network)
        .withListener(BROKER)
        .withNetworkAliases("kafka")
        .withStartupTimeout(PATIENCE);
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
        .withEnv("CONNECTWISE_USERNAME", "simulator+publicKey")
        .withEnv("CONNECTWISE_PASSWORD", "privateKey")
        .withEnv("CONNECTWISE_CLIENT_ID", CLIENT_ID)
        .withCopyFileToContainer(MountableFile.forHostPath(plugins), "/plugins")
        .withCopyToContainer(Transferable.of(properties.getBytes(UTF_8)), "/tmp/worker.properties")
        .withCommand("/opt/kafka/bin/connect-distributed.sh", "/tmp/worker.properties")
        .waitingFor(Wait.forHttp("/connectors").forPort(8083))
        .withStartupTimeout(PATIENCE);
  }
}
