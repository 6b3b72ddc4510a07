package io.psastream.connectwise.sandbox.bench;

import io.psastream.connectwise.sandbox.machine.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a loop in a JVM of its own, so that its processor time and its heap are nobody else's. Its
 * settings are arguments, {@code key=value}; the last line that it prints is its {@link Figures}.
 */
final class ForkedLoop {

  private ForkedLoop() {}

  static Figures run(Class<?> program, Map<String, String> settings, Path out, Duration patience)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Rig.JVM);
    command.add("-Dsandbox.log=" + out.resolveSibling("loop.log"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    settings.forEach((key, value) -> command.add(key + "=" + value));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
      List<String> lines = Files.readAllLines(out);
      if (!ended || process.exitValue() != 0) {
        throw new SandboxException("The bare loop failed: " + lines);
      }
      return Figures.parse(lines.get(lines.size() - 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("Interrupted while the bare loop runs", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
