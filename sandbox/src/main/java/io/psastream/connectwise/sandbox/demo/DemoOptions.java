package io.psastream.connectwise.sandbox.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the demo was asked to do.
 *
 * @param archive the built Hub archive
 * @param examples the folder of connector configurations
 * @param mode which of its stories
 * @param ports where its servers listen, by the option that says so
 * @param words what comes with the mode: a topic to consume; topic, key, value and headers to send
 */
record DemoOptions(
    Path archive, Path examples, Mode mode, Map<String, Integer> ports, List<String> words) {

  static final String CONNECT_PORT = "--port";
  static final String KAFKA_PORT = "--kafka-port";
  static final String SITE_PORT = "--site-port";
  static final String CALLBACKS_PORT = "--callbacks-port";

  private static final Map<String, Integer> USUAL_PORTS =
      Map.of(CONNECT_PORT, 8083, KAFKA_PORT, 9092, SITE_PORT, 8090, CALLBACKS_PORT, 8091);

  enum Mode {
    /** Tell the story and end. */
    STORY,
    /** Tell the story and stay up. */
    KEEP,
    /** Read a real site. */
    REAL,
    /** Print a topic of a demo that stays up. */
    CONSUME,
    /** Write a record to a topic of a demo that stays up. */
    SEND
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with a text for the user
   */
  static DemoOptions of(String... arguments) {
    DemoOptions options =
        new DemoOptions(Path.of(""), Path.of(""), Mode.STORY, USUAL_PORTS, List.of());
    Iterator<String> rest = Arrays.asList(arguments).iterator();
    while (rest.hasNext()) {
      options = options.with(rest.next(), rest);
    }
    return options.checked();
  }

  private DemoOptions with(String argument, Iterator<String> rest) {
    return switch (argument) {
      case "--archive" ->
          new DemoOptions(Path.of(value(argument, rest)), examples, mode, ports, words);
      case "--examples" ->
          new DemoOptions(archive, Path.of(value(argument, rest)), mode, ports, words);
      case "--keep" -> new DemoOptions(archive, examples, Mode.KEEP, ports, words);
      case "--real" -> new DemoOptions(archive, examples, Mode.REAL, ports, words);
      case "--consume" -> new DemoOptions(archive, examples, Mode.CONSUME, ports, words);
      case "--send" -> new DemoOptions(archive, examples, Mode.SEND, ports, words);
      case CONNECT_PORT, KAFKA_PORT, SITE_PORT, CALLBACKS_PORT -> {
        Map<String, Integer> changed = new HashMap<>(ports);
        changed.put(argument, port(argument, value(argument, rest)));
        yield new DemoOptions(archive, examples, mode, Map.copyOf(changed), words);
      }
      default -> {
        if (argument.startsWith("--") || !(mode == Mode.CONSUME || mode == Mode.SEND)) {
          throw new IllegalArgumentException(
              "There is no option " + argument + "; ./demo --help lists them.");
        }
        List<String> more = new ArrayList<>(words);
        more.add(argument);
        yield new DemoOptions(archive, examples, mode, ports, List.copyOf(more));
      }
    };
  }

  private DemoOptions checked() {
    if (mode == Mode.CONSUME && words.size() != 1) {
      throw new IllegalArgumentException("--consume takes one topic.");
    }
    if (mode == Mode.SEND
        && (words.size() < 2 || words.stream().skip(3).anyMatch(word -> !word.contains("=")))) {
      throw new IllegalArgumentException(
          "--send takes a topic, a key, a value (none for a tombstone) and headers as NAME=TEXT.");
    }
    Set<Integer> different = new HashSet<>(ports.values());
    if (mode == Mode.KEEP && different.size() < ports.size()) {
      throw new IllegalArgumentException(
          CONNECT_PORT
              + ", "
              + KAFKA_PORT
              + ", "
              + SITE_PORT
              + " and "
              + CALLBACKS_PORT
              + " need ports of their own.");
    }
    return this;
  }

  /** The port of an option. */
  int port(String option) {
    return ports.get(option);
  }

  /** What has to be added to a command so that it finds a Kafka that is not where it usually is. */
  String kafkaOption() {
    return ports.get(KAFKA_PORT).equals(USUAL_PORTS.get(KAFKA_PORT))
        ? ""
        : " " + KAFKA_PORT + " " + ports.get(KAFKA_PORT);
  }

  private static String value(String argument, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(argument + " needs a value.");
    }
    return rest.next();
  }

  private static int port(String option, String text) {
    if (!text.matches("[1-9]\\d{0,4}") || Integer.parseInt(text) > 65_535) {
      throw new IllegalArgumentException(
          option + " takes a number from 1 to 65535, not " + text + ".");
    }
    return Integer.parseInt(text);
  }
}
