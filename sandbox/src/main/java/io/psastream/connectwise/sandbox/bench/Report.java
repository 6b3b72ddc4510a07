package io.psastream.connectwise.sandbox.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What was measured, as tables in Markdown. */
final class Report {
  private final PrintStream out;
  private final Map<Case, List<Figures>> rows = new LinkedHashMap<>();
  private final List<Live> live = new ArrayList<>();

  private record Live(Case what, int tickets, long bytes) {}

  Report(PrintStream out) {
    this.out = out;
  }

  /** Something about the run as a whole. */
  void say(String text) {
    out.println(text);
    out.flush();
  }

  void add(Case what, Figures figures) {
    rows.computeIfAbsent(what, any -> new ArrayList<>()).add(figures);
    say("  %s: %,.0f items/s".formatted(what.text(), figures.rate()));
  }

  void addLive(Case what, int tickets, long bytes) {
    live.add(new Live(what, tickets, bytes));
    say("  %s, %,d tickets: %,d MB live".formatted(what.text(), tickets, bytes >> 20));
  }

  /** Everything that was measured. */
  void print() {
    say("");
    say(
        "| what | producer | ms | in flight | items/s | of do-nothing | requests | CPU s | heap MB"
            + " | KB/item | RSS MB |");
    say("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    rows.forEach((what, figures) -> say(line(what, median(figures))));
    say("");
    say("Requests beyond one for each full page: at most " + mostRequestsBeyondPages());
    say("");
    say("| what | tickets | live heap MB |");
    say("|---|---:|---:|");
    live.forEach(
        row ->
            say(
                "| %s | %,d | %,d |"
                    .formatted(row.what().text(), row.tickets(), row.bytes() >> 20)));
  }

  private long mostRequestsBeyondPages() {
    return rows.entrySet().stream()
        .filter(row -> row.getKey().subject().connector())
        .flatMap(row -> row.getValue().stream())
        .mapToLong(figures -> figures.requests() - figures.items() / TicketPages.SIZE)
        .max()
        .orElse(0);
  }

  /** The run of the median rate; the slower of two. */
  private static Figures median(List<Figures> runs) {
    return runs.stream()
        .sorted(Comparator.comparingDouble(Figures::rate))
        .skip((runs.size() - 1) / 2)
        .findFirst()
        .orElseThrow();
  }

  private String line(Case what, Figures figures) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %,.0f | %s | %s | %.1f | %d | %.1f | %d |",
        what.name(),
        what.tuning(),
        what.subject().handsOver() ? "" : what.latency(),
        what.subject().readsAhead() ? what.inFlight() : "",
        figures.rate(),
        ratio(what, figures).map(ratio -> String.format(Locale.ROOT, "%.2f", ratio)).orElse(""),
        figures.requests() == 0 ? "" : figures.requests(),
        figures.cpuSeconds(),
        figures.heapMegabytes(),
        figures.allocatedKilobytes(),
        figures.memory().residentBytes() >> 20);
  }

  /** To the do-nothing source of such values with the same producer. */
  private Optional<Double> ratio(Case what, Figures figures) {
    double fastest =
        rows.entrySet().stream()
            .filter(row -> row.getKey().subject() == what.subject().reference())
            .filter(row -> row.getKey().tuning() == what.tuning())
            .mapToDouble(row -> median(row.getValue()).rate())
            .max()
            .orElse(0);
    return what.subject().handsOver() || fastest == 0
        ? Optional.empty()
        : Optional.of(figures.rate() / fastest);
  }
}
