package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.Sandbox;
import java.io.IOException;
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
}
