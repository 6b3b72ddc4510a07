package io.psastream.connectwise.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorMainTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String arguments) throws InterruptedException {
    return SimulatorMain.run(
        arguments.split(" ", -1),
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8),
        new CountDownLatch(0));
  }

  @Test
  void saysWhereItListensAndHowToGetInButNotTheKey() throws InterruptedException {
    assertThat(run("--port 0 --company demo --private-key geheim --time-entries 2 --bytes 1500"))
        .isZero();
    assertThat(out.toString(UTF_8)).contains("http://127.0.0.1:").contains("demo+publicKey");
    assertThat(out.toString(UTF_8)).doesNotContain("geheim");
  }

  @Test
  void printsTheAdminTokenWhereItAsksForOne() throws InterruptedException {
    assertThat(run("--port 0 --host 0.0.0.0")).isZero();
    assertThat(out.toString(UTF_8)).containsPattern("admin token [0-9a-f-]{36} ");
    assertThat(run("--port 0 --host 0.0.0.0 --admin-token mine")).isZero();
    assertThat(out.toString(UTF_8)).contains("admin token mine ");
  }

  @Test
  void helpIsNoMistake() throws InterruptedException {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(UTF_8)).contains("Usage:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--cats 3", "--port", "tickets 5", "--tickets many", "--tickets -1"})
  void wrongOptionsShowTheUsage(String arguments) throws InterruptedException {
    assertThat(run(arguments)).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("Usage:");
    assertThat(out.toString(UTF_8)).isEmpty();
  }
}
