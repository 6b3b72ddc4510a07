package io.psastream.connectwise.sandbox.bench;

import io.psastream.connectwise.sandbox.Example;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.management.JMException;

/**
 * Measures the sink: so many updates over so many tickets, next to a loop that sends the same with
 * OkHttp and nothing else, with as many in flight.
 */
final class SinkBench {
  private static final String LOOP = "bare loop";
  private static final List<Integer> WARM_UPS = List.of(8, 1, 8, 1, 8);

  /** Kafka's own default: before each commit the sink waits for what is in flight. */
  private static final Map<String, String> WORKER = Map.of("offset.flush.interval.ms", "60000");

  private final PrintStream out;
  private final Options options;
  private final SinkRig rig;
  private final Map<Row, List<Figures>> rows = new LinkedHashMap<>();

  private record Row(String what, int latency, int inFlight) {}

  private SinkBench(PrintStream out, Options options, SinkRig rig) {
    this.out = out;
    this.options = options;
    this.rig = rig;
  }

  /** Measures what was asked for. */
  static void run(PrintStream out, Options options) throws IOException, JMException {
    try (Rig rig = Rig.start(options, WORKER)) {
      Example example = Example.read(options.examples().resolve("ticket-updates-sink.json"));
      Configs configs = Configs.of(options.examples(), rig.simulator());
      new SinkBench(
              out,
              options,
              new SinkRig(rig, configs, example, options.updates(), options.tickets()))
          .measure();
    }
  }

  private void measure() throws IOException, JMException {
    say("Load of the machine before: " + load());
    rig.fillTopic();
    if (!options.fresh()) {
      for (int inFlight : WARM_UPS) {
        rig.connector(0, inFlight);
      }
    }
    for (int round = 0; round < options.rounds(); round++) {
      round();
    }
    say("Load of the machine after: " + load());
    print();
  }

  /** All cases, one after the other: a machine is not the same all the time. */
  private void round() throws IOException, JMException {
    for (int latency : options.latencies()) {
      for (int inFlight : options.inFlight()) {
        add(new Row(LOOP, latency, inFlight), rig.loop(latency, inFlight));
        if (options.fresh()) {
          rig.freshWorker();
        }
        add(new Row("connector", latency, inFlight), rig.connector(latency, inFlight));
      }
    }
  }

  private void add(Row row, Figures figures) {
    rows.computeIfAbsent(row, any -> new ArrayList<>()).add(figures);
    say(
        "  %s, %d ms, %d in flight: %,.0f records/s"
            .formatted(row.what(), row.latency(), row.inFlight(), figures.rate()));
  }

  private void print() {
    say("");
    say(
        "| what | ms | in flight | records/s | of the loop | of the loop with 1 | requests | CPU s"
            + " | RSS MB |");
    say("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    rows.forEach((row, runs) -> say(line(row, Figures.median(runs))));
  }

  private String line(Row row, Figures figures) {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d | %,.0f | %s | %s | %,d | %.1f | %s |",
        row.what(),
        row.latency(),
        row.inFlight(),
        figures.rate(),
        ratio(row, figures, row.inFlight()),
        ratio(row, figures, 1),
        figures.requests(),
        figures.cpuSeconds(),
        figures.memory().equals(Figures.Memory.UNKNOWN)
            ? ""
            : figures.memory().residentBytes() >> 20);
  }

  /** To the bare loop at the same latency with so many in flight, unless it is that loop. */
  private String ratio(Row row, Figures figures, int inFlight) {
    Row loop = new Row(LOOP, row.latency(), inFlight);
    if (row.equals(loop) || !rows.containsKey(loop)) {
      return "";
    }
    return String.format(
        Locale.ROOT, "%.2f", figures.rate() / Figures.median(rows.get(loop)).rate());
  }

  private void say(String text) {
    out.println(text);
    out.flush();
  }

  private static String load() {
    return String.format(
        Locale.ROOT,
        "%.1f on %d processors",
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        Runtime.getRuntime().availableProcessors());
  }
}
