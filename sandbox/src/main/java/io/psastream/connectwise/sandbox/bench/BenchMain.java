package io.psastream.connectwise.sandbox.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.management.JMException;
import picocli.CommandLine.ParameterException;

/**
 * The program behind {@code sandbox/bench}. The do-nothing source is measured before and after all
 * others, since a machine is not the same all the time. Exit code 0: everything ran, whatever the
 * figures; 2: it was called wrongly.
 */
public final class BenchMain {
  private static final int FEW = 20_000;
  private static final int WARM_UPS = 3;

  private final Options options;
  private final Stopwatch plain;
  private final Stopwatch transactions;
  private final Report report;

  /**
   * @param transactions of a worker with exactly-once support
   */
  private BenchMain(Options options, Stopwatch plain, Stopwatch transactions, Report report) {
    this.options = options;
    this.plain = plain;
    this.transactions = transactions;
    this.report = report;
  }

  public static void main(String[] arguments) throws IOException, JMException {
    System.exit(run(System.out, arguments));
  }

  /** Runs with a command line, prints to {@code out} and returns the exit code. */
  static int run(PrintStream out, String... arguments) throws IOException, JMException {
    Options options;
    try {
      options = Options.of(arguments);
    } catch (ParameterException e) {
      out.println(e.getMessage());
      return 2;
    }
    if (options.sink()) {
      SinkBench.run(out, options);
      return 0;
    }
    Report report = new Report(out);
    report.say("Making %,d tickets".formatted(options.tickets()));
    try (Rig rig = Rig.start(options)) {
      Stopwatch plain = new Stopwatch(rig, Configs.of(options.examples(), rig.simulator()));
      if (options.exactlyOnce().isEmpty()) {
        new BenchMain(options, plain, plain, report).measure();
      } else {
        try (Rig other = Rig.start(options, Map.of("exactly.once.source.support", "enabled"))) {
          Stopwatch transactions =
              new Stopwatch(other, Configs.of(options.examples(), other.simulator()));
          new BenchMain(options, plain, transactions, report).measure();
        }
      }
    }
    report.print();
    return 0;
  }

  private void measure() throws IOException, JMException {
    report.say("Load of the machine before: " + load());
    if (options.modes().contains(Subject.TYPED)) {
      plain.makeStructs(Math.min(TicketPages.SIZE, options.tickets()));
    }
    if (!options.fresh()) {
      warmUp();
    }
    for (int round = 0; round < options.rounds(); round++) {
      round();
    }
    report.say("Load of the machine after: " + load());
    liveHeap();
  }

  /** All cases, one after the other: a machine is not the same all the time. */
  private void round() throws IOException, JMException {
    handOver();
    for (int latency : options.latencies()) {
      for (Tuning tuning : options.producers()) {
        measure(new Case(Subject.LOOP, tuning, latency, 1));
        for (Subject subject : readers()) {
          for (int inFlight : options.inFlight()) {
            measure(new Case(subject, tuning, latency, inFlight));
            if (tuning == Tuning.OVERRIDES && options.exactlyOnce().contains(subject)) {
              measure(new Case(subject, tuning, latency, inFlight, true));
            }
          }
        }
      }
    }
    handOver();
  }

  /**
   * So that no case pays for what the JVM has yet to compile: after 20,000 tickets it still does.
   */
  private void warmUp() throws IOException, JMException {
    for (Tuning tuning : options.producers()) {
      for (Subject subject : references()) {
        run(new Case(subject, tuning, 0, 4), options.tickets());
      }
    }
    for (Subject subject : readers()) {
      for (int i = 0; i < WARM_UPS; i++) {
        run(new Case(subject, Tuning.OVERRIDES, 0, 4), options.tickets());
        if (options.exactlyOnce().contains(subject)) {
          run(new Case(subject, Tuning.OVERRIDES, 0, 4, true), options.tickets());
        }
      }
    }
  }

  /** Those who fetch the pages, and the modes that are compared with them. */
  private Set<Subject> readers() {
    Set<Subject> readers = new LinkedHashSet<>();
    options.modes().forEach(mode -> readers.add(mode.fetching()));
    readers.addAll(options.modes());
    return readers;
  }

  private void handOver() throws IOException, JMException {
    for (Tuning tuning : options.producers()) {
      for (Subject subject : references()) {
        measure(new Case(subject, tuning, 0, 1));
      }
    }
  }

  /** The do-nothing sources that the modes are compared with. */
  private Set<Subject> references() {
    Set<Subject> references = EnumSet.of(Subject.HAND_OVER);
    options.modes().forEach(mode -> references.add(mode.handedOver()));
    return references;
  }

  private void measure(Case what) throws IOException, JMException {
    if (options.fresh() && what.subject() != Subject.LOOP) {
      watch(what).freshWorker();
    }
    report.add(what, run(what, options.tickets()));
  }

  private Figures run(Case what, int tickets) throws IOException, JMException {
    return watch(what).run(what, tickets);
  }

  private Stopwatch watch(Case what) {
    return what.exactlyOnce() ? transactions : plain;
  }

  /** Whether what is held grows with what is read. */
  private void liveHeap() throws IOException, JMException {
    for (Subject mode : options.modes()) {
      Case what = new Case(mode, Tuning.OVERRIDES, 0, 4);
      for (int tickets : new TreeSet<>(List.of(few(), options.tickets() / 2, options.tickets()))) {
        report.addLive(what, tickets, plain.liveBytes(what, tickets));
      }
    }
  }

  private int few() {
    return Math.min(FEW, options.tickets());
  }

  private static String load() {
    return String.format(
        Locale.ROOT,
        "%.1f on %d processors",
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        Runtime.getRuntime().availableProcessors());
  }
}
