package io.psastream.connectwise.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/monitoring.md says of every metric what it is and what to do, and of no other. */
class MonitoringPageTest {

  private static final Path PAGE = Path.of("..", "docs", "monitoring.md");

  /** The cells of the rows about metrics. */
  private static List<List<String>> rows() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE)) {
      if (line.equals("## The log")) {
        break;
      }
      if (line.startsWith("| `")) {
        rows.add(Arrays.stream(line.split("\\|", -1)).map(String::strip).toList());
      }
    }
    return rows;
  }

  @Test
  void namesUnitsAndMeaningsAreThoseOfTheRegistry() throws IOException {
    assertThat(rows().stream().map(row -> row.subList(1, 4)))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Metric.values())
                .map(each -> List.of(names(each), each.unit(), each.description()))
                .toList());
  }

  private static String names(Metric metric) {
    return metric.kind() == Metric.MetricType.DISTRIBUTION
        ? "`%s-p50`, `-p95`, `-p99`, `-max`".formatted(metric.title())
        : "`%s`".formatted(metric.title());
  }

  @Test
  void everyMetricHasAnAdvice() throws IOException {
    assertThat(rows()).isNotEmpty().allSatisfy(row -> assertThat(row.get(4)).isNotEmpty());
  }
}
