package io.psastream.connectwise;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.Echoes;
import io.psastream.connectwise.client.RawServer;
import io.psastream.connectwise.sink.ConnectWiseSinkConnector;
import io.psastream.connectwise.sink.ConnectWiseSinkTask;
import io.psastream.connectwise.source.ConnectWiseSourceConnector;
import io.psastream.connectwise.source.ConnectWiseSourceTask;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.junit.jupiter.api.Test;

/**
 * A server or proxy that repeats what it was sent makes none of it public by way of a connector: in
 * the status of a task, a dead letter, an answer of validation, or a line of any logger at TRACE.
 */
class EchoedSecretsInTasksTest {

  private static final int RUNS = 8;
  private static final int POLLS = 4;

  private final Echoes echoes = new Echoes();
  private final List<String> published = new ArrayList<>();

  @Test
  void ofASource() throws Exception {
    check(port -> read(properties(port, "operation.id", "getServiceTickets", "topic", "t")));
  }

  @Test
  void ofASink() throws Exception {
    Map<String, String> route =
        Map.of(
            "topics", "t",
            "mutate.operation.id", "patchServiceTicketsById",
            "options", "{\"id\":\"${key}\"}");
    check(
        port -> {
          Map<String, String> all = new HashMap<>(properties(port));
          all.putAll(route);
          write(all);
        });
  }

  @Test
  void ofValidation() throws Exception {
    check(
        port -> {
          validate(
              new ConnectWiseSourceConnector(),
              properties(port, "operation.id", "getServiceTickets", "topic", "t"));
          validate(
              new ConnectWiseSinkConnector(),
              properties(port, "topics", "t", "mutate.operation.id", "postServiceTickets"));
        });
  }

  private interface Use {
    void proxy(int port) throws Exception;
  }

  private void check(Use use) throws Exception {
    List<String> log;
    try (RawServer server = new RawServer(echoes::answer)) {
      log =
          Echoes.logged(
              () -> {
                for (int run = 0; run < RUNS; run++) {
                  use.proxy(server.url().getPort());
                }
              });
    }
    assertThat(published).hasSizeGreaterThan(RUNS / 2).anyMatch(text -> text.contains("***"));
    echoes.assertNoneIn(published);
    echoes.assertNoneIn(log);
  }

  private static Map<String, String> properties(int port, String... more) {
    Map<String, String> all = new HashMap<>(Echoes.properties(port));
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  private void read(Map<String, String> properties) throws InterruptedException {
    ConnectWiseSourceTask task = new ConnectWiseSourceTask();
    OffsetStorageReader offsets = stub(OffsetStorageReader.class, Map.of());
    task.initialize(
        stub(
            SourceTaskContext.class,
            Map.of("offsetStorageReader", offsets, "configs", properties)));
    try {
      task.start(properties);
      for (int poll = 0; poll < POLLS; poll++) {
        task.poll();
      }
    } catch (ConnectException e) {
      published.add(Echoes.trace(e));
    } finally {
      task.stop();
    }
  }

  private void write(Map<String, String> properties) {
    ErrantRecordReporter letters =
        (record, error) -> {
          published.add(Echoes.trace(error));
          return CompletableFuture.completedFuture(null);
        };
    ConnectWiseSinkTask task = new ConnectWiseSinkTask();
    Set<TopicPartition> own = Set.of(new TopicPartition("t", 0));
    task.initialize(
        stub(SinkTaskContext.class, Map.of("errantRecordReporter", letters, "assignment", own)));
    try {
      task.start(properties);
      task.open(own);
      task.put(List.of(record(1), record(2), record(3)));
      for (int poll = 0; poll < POLLS; poll++) {
        task.put(List.of());
        task.preCommit(Map.of());
      }
    } catch (ConnectException e) {
      published.add(Echoes.trace(e));
    } finally {
      task.stop();
    }
  }

  private static SinkRecord record(int offset) {
    return new SinkRecord("t", 0, null, offset + 4, null, Map.of("summary", "x"), offset);
  }

  private void validate(Connector connector, Map<String, String> properties) {
    connector.validate(properties).configValues().forEach(v -> published.addAll(v.errorMessages()));
  }

  /** Answers what is given, and nothing else. */
  private static <T> T stub(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals("pluginMetrics")) {
                throw new UnsupportedOperationException("not in Kafka 3.7");
              }
              return answers.get(method.getName());
            }));
  }
}
