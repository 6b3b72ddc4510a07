package io.psastream.connectwise.sandbox.shipped;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.BuiltArchive;
import io.psastream.connectwise.sandbox.Examples;
import io.psastream.connectwise.sandbox.demo.DemoMain;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.sandbox.machine.Ports;
import io.psastream.connectwise.simulator.Simulator;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ./demo} does beside its story, which the build runs as a whole. */
final class DemoIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** What Ctrl-C ends stops its worker before the broker, for which a worker waits long. */
  @Test
  void realReadsTheSiteOfTheEnvironmentAndPrintsIdsAndTimesOnly() throws Exception {
    try (Simulator site = Simulator.start()) {
      site.seed().tickets(3);
      Map<String, String> environment =
          Map.of(
              "CONNECTWISE_SITE_URL", site.url(),
              "CONNECTWISE_USERNAME", site.username(),
              "CONNECTWISE_PASSWORD", site.password(),
              "CONNECTWISE_CLIENT_ID", site.clientId());
      try (ForkedJvm demo = demo(environment, "--real")) {
        Await.until(
            "The third ticket on the screen", PATIENCE, () -> demo.output().contains("ticket #3"));

        String summary =
            site.store()
                .collection("/service/tickets")
                .get(3)
                .orElseThrow()
                .tree()
                .path("summary")
                .asText();
        assertThat(demo.output())
            .contains("ticket #1", "last updated 20")
            .doesNotContain(summary, site.password());
        assertThat(site.requests().recent()).allMatch(request -> request.method().equals("GET"));

        demo.process().destroy();
        demo.exitCode(PATIENCE);
        assertThat(demo.log())
            .containsPattern("demo-stop.* Kafka Connect stopped")
            .doesNotContain("connect-shutdown-hook");
      }
    }
  }

  @Test
  void realNamesTheVariablesThatAreMissing() throws Exception {
    Map<String, String> environment =
        Map.of(
            "CONNECTWISE_SITE_URL", "http://127.0.0.1:1",
            "CONNECTWISE_USERNAME", "a+b",
            "CONNECTWISE_PASSWORD", "",
            "CONNECTWISE_CLIENT_ID", "");

    try (ForkedJvm demo = demo(environment, "--real")) {
      assertThat(demo.exitCode(PATIENCE)).isEqualTo(2);
      assertThat(demo.output())
          .contains("CONNECTWISE_PASSWORD, CONNECTWISE_CLIENT_ID.")
          .doesNotContain("SITE_URL");
    }
  }

  @Test
  void unknownOptionIsRefused() throws Exception {
    try (ForkedJvm demo = demo(Map.of(), "--reel")) {
      assertThat(demo.exitCode(PATIENCE)).isEqualTo(2);
      assertThat(demo.output()).contains("--reel");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--port", "--kafka-port", "--site-port", "--callbacks-port"})
  void failureGivesTheReasonTheLogAndAnExitCode(String option) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ForkedJvm demo =
            demo(
                Map.of(),
                "--keep",
                "--kafka-port",
                String.valueOf(Ports.free()),
                "--site-port",
                String.valueOf(Ports.free()),
                "--callbacks-port",
                String.valueOf(Ports.free()),
                option,
                String.valueOf(taken.getLocalPort()))) {
      assertThat(demo.exitCode(PATIENCE)).isEqualTo(1);
      assertThat(demo.output())
          .contains(
              "Failed: Port " + taken.getLocalPort(), "another port with " + option + ".", ".log");
    }
  }

  @Test
  void scriptSaysHowToGetAJdkWhenThereIsNone() throws Exception {
    assertThat(script("/nonexistent"))
        .contains("needs a JDK 17", "found none", "adoptium.net", "apt install");
  }

  @ParameterizedTest
  @ValueSource(strings = {"11.0.2", "1.8.0_402"})
  void scriptSaysHowToGetAJdkWhenTheOneItFindsIsTooOld(String version, @TempDir Path home)
      throws Exception {
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(
        java, "#!/bin/sh\necho 'openjdk version \"" + version + "\" 2019-01-15' >&2\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();

    assertThat(script(home.toString()))
        .contains("needs a JDK 17", "is version " + version.split("\\.", 2)[0]);
  }

  /** Without sources and ./mvnw, and with another path: what was built is enough. */
  @Test
  void whatWasBuiltCanBeMoved(@TempDir Path elsewhere) throws Exception {
    Path moved = Files.createDirectories(elsewhere.resolve("an other"));
    Path root = Path.of("..");
    try (Stream<Path> libraries = Files.list(root.resolve("sandbox/target"))) {
      for (Path file : libraries.filter(file -> file.toString().endsWith(".jar")).toList()) {
        copy(file, moved.resolve("sandbox/target"));
      }
    }
    try (Stream<Path> libraries = Files.list(root.resolve("sandbox/target/lib"))) {
      for (Path library : libraries.toList()) {
        copy(library, moved.resolve("sandbox/target/lib"));
      }
    }
    Path classPath = root.resolve("sandbox/target/classpath");
    assertThat(Files.readString(classPath).strip().split(File.pathSeparator, -1))
        .allMatch(library -> library.startsWith("sandbox/target/lib/"));
    copy(classPath, moved.resolve("sandbox/target"));
    copy(BuiltArchive.path(), moved.resolve("connector/target"));
    copy(root.resolve("demo"), moved);
    String java = System.getProperty("java.home");
    String closed = String.valueOf(Ports.free());

    assertThat(script(moved, java, "--consume", "psa.tickets", "--kafka-port", closed))
        .contains("No broker listens on 127.0.0.1:" + closed, "./demo --keep");
    Files.delete(moved.resolve("sandbox/target/classpath"));
    assertThat(script(moved, java)).contains("./mvnw is not here");
  }

  private static void copy(Path file, Path folder) throws IOException {
    Files.copy(file, Files.createDirectories(folder).resolve(file.getFileName()), COPY_ATTRIBUTES);
  }

  private static String script(String javaHome) throws Exception {
    return script(Path.of(".."), javaHome);
  }

  /** What {@code ./demo} prints when it gives up. */
  private static String script(Path folder, String javaHome, String... arguments) throws Exception {
    Path output = Path.of("target", "demo-script.out");
    List<String> command = new ArrayList<>(List.of(folder.resolve("demo").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("JAVA_HOME", javaHome);
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    return Files.readString(output);
  }

  private static ForkedJvm demo(Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--archive", BuiltArchive.path().toString(),
                "--examples", Examples.FOLDER.toString(),
                "--port", String.valueOf(Ports.free())));
    all.addAll(List.of(arguments));
    return ForkedJvm.start(DemoMain.class, environment, all.toArray(String[]::new));
  }
}
