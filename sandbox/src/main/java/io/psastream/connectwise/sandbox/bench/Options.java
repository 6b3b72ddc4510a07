package io.psastream.connectwise.sandbox.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What the benchmark was asked to do.
 *
 * @param archive the built Hub archive
 * @param examples the folder of connector configurations
 * @param matrix which cases
 * @param recording where the worker's flight recording goes, if one is wanted
 */
record Options(Path archive, Path examples, Matrix matrix, Optional<Path> recording) {

  /**
   * The cases: every combination.
   *
   * @param modes those of the connector
   * @param exactlyOnce those that are measured once more, in a worker with exactly-once
   * @param rounds how often all cases are measured, one after the other
   */
  record Matrix(
      int tickets,
      List<Integer> latencies,
      List<Integer> inFlight,
      Set<Subject> modes,
      Set<Subject> exactlyOnce,
      int rounds) {

    static final Matrix FULL =
        new Matrix(
            200_000,
            List.of(0, 50),
            List.of(1, 4, 8),
            EnumSet.of(Subject.NONE, Subject.JSON, Subject.BYTES),
            EnumSet.noneOf(Subject.class),
            1);

    static final Matrix SINK =
        new Matrix(
            2_000,
            List.of(0, 50),
            List.of(1, 8, 16),
            EnumSet.noneOf(Subject.class),
            EnumSet.noneOf(Subject.class),
            1);

    private Matrix ofTickets(int other) {
      return new Matrix(other, latencies, inFlight, modes, exactlyOnce, rounds);
    }

    private Matrix ofLatencies(List<Integer> others) {
      return new Matrix(tickets, others, inFlight, modes, exactlyOnce, rounds);
    }

    private Matrix ofInFlight(List<Integer> others) {
      return new Matrix(tickets, latencies, others, modes, exactlyOnce, rounds);
    }

    private Matrix ofModes(Set<Subject> others) {
      return new Matrix(tickets, latencies, inFlight, others, exactlyOnce, rounds);
    }

    private Matrix ofRounds(int other) {
      return new Matrix(tickets, latencies, inFlight, modes, exactlyOnce, other);
    }

    private Matrix alsoExactlyOnce(Set<Subject> some) {
      return new Matrix(tickets, latencies, inFlight, modes, some, rounds);
    }
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with a text for the user
   */
  static Options of(String... arguments) {
    return of(Matrix.FULL, arguments);
  }

  /**
   * Reads the command line of the benchmark of the sink, whose tickets are those to update.
   *
   * @throws IllegalArgumentException with a text for the user
   */
  static Options ofSink(String... arguments) {
    return of(Matrix.SINK, arguments);
  }

  private static Options of(Matrix full, String... arguments) {
    Options options = new Options(Path.of(""), Path.of(""), full, Optional.empty());
    Iterator<String> rest = Arrays.asList(arguments).iterator();
    while (rest.hasNext()) {
      String name = rest.next();
      if (!rest.hasNext()) {
        throw new IllegalArgumentException(name + " needs a value.");
      }
      options = options.with(name, rest.next());
    }
    return options;
  }

  private Options with(String name, String value) {
    return switch (name) {
      case "--archive" -> new Options(Path.of(value), examples, matrix, recording);
      case "--examples" -> new Options(archive, Path.of(value), matrix, recording);
      case "--profile" -> new Options(archive, examples, matrix, Optional.of(Path.of(value)));
      case "--tickets" -> with(matrix.ofTickets(number(value)));
      case "--latency" -> with(matrix.ofLatencies(numbers(value)));
      case "--in-flight" -> with(matrix.ofInFlight(numbers(value)));
      case "--modes" -> with(matrix.ofModes(modes(value)));
      case "--exactly-once" -> with(matrix.alsoExactlyOnce(modes(value)));
      case "--rounds" -> with(matrix.ofRounds(number(value)));
      default -> throw new IllegalArgumentException("There is no option " + name + ".");
    };
  }

  private Options with(Matrix other) {
    return new Options(archive, examples, other, recording);
  }

  static int number(String text) {
    if (!text.matches("\\d{1,7}")) {
      throw new IllegalArgumentException(text + " is not a number up to 9999999.");
    }
    return Integer.parseInt(text);
  }

  private static List<Integer> numbers(String text) {
    return Arrays.stream(text.split(",", -1)).map(Options::number).toList();
  }

  private static Set<Subject> modes(String text) {
    Set<Subject> modes = EnumSet.noneOf(Subject.class);
    for (String mode : text.split(",", -1)) {
      modes.add(
          switch (mode.toLowerCase(Locale.ROOT)) {
            case "none" -> Subject.NONE;
            case "json" -> Subject.JSON;
            case "bytes" -> Subject.BYTES;
            case "typed" -> Subject.TYPED;
            default ->
                throw new IllegalArgumentException("The modes are none, json, bytes and typed.");
          });
    }
    return modes;
  }
}
