package io.psastream.connectwise.sandbox.connect;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A distributed Connect worker in a JVM of its own, which can be killed and measured. The child
 * ends when its standard input does, so it never outlives the JVM that started it.
 */
public final class ForkedWorker implements Worker {
  private static final Duration ORDERLY_STOP = Duration.ofSeconds(30);

  private final Process process;
  private final Path log;

  private ForkedWorker(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** The folder of the JDK, the JVM's options and its class path. */
  public record Jvm(Path home, List<String> options, String classPath) {
    private static final Path THIS = Path.of(System.getProperty("java.home"));

    /** A JVM of the JDK that runs this one. */
    public Jvm(List<String> options, String classPath) {
      this(THIS, options, classPath);
    }

    /** Quick to start, in little memory. */
    public static Jvm small() {
      return small(THIS, System.getProperty("java.class.path"));
    }

    /** The same of another JDK, with another version of Kafka on the class path. */
    public static Jvm small(Path home, String classPath) {
      return new Jvm(
          home, List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), classPath);
    }

    /** The same with one more option. */
    public Jvm with(String option) {
      List<String> more = new ArrayList<>(options);
      more.add(option);
      return new Jvm(home, List.copyOf(more), classPath);
    }
  }

  /** Starts a worker that logs into a new folder below {@code directory}. */
  public static ForkedWorker start(Map<String, String> properties, Jvm jvm, Path directory)
      throws IOException {
    Path folder = Files.createTempDirectory(directory, "worker-");
    Path file = folder.resolve("worker.properties");
    Properties values = new Properties();
    values.putAll(properties);
    try (OutputStream out = Files.newOutputStream(file)) {
      values.store(out, null);
    }
    List<String> command = new ArrayList<>();
    command.add(jvm.home().resolve("bin/java").toString());
    command.addAll(jvm.options());
    Path log = folder.resolve("worker.log");
    command.add("-Dsandbox.log=" + log);
    command.addAll(List.of("-cp", jvm.classPath(), WorkerMain.class.getName(), file.toString()));
    return new ForkedWorker(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("worker.out").toFile())
            .start(),
        log);
  }

  /** The id of its process. */
  public long pid() {
    return process.pid();
  }

  /** What the worker logs, in the format of {@code log4j2.xml}. */
  public Path log() {
    return log;
  }

  /** Stops its process in the middle of whatever it does (SIGSTOP), until {@link #thaw}. */
  public void freeze() throws IOException {
    signal("STOP");
  }

  /** Lets a process that was stopped go on, as if no time had passed (SIGCONT). */
  public void thaw() throws IOException {
    signal("CONT");
  }

  private void signal(String name) throws IOException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
    if (kill.onExit().join().exitValue() != 0) {
      throw new IOException("SIG" + name + " could not be sent to process " + pid());
    }
  }

  /** Ends the worker without any chance to clean up (SIGKILL), and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  @Override
  public void close() {
    // Process.destroy would close the child's standard input as well, which ends it at once.
    process.toHandle().destroy();
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
