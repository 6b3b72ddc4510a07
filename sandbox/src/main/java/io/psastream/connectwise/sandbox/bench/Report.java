package io.psastream.connectwise.sandbox.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

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
        "| what | producer | ms | in flight | items/s | of do-nothing | of fetching | requests | CPU s | heap MB"
            + " | KB/item | RSS MB |");
    say("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    rows.forEach((what, figures) -> say(line(what, Figures.median(figures))));
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

  private String line(Case what, Figures figures) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %,.0f | %s | %s | %s | %.1f | %d | %.1f | %d |",
        what.name(),
        what.tuning(),
        what.subject().handsOver() ? "" : what.latency(),
        what.subject().readsAhead() ? what.inFlight() : "",
        figures.rate(),
        what.subject().handsOver() ? "" : ratio(figures, handedOver(what)),
        what.subject().connector() ? ratio(figures, fetching(what)) : "",
        figures.requests() == 0 ? "" : figures.requests(),
        figures.cpuSeconds(),
        figures.heapMegabytes(),
        figures.allocatedKilobytes(),
        figures.memory().residentBytes() >> 20);
  }

  /** The do-nothing source of such values with the same producer. */
  private static Predicate<Case> handedOver(Case what) {
    return other ->
        other.subject() == what.subject().handedOver() && other.tuning() == what.tuning();
  }

  /** The fetching source of such values with the same producer and site. */
  private static Predicate<Case> fetching(Case what) {
    return new Case(what.subject().fetching(), what.tuning(), what.latency(), what.inFlight())
        ::equals;
  }

  /** To the fastest of the others; empty if there is none. */
  private String ratio(Figures figures, Predicate<Case> others) {
    return rows.entrySet().stream()
        .filter(row -> others.test(row.getKey()))
        .map(row -> Figures.median(row.getValue()).rate())
        .max(Comparator.naturalOrder())
        .map(fastest -> String.format(Locale.ROOT, "%.2f", figures.rate() / fastest))
        .orElse("");
  }
}
