package io.psastream.connectwise.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The folder {@code monitoring/} and its page as tests see them. */
public final class Monitoring {
  public static final Path FOLDER = Path.of("..", "monitoring");

  private static final Path PAGE = Path.of("..", "docs", "monitoring.md");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private Monitoring() {}

  /**
   * An expression of PromQL, and where it is.
   *
   * @param legend the legend of its series in a dashboard, else empty
   */
  public record Asked(String where, String expression, String legend) {}

  /** The alert rules. */
  public static List<JsonNode> alerts() throws IOException {
    List<JsonNode> alerts = new ArrayList<>();
    yaml("alerts.yml").path("groups").forEach(group -> group.path("rules").forEach(alerts::add));
    return alerts;
  }

  /** The expressions of the alerts and of the dashboard. */
  public static List<Asked> expressions() throws IOException {
    List<Asked> all = new ArrayList<>();
    for (JsonNode alert : alerts()) {
      all.add(new Asked(alert.path("alert").asText(), alert.path("expr").asText(), ""));
    }
    JsonNode dashboard =
        new ObjectMapper().readTree(FOLDER.resolve("grafana/dashboards/connectwise.json").toFile());
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        all.add(
            new Asked(
                panel.path("title").asText(),
                target.path("expr").asText(),
                target.path("legendFormat").asText()));
      }
    }
    for (JsonNode variable : dashboard.at("/templating/list")) {
      if (variable.path("type").asText().equals("query")) {
        all.add(new Asked(variable.path("name").asText(), variable.path("query").asText(), ""));
      }
    }
    return all;
  }

  /** A file of the folder. */
  public static JsonNode yaml(String file) throws IOException {
    return new ObjectMapper(new YAMLFactory()).readTree(FOLDER.resolve(file).toFile());
  }

  /** What Prometheus calls the metrics of the page; {@code phase} is a text, which it has not. */
  public static Set<String> documented() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String cell : firstCells("## Metrics")) {
      List<String> codes = CODE.matcher(cell).results().map(code -> code.group(1)).toList();
      String base = codes.get(0).replaceFirst("-p50$", "");
      codes.forEach(code -> names.add(code.startsWith("-") ? base + code : code));
    }
    names.remove("phase");
    return new TreeSet<>(
        names.stream().map(name -> "connectwise_" + name.replace('-', '_')).toList());
  }

  /** The alerts that the page explains. */
  public static List<String> explained() throws IOException {
    return firstCells("## Alerts").stream().map(cell -> cell.replace("`", "")).toList();
  }

  /** The first cells of the tables of a section, without their heads. */
  private static List<String> firstCells(String section) throws IOException {
    List<String> cells = new ArrayList<>();
    String current = "";
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("## ")) {
        current = line;
      } else if (current.equals(section) && line.startsWith("| `")) {
        cells.add(line.split("\\|", -1)[1].strip());
      }
    }
    return cells;
  }
}
