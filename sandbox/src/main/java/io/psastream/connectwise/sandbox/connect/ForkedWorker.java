package io.psastream.connectwise.sandbox.connect;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A distributed Connect worker in a JVM of its own, for tests that kill it. The child ends when its
 * standard input does, so it never outlives the JVM that started it.
 */
public final class ForkedWorker implements Worker {
  private static final Duration ORDERLY_STOP = Duration.ofSeconds(30);

  private final Process process;

  private ForkedWorker(Process process) {
    this.process = process;
  }

  /** Starts a worker that logs into a new folder below {@code directory}. */
  public static ForkedWorker start(WorkerSettings settings, Path directory) throws IOException {
    Path folder = Files.createTempDirectory(directory, "worker-");
    Path properties = folder.resolve("worker.properties");
    Properties values = new Properties();
    values.putAll(settings.properties());
    try (OutputStream out = Files.newOutputStream(properties)) {
      values.store(out, null);
    }
    Path log = folder.resolve("worker.log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx512m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dsandbox.log=" + log,
                    "-cp",
                    System.getProperty("java.class.path"),
                    WorkerMain.class.getName(),
                    properties.toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("worker.out").toFile())
            .start();
    return new ForkedWorker(process);
  }

  /** Ends the worker without any chance to clean up (SIGKILL), and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  @Override
  public void close() {
    process.destroy();
    if (!awaitExit()) {
      kill();
    }
  }

  private boolean awaitExit() {
    try {
      return process.waitFor(ORDERLY_STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
