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
 * @param heap the worker's, as {@code -Xmx} takes it
 */
record Options(Path archive, Path examples, Matrix matrix, Optional<Path> recording, String heap) {

  /** That of Kafka's own scripts. */
  private static final String HEAP = "2g";

  /**
   * The cases: every combination.
   *
   * @param modes those of the connector
   * @param exactlyOnce those that are measured once more, in a worker with exactly-once
   * @param rounds how often all cases are measured, one after the other
   * @param fresh whether each case has a worker of its own, of which nothing is compiled yet
   */
  record Matrix(
      int tickets,
      List<Integer> latencies,
      List<Integer> inFlight,
      Set<Subject> modes,
      Set<Subject> exactlyOnce,
      int rounds,
      boolean fresh) {

    static final Matrix FULL =
        new Matrix(
            200_000,
            List.of(0, 50),
            List.of(1, 4, 8),
            EnumSet.of(Subject.NONE, Subject.JSON, Subject.BYTES),
            EnumSet.noneOf(Subject.class),
            1,
            false);

    static final Matrix SINK =
        new Matrix(
            2_000,
            List.of(0, 50),
            List.of(1, 8, 16),
            EnumSet.noneOf(Subject.class),
            EnumSet.noneOf(Subject.class),
            1,
            false);

    private Matrix ofTickets(int other) {
      return new Matrix(other, latencies, inFlight, modes, exactlyOnce, rounds, fresh);
    }

    private Matrix ofLatencies(List<Integer> others) {
      return new Matrix(tickets, others, inFlight, modes, exactlyOnce, rounds, fresh);
    }

    private Matrix ofInFlight(List<Integer> others) {
      return new Matrix(tickets, latencies, others, modes, exactlyOnce, rounds, fresh);
    }

    private Matrix ofModes(Set<Subject> others) {
      return new Matrix(tickets, latencies, inFlight, others, exactlyOnce, rounds, fresh);
    }

    private Matrix ofRounds(int other) {
      return new Matrix(tickets, latencies, inFlight, modes, exactlyOnce, other, fresh);
    }

    private Matrix ofFresh(boolean other) {
      return new Matrix(tickets, latencies, inFlight, modes, exactlyOnce, rounds, other);
    }

    private Matrix alsoExactlyOnce(Set<Subject> some) {
      return new Matrix(tickets, latencies, inFlight, modes, some, rounds, fresh);
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
    Options options = new Options(Path.of(""), Path.of(""), full, Optional.empty(), HEAP);
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
      case "--archive" -> new Options(Path.of(value), examples, matrix, recording, heap);
      case "--examples" -> new Options(archive, Path.of(value), matrix, recording, heap);
      case "--profile" -> new Options(archive, examples, matrix, Optional.of(Path.of(value)), heap);
      case "--heap" -> new Options(archive, examples, matrix, recording, heap(value));
      case "--tickets" -> with(matrix.ofTickets(number(value)));
      case "--latency" -> with(matrix.ofLatencies(numbers(value)));
      case "--in-flight" -> with(matrix.ofInFlight(numbers(value)));
      case "--modes" -> with(matrix.ofModes(modes(value)));
      case "--exactly-once" -> with(matrix.alsoExactlyOnce(modes(value)));
      case "--rounds" -> with(matrix.ofRounds(number(value)));
      case "--workers" -> with(matrix.ofFresh(fresh(value)));
      default -> throw new IllegalArgumentException("There is no option " + name + ".");
    };
  }

  private Options with(Matrix other) {
    return new Options(archive, examples, other, recording, heap);
  }

  private static String heap(String text) {
    if (!text.matches("\\d{1,5}[mg]")) {
      throw new IllegalArgumentException(text + " is not a size of a heap such as 512m.");
    }
    return text;
  }

  static int number(String text) {
    if (!text.matches("\\d{1,7}")) {
      throw new IllegalArgumentException(text + " is not a number up to 9999999.");
    }
    return Integer.parseInt(text);
  }

  private static boolean fresh(String workers) {
    return switch (workers) {
      case "warm" -> false;
      case "fresh" -> true;
      default -> throw new IllegalArgumentException("The workers are warm or fresh.");
    };
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
