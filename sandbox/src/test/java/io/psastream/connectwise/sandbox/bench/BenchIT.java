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
            "--modes", "typed",
            "--profile", profile.toString());

    assertThat(lines).filteredOn(line -> line.startsWith("| do-nothing source |")).hasSize(2);
    assertThat(lines)
        .filteredOn(line -> line.startsWith("| do-nothing source, typed |"))
        .hasSize(2);
    assertThat(lines).filteredOn(line -> line.startsWith("| bare loop |")).hasSize(2);
    assertThat(lines)
        .filteredOn(line -> line.contains(" | overrides | 0 | 4 |"))
        .extracting(line -> line.split(" *\\| *", -1)[1])
        .containsExactly("fetching source", "connector, typed");
    assertThat(lines)
        .filteredOn(line -> line.contains(" | overrides | 0 | 4 |"))
        .allSatisfy(
            row -> {
              String[] cells = row.split(" *\\| *", -1);
              assertThat(number(cells[5])).as("items/s").isPositive();
              assertThat(number(cells[6])).as("ratio").isPositive();
              assertThat(number(cells[7])).as("requests").isBetween(1.0, 10.0);
              assertThat(number(cells[8])).as("CPU s").isPositive();
              assertThat(number(cells[10])).as("KB/item").isPositive();
            });
    assertThat(lines)
        .filteredOn(line -> line.startsWith("| connector, typed,"))
        .hasSize(2)
        .allSatisfy(row -> assertThat(number(row.split(" *\\| *", -1)[3])).isPositive());
    assertThat(profile).as("written by a worker that stops in an orderly way").isNotEmptyFile();
  }

  @Test
  void theTableHasTheRunOfTheMedianRateOfEachCase() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Report report = new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    Case what = new Case(Subject.JSON, Tuning.OVERRIDES, 50, 4);
    for (int seconds : List.of(2, 50, 4)) {
      report.add(
          what,
          new Figures(1_000, seconds, 3, 1, 5 << 20)
              .with(new Figures.Memory(7_000_000L * seconds, 9 << 20)));
    }

    report.print();

    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .contains("| connector, json | overrides | 50 | 4 | 250 |  | 3 | 1.0 | 5 | 28.0 | 9 |");
  }

  @Test
  void unknownOptionIsRefused() throws Exception {
    assertThat(bench("--ticket", "5")).containsExactly("There is no option --ticket.");
    assertThat(bench("--workers", "cold")).containsExactly("The workers are warm or fresh.");
    assertThat(bench("--sink", "--update")).containsExactly("--update needs a value.");
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
