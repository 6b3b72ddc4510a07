package io.psastream.connectwise.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.BuiltArchive;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark runs and prints what it promises; how fast anything is, is not tested. */
final class BenchIT {

  @Test
  void smallRunMeasuresTheConnectorNextToTheReferencesAndPrintsTables(@TempDir Path folder)
      throws Exception {
    Path profile = folder.resolve("worker.jfr");
    List<String> lines =
        bench(
            "--archive", BuiltArchive.path().toString(),
            "--examples", "../config-examples",
            "--tickets", "4000",
            "--latency", "0",
            "--in-flight", "4",
            "--producer", "overrides",
            "--modes", "typed",
            "--profile", profile.toString());

    assertThat(lines).filteredOn(line -> line.startsWith("| do-nothing source |")).hasSize(1);
    assertThat(lines)
        .filteredOn(line -> line.startsWith("| do-nothing source, typed |"))
        .hasSize(1);
    assertThat(lines).filteredOn(line -> line.startsWith("| bare loop |")).hasSize(1);
    assertThat(lines)
        .filteredOn(line -> line.contains(" | overrides | 0 | 4 |"))
        .extracting(line -> line.split(" *\\| *", -1)[1])
        .containsExactly("fetching source, typed", "connector, typed");
    assertThat(lines)
        .filteredOn(line -> line.contains(" | overrides | 0 | 4 |"))
        .allSatisfy(
            row -> {
              String[] cells = row.split(" *\\| *", -1);
              assertThat(number(cells[5])).as("items/s").isPositive();
              assertThat(number(cells[6])).as("of do-nothing").isPositive();
              assertThat(number(cells[8])).as("requests").isBetween(1.0, 10.0);
              assertThat(number(cells[9])).as("CPU s").isPositive();
              assertThat(number(cells[11])).as("KB/item").isPositive();
            });
    assertThat(lines)
        .filteredOn(line -> line.startsWith("| connector, typed,"))
        .hasSize(2)
        .allSatisfy(row -> assertThat(number(row.split(" *\\| *", -1)[3])).isPositive());
    assertThat(profile).as("written by a worker that stops in an orderly way").isNotEmptyFile();
  }

  @Test
  void theTableHasTheRunOfTheMedianRateOfEachCaseAndWhatItIsOfTheOthers() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Report report = new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    for (int seconds : List.of(2, 50, 4)) {
      report.add(new Case(Subject.FETCH, Tuning.OVERRIDES, 50, 4), figures(seconds));
      report.add(new Case(Subject.FETCH, Tuning.OVERRIDES, 0, 4), figures(seconds / 2));
      report.add(new Case(Subject.JSON, Tuning.OVERRIDES, 50, 4), figures(seconds * 2));
    }

    report.print();

    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .contains(
            "| connector, json | overrides | 50 | 4 | 125 |  | 0.50 | 3 | 1.0 | 5 | 56.0 | 9 |");
  }

  private static Figures figures(int seconds) {
    return new Figures(1_000, seconds, 3, 1, 5 << 20)
        .with(new Figures.Memory(7_000_000L * seconds, 9 << 20));
  }

  @Test
  void wrongCommandLineIsRefused() throws Exception {
    assertThat(bench("--ticket", "5")).containsExactly("Unknown options: '--ticket', '5'");
    assertThat(bench("--tickets", "many"))
        .containsExactly("Invalid value for option '--tickets': 'many' is not an int");
    assertThat(bench("--workers", "cold")).singleElement().asString().contains("WARM, FRESH");
    assertThat(bench("--modes", "raw")).singleElement().asString().contains("json, bytes");
    assertThat(bench("--heap", "512")).singleElement().asString().contains("such as 512m");
  }

  private static List<String> bench(String... arguments) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      int expected = arguments.length == 2 ? 2 : 0;
      assertThat(BenchMain.run(out, arguments)).isEqualTo(expected);
    }
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static double number(String cell) {
    return Double.parseDouble(cell.replace(",", ""));
  }
}
