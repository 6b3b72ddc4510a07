package io.psastream.connectwise.sandbox.bench;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** What the benchmark was asked to do; {@code sandbox/bench --help} explains the options. */
@Command(name = "sandbox/bench")
final class Options {

  /** What a worker of a case has done before. */
  private enum Workers {
    WARM,
    FRESH
  }

  @Option(names = "--archive")
  private Path archive = Path.of("");

  @Option(names = "--examples")
  private Path examples = Path.of("");

  @Option(names = "--sink")
  private boolean sink;

  @Option(names = "--updates")
  private int updates = 20_000;

  @Option(names = "--tickets")
  private Optional<Integer> tickets = Optional.empty();

  @Option(names = "--latency", split = ",")
  private List<Integer> latencies = List.of(0, 50);

  @Option(names = "--in-flight", split = ",")
  private List<Integer> inFlight = List.of();

  @Option(names = "--producer", split = ",")
  private Set<Tuning> producers = EnumSet.allOf(Tuning.class);

  @Option(names = "--modes", split = ",", converter = Mode.class)
  private Set<Subject> modes = EnumSet.of(Subject.JSON, Subject.BYTES, Subject.TYPED);

  @Option(names = "--exactly-once", split = ",", converter = Mode.class)
  private Set<Subject> exactlyOnce = EnumSet.noneOf(Subject.class);

  @Option(names = "--rounds")
  private int rounds = 1;

  @Option(names = "--workers")
  private Workers workers = Workers.WARM;

  @Option(names = "--profile")
  private Optional<Path> recording = Optional.empty();

  @Option(names = "--heap", converter = Heap.class)
  private String heap = "2g";

  private Options() {}

  /**
   * Reads the command line.
   *
   * @throws ParameterException with a text for the user
   */
  static Options of(String... arguments) {
    Options options = new Options();
    new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    return options;
  }

  /** The built Hub archive. */
  Path archive() {
    return archive;
  }

  /** The folder of connector configurations. */
  Path examples() {
    return examples;
  }

  /** Whether the sink is to be measured, with so many {@link #updates}. */
  boolean sink() {
    return sink;
  }

  int updates() {
    return updates;
  }

  /** How many tickets there are to read, or to update. */
  int tickets() {
    return tickets.orElse(sink ? 2_000 : 200_000);
  }

  /** Milliseconds. */
  List<Integer> latencies() {
    return latencies;
  }

  List<Integer> inFlight() {
    if (!inFlight.isEmpty()) {
      return inFlight;
    }
    return sink ? List.of(1, 8, 16) : List.of(1, 4);
  }

  Set<Tuning> producers() {
    return producers;
  }

  /** Those of the connector. */
  Set<Subject> modes() {
    return modes;
  }

  /** Those that are measured once more, in a worker with exactly-once. */
  Set<Subject> exactlyOnce() {
    return exactlyOnce;
  }

  /** How often all cases are measured, one after the other. */
  int rounds() {
    return rounds;
  }

  /** Whether each case has a worker of its own, of which nothing is compiled yet. */
  boolean fresh() {
    return workers == Workers.FRESH;
  }

  /** Where the worker's flight recording goes, if one is wanted. */
  Optional<Path> recording() {
    return recording;
  }

  /** The worker's, as {@code -Xmx} takes it; that of Kafka's own scripts unless it is given. */
  String heap() {
    return heap;
  }

  private static final class Mode implements ITypeConverter<Subject> {
    @Override
    public Subject convert(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "none" -> Subject.NONE;
        case "json" -> Subject.JSON;
        case "bytes" -> Subject.BYTES;
        case "typed" -> Subject.TYPED;
        default -> throw new TypeConversionException("The modes are none, json, bytes and typed.");
      };
    }
  }

  private static final class Heap implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      if (!text.matches("\\d{1,5}[mg]")) {
        throw new TypeConversionException(text + " is not a size of a heap such as 512m.");
      }
      return text;
    }
  }
}
