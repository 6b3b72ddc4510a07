package io.psastream.connectwise.sandbox.demo;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;

/**
 * What the demo was asked to do.
 *
 * @param archive the built Hub archive
 * @param examples the folder of connector configurations
 * @param mode which of its stories
 * @param restPort where the worker's REST API listens
 */
record DemoOptions(Path archive, Path examples, Mode mode, int restPort) {

  enum Mode {
    /** Tell the story and end. */
    STORY,
    /** Tell the story and stay up. */
    KEEP,
    /** Read a real site. */
    REAL
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with a text for the user
   */
  static DemoOptions of(String... arguments) {
    DemoOptions options = new DemoOptions(Path.of(""), Path.of(""), Mode.STORY, 8083);
    Iterator<String> rest = Arrays.asList(arguments).iterator();
    while (rest.hasNext()) {
      options = options.with(rest.next(), rest);
    }
    return options;
  }

  private DemoOptions with(String argument, Iterator<String> rest) {
    return switch (argument) {
      case "--archive" -> new DemoOptions(Path.of(value(argument, rest)), examples, mode, restPort);
      case "--examples" -> new DemoOptions(archive, Path.of(value(argument, rest)), mode, restPort);
      case "--keep" -> new DemoOptions(archive, examples, Mode.KEEP, restPort);
      case "--real" -> new DemoOptions(archive, examples, Mode.REAL, restPort);
      case "--port" -> new DemoOptions(archive, examples, mode, port(value(argument, rest)));
      default ->
          throw new IllegalArgumentException(
              "There is no option " + argument + "; ./demo --help lists them.");
    };
  }

  private static String value(String argument, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(argument + " needs a value.");
    }
    return rest.next();
  }

  private static int port(String text) {
    if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65_535) {
      throw new IllegalArgumentException("--port takes a number up to 65535, not " + text + ".");
    }
    return Integer.parseInt(text);
  }
}
