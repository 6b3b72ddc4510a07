package io.psastream.connectwise.sandbox.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The sandbox itself: a broker that stores, a worker that can be stopped, started, forked and
 * killed.
 */
@ExtendWith(SandboxExtension.class)
final class WorkerIT {
  private static final String SOURCE = "io.psastream.connectwise.source.ConnectWiseSourceConnector";
  private static final String SINK = "io.psastream.connectwise.sink.ConnectWiseSinkConnector";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path LOG = Path.of(System.getProperty("sandbox.log"));

  /** Logs what a component was configured with. */
  private static final String CONFIGURATIONS = "org.apache.kafka.common.config";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Sandbox sandbox;

  WorkerIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @Test
  void brokerKeepsWhatIsSentToIt() {
    sandbox.topics().create("kept", 2);
    sandbox.topics().send("kept", "1", Optional.of("{\"a\":1}"));
    sandbox.topics().send("kept", "1", Optional.empty());

    assertThat(sandbox.topics().read("kept"))
        .extracting(record -> record.value().map(value -> value.path("a").asInt()))
        .containsExactly(Optional.of(1), Optional.empty());
  }

  @Test
  void workerAnswersAgainAfterItWasStoppedAndStarted() {
    sandbox.stopWorker();
    sandbox.startWorker();

    assertThat(sandbox.connect().plugins()).containsKeys(SOURCE, SINK);
  }

  @Test
  void forkedWorkerCanBeKilledAndReplaced() throws IOException {
    sandbox.forkWorker();

    sandbox.killWorker();

    assertThat(sandbox.connect().status("any").state()).isEqualTo("UNASSIGNED");
    sandbox.startWorker();
    assertThat(sandbox.connect().plugins()).containsKeys(SOURCE, SINK);
  }

  /**
   * A site repeats what it was sent, and Connect logs all that it can. What Connect tells of the
   * configuration it masks where a key is of the type password.
   */
  @Test
  void noSecretThatTheSiteRepeatsIsLoggedAtTraceOrShown() throws IOException {
    List<String> shown = new ArrayList<>();
    int begin = (int) Files.size(LOG);
    try (Tenant tenant = Tenant.start("echoes", 0);
        EchoingSite site = EchoingSite.start(503)) {
      Map<String, String> source = tenant.source().with(site.connection()).config();
      Map<String, String> sink = sink(tenant, site, sandbox);
      List.of(tenant.topic(), tenant.deadLetters(), "echoes.errors")
          .forEach(topic -> sandbox.topics().create(topic, 1));
      level("TRACE");
      try {
        sandbox.connect().start("echoes-source", source, 1);
        sandbox.connect().start("echoes-sink", sink, 1);
        for (int status : List.of(400, 401)) {
          site.answersWith(status);
          shown.add(validated(source));
          shown.add(validated(sink));
        }
        site.answersWith(409);
        for (String key : List.of("1", "2", "3")) {
          sandbox.topics().send(tenant.topic(), key, Optional.of("{\"summary\":\"x\"}"));
        }
        shown.addAll(read("echoes.errors"));
        shown.addAll(read(tenant.deadLetters()));
        site.answersWith(401);
        sandbox.topics().send(tenant.topic(), "4", Optional.of("{\"summary\":\"x\"}"));
        for (String name : List.of("echoes-source", "echoes-sink")) {
          sandbox.connect().awaitFailed(name);
          shown.add(call("GET", "/connectors/" + name + "/status", Map.of()).toString());
          sandbox.connect().delete(name);
        }
      } finally {
        level("INFO");
      }
      assertThat(site.repeated()).isGreaterThan(10);
    }
    assertThat(shown.stream().filter(text -> text.contains("***"))).hasSize(4 + 3 + 3 + 2);
    byte[] log = Files.readAllBytes(LOG);
    new String(log, begin, log.length - begin, UTF_8).lines().forEach(shown::add);
    assertThat(shown.stream().filter(text -> text.contains("TRACE [[echoes-sink|task-0] ")))
        .isNotEmpty();
    List<String> secrets = EchoingSite.secrets();
    assertThat(shown.stream().filter(text -> secrets.stream().anyMatch(text::contains))).isEmpty();
  }

  /** The dead letter topic has the record and why, and the error topic its text. */
  private static Map<String, String> sink(Tenant tenant, EchoingSite site, Sandbox sandbox) {
    Map<String, String> config = new HashMap<>(tenant.sink().with(site.connection()).config());
    config.put("reporter.bootstrap.servers", sandbox.bootstrapServers());
    config.put("reporter.error.topic", "echoes.errors");
    return config;
  }

  private void level(String level) {
    for (String logger : List.of("org.apache.kafka.connect", CONFIGURATIONS, "io.psastream")) {
      call("PUT", "/admin/loggers/" + logger, Map.of("level", level));
    }
  }

  private String validated(Map<String, String> config) {
    String path = "/connector-plugins/" + config.get("connector.class") + "/config/validate";
    JsonNode answer = call("PUT", path, config);
    assertThat(answer.toString())
        .contains("\"value\":\"[hidden]\"")
        .doesNotContain(config.get("connectwise.password"));
    return answer.findValues("errors").toString();
  }

  private JsonNode call(String method, String path, Map<String, String> body) {
    Optional<JsonNode> json = Optional.of(body).filter(it -> !it.isEmpty()).map(JSON::valueToTree);
    return sandbox.connect().send(method, path, json);
  }

  private List<String> read(String topic) {
    try (TopicReader reader = sandbox.topics().reader(topic)) {
      return reader.awaitCount(3, PATIENCE).stream().map(TopicRecord::toString).toList();
    }
  }
}
