package io.psastream.connectwise.sandbox.bench;

import io.psastream.connectwise.sandbox.Example;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.management.JMException;

/**
 * Measures the sink: so many updates over so many tickets, next to a loop that sends the same with
 * OkHttp and nothing else, with as many in flight.
 */
final class SinkBench {
  private static final String UPDATES = "--updates";
  private static final List<Integer> WARM_UPS = List.of(8, 1, 8, 1, 8);

  /** Kafka's own default: before each commit the sink waits for what is in flight. */
  private static final Map<String, String> WORKER = Map.of("offset.flush.interval.ms", "60000");

  private final PrintStream out;
  private final Options options;
  private final SinkRig rig;
  private final List<Row> rows = new ArrayList<>();

  private record Row(String what, int latency, int inFlight, Figures figures) {}

  private SinkBench(PrintStream out, Options options, SinkRig rig) {
    this.out = out;
    this.options = options;
    this.rig = rig;
  }

  /** Runs with the rest of a command line and returns the exit code. */
  static int run(PrintStream out, List<String> arguments) throws IOException, JMException {
    int updates = 20_000;
    List<String> rest = new ArrayList<>(arguments);
    int at = rest.indexOf(UPDATES);
    Options options;
    try {
      if (at >= 0 && at + 1 < rest.size()) {
        updates = Options.number(rest.remove(at + 1));
        rest.remove(at);
      }
      options = Options.ofSink(rest.toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
      return 2;
    }
    try (Rig rig = Rig.start(options, WORKER)) {
      Example example = Example.read(options.examples().resolve("ticket-updates-sink.json"));
      Configs configs = Configs.of(options.examples(), rig.simulator());
      int keys = options.matrix().tickets();
      new SinkBench(out, options, new SinkRig(rig, configs, example, updates, keys)).measure();
    }
    return 0;
  }

  private void measure() throws IOException, JMException {
    say("Load of the machine before: " + load());
    rig.fillTopic();
    if (!options.matrix().fresh()) {
      for (int inFlight : WARM_UPS) {
        rig.connector(0, inFlight);
      }
    }
    for (int latency : options.matrix().latencies()) {
      for (int inFlight : options.matrix().inFlight()) {
        add(new Row("bare loop", latency, inFlight, rig.loop(latency, inFlight)));
        if (options.matrix().fresh()) {
          rig.freshWorker();
        }
        add(new Row("connector", latency, inFlight, rig.connector(latency, inFlight)));
      }
    }
    say("Load of the machine after: " + load());
    print();
  }

  private void add(Row row) {
    rows.add(row);
    say(
        "  %s, %d ms, %d in flight: %,.0f records/s"
            .formatted(row.what(), row.latency(), row.inFlight(), row.figures().rate()));
  }

  private void print() {
    say("");
    say(
        "| what | ms | in flight | records/s | of the loop | of the loop with 1 | requests | CPU s"
            + " | RSS MB |");
    say("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    rows.forEach(row -> say(line(row)));
  }

  private String line(Row row) {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d | %,.0f | %s | %s | %,d | %.1f | %s |",
        row.what(),
        row.latency(),
        row.inFlight(),
        row.figures().rate(),
        ratio(row, row.inFlight()),
        ratio(row, 1),
        row.figures().requests(),
        row.figures().cpuSeconds(),
        row.figures().memory().equals(Figures.Memory.UNKNOWN)
            ? ""
            : row.figures().memory().residentBytes() >> 20);
  }

  /** To the bare loop at the same latency with so many in flight. */
  private String ratio(Row row, int inFlight) {
    Optional<Row> loop =
        rows.stream()
            .filter(other -> other.what().equals("bare loop"))
            .filter(other -> other.latency() == row.latency() && other.inFlight() == inFlight)
            .findFirst();
    return loop.filter(other -> !other.equals(row))
        .map(
            other ->
                String.format(Locale.ROOT, "%.2f", row.figures().rate() / other.figures().rate()))
        .orElse("");
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
