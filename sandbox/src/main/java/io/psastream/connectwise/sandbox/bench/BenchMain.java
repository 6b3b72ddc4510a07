package io.psastream.connectwise.sandbox.bench;

import io.psastream.connectwise.sandbox.bench.Options.Matrix;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.management.JMException;

/**
 * The program behind {@code sandbox/bench}. The do-nothing source is measured before and after all
 * others, since a machine is not the same all the time. Exit code 0: everything ran, whatever the
 * figures; 2: it was called wrongly.
 */
public final class BenchMain {
  private static final int FEW = 20_000;
  private static final String SINK = "--sink";
  private static final int EXACTLY_ONCE_WARM_UPS = 4;

  private final Matrix matrix;
  private final Stopwatch plain;
  private final Stopwatch transactions;
  private final Report report;

  /**
   * @param transactions of a worker with exactly-once support
   */
  private BenchMain(Matrix matrix, Stopwatch plain, Stopwatch transactions, Report report) {
    this.matrix = matrix;
    this.plain = plain;
    this.transactions = transactions;
    this.report = report;
  }

  public static void main(String[] arguments) throws IOException, JMException {
    System.exit(run(System.out, arguments));
  }

  /** Runs with a command line, prints to {@code out} and returns the exit code. */
  static int run(PrintStream out, String... arguments) throws IOException, JMException {
    if (List.of(arguments).contains(SINK)) {
      return SinkBench.run(
          out, Arrays.stream(arguments).filter(argument -> !argument.equals(SINK)).toList());
    }
    Report report = new Report(out);
    Options options;
    try {
      options = Options.of(arguments);
    } catch (IllegalArgumentException e) {
      report.say(e.getMessage());
      return 2;
    }
    report.say("Making %,d tickets".formatted(options.matrix().tickets()));
    try (Rig rig = Rig.start(options)) {
      Stopwatch plain = new Stopwatch(rig, Configs.of(options.examples(), rig.simulator()));
      if (options.matrix().exactlyOnce().isEmpty()) {
        new BenchMain(options.matrix(), plain, plain, report).measure();
      } else {
        try (Rig other = Rig.start(options, Map.of("exactly.once.source.support", "enabled"))) {
          Stopwatch transactions =
              new Stopwatch(other, Configs.of(options.examples(), other.simulator()));
          new BenchMain(options.matrix(), plain, transactions, report).measure();
        }
      }
    }
    report.print();
    return 0;
  }

  private void measure() throws IOException, JMException {
    report.say("Load of the machine before: " + load());
    if (matrix.modes().contains(Subject.TYPED)) {
      plain.makeStructs(Math.min(TicketPages.SIZE, matrix.tickets()));
    }
    if (!matrix.fresh()) {
      warmUp();
    }
    for (int round = 0; round < matrix.rounds(); round++) {
      round();
    }
    report.say("Load of the machine after: " + load());
    liveHeap();
  }

  /** All cases, one after the other: a machine is not the same all the time. */
  private void round() throws IOException, JMException {
    handOver();
    for (int latency : matrix.latencies()) {
      for (Tuning tuning : Tuning.values()) {
        measure(new Case(Subject.LOOP, tuning, latency, 1));
        for (Subject subject : readers()) {
          for (int inFlight : matrix.inFlight()) {
            measure(new Case(subject, tuning, latency, inFlight));
            if (tuning == Tuning.OVERRIDES && matrix.exactlyOnce().contains(subject)) {
              measure(new Case(subject, tuning, latency, inFlight, true));
            }
          }
        }
      }
    }
    handOver();
  }

  /** So that the first case does not pay for what the JVM has yet to compile. */
  private void warmUp() throws IOException, JMException {
    for (Tuning tuning : Tuning.values()) {
      for (Subject subject : references()) {
        run(new Case(subject, tuning, 0, 4), few());
      }
    }
    for (Subject subject : readers()) {
      run(new Case(subject, Tuning.OVERRIDES, 0, 4), few());
      if (matrix.exactlyOnce().contains(subject)) {
        // As much as the other worker, which has the references and the default producer, too.
        for (int i = 0; i < EXACTLY_ONCE_WARM_UPS; i++) {
          run(new Case(subject, Tuning.OVERRIDES, 0, 4, true), matrix.tickets());
        }
      }
    }
  }

  private List<Subject> readers() {
    return Stream.concat(Stream.of(Subject.FETCH), matrix.modes().stream()).toList();
  }

  private void handOver() throws IOException, JMException {
    for (Tuning tuning : Tuning.values()) {
      for (Subject subject : references()) {
        measure(new Case(subject, tuning, 0, 1));
      }
    }
  }

  /** The do-nothing sources that the modes are compared with. */
  private Set<Subject> references() {
    Set<Subject> references = EnumSet.of(Subject.HAND_OVER);
    matrix.modes().forEach(mode -> references.add(mode.reference()));
    return references;
  }

  private void measure(Case what) throws IOException, JMException {
    if (matrix.fresh() && what.subject() != Subject.LOOP) {
      watch(what).freshWorker();
    }
    report.add(what, run(what, matrix.tickets()));
  }

  private Figures run(Case what, int tickets) throws IOException, JMException {
    return watch(what).run(what, tickets);
  }

  private Stopwatch watch(Case what) {
    return what.exactlyOnce() ? transactions : plain;
  }

  /** Whether what is held grows with what is read. */
  private void liveHeap() throws IOException, JMException {
    for (Subject mode : matrix.modes()) {
      Case what = new Case(mode, Tuning.OVERRIDES, 0, 4);
      for (int tickets : new TreeSet<>(List.of(few(), matrix.tickets() / 2, matrix.tickets()))) {
        report.addLive(what, tickets, plain.liveBytes(what, tickets));
      }
    }
  }

  private int few() {
    return Math.min(FEW, matrix.tickets());
  }

  private static String load() {
    return String.format(
        Locale.ROOT,
        "%.1f on %d processors",
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        Runtime.getRuntime().availableProcessors());
  }
}
