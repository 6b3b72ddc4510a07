package io.psastream.connectwise.sandbox.shipped;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program in a JVM of its own, with this one's class path; it is gone when this is closed. */
record ForkedJvm(Process process, Path outputFile) implements AutoCloseable {

  static ForkedJvm start(Class<?> main, Map<String, String> environment, String... arguments)
      throws IOException {
    Path output = Files.createTempFile(Path.of("target"), main.getSimpleName() + "-", ".out");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.io.tmpdir=" + Path.of("target").toAbsolutePath(),
                "-Dsandbox.log=" + log(output),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return new ForkedJvm(builder.start(), output);
  }

  /** Everything printed so far. */
  String output() {
    return text(outputFile);
  }

  /** Everything logged so far by a program that logs to {@code sandbox.log}. */
  String log() {
    return text(log(outputFile));
  }

  private static Path log(Path output) {
    return Path.of(output.toString().replace(".out", ".log"));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the end and returns the exit code. */
  int exitCode(Duration atMost) throws InterruptedException {
    if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("Still running after " + atMost + ": " + output());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
