package io.psastream.connectwise.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * {@code bin/connectwise-callbacks serve} in a process of its own; it is gone when this is closed.
 */
public record CallbacksProgram(Process process) implements AutoCloseable {

  /**
   * Starts it.
   *
   * @param home the folder of {@code bin}
   * @param settings by the names that they have in a file
   * @param log where its output goes
   */
  public static CallbacksProgram serve(Path home, Map<String, String> settings, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("bin/connectwise-callbacks").toString(), "serve")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    settings.forEach(
        (key, value) ->
            builder.environment().put(key.replace('.', '_').toUpperCase(Locale.ROOT), value));
    return new CallbacksProgram(builder.start());
  }

  @Override
  public void close() {
    process.destroy();
  }
}
