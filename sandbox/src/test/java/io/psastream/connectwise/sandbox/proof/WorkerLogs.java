package io.psastream.connectwise.sandbox.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.psastream.connectwise.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What workers have logged: how much of it is the plugin's, and what must not be in any of it. */
final class WorkerLogs {

  /** Of one worker in one minute. */
  private static final int MOST_PER_MINUTE = 150;

  /** The minute and the logger of a line, as log4j2.xml writes it. */
  private static final Pattern OURS =
      Pattern.compile("^(\\S{16})\\S* (?:INFO|WARN|ERROR) +\\[.*?] i\\.p\\.c\\.");

  /** What the records of the proofs say. */
  private static final Pattern CONTENT = Pattern.compile("(?:Change|state) \\d|key-\\d");

  private WorkerLogs() {}

  /** Lines that must not be there, and minutes with too many. */
  static Map<String, Collection<?>> wrong(List<Path> logs, List<Simulator> sites) {
    List<String> secrets =
        sites.stream().flatMap(site -> Stream.of(site.password(), base64(site))).toList();
    List<String> telling = new ArrayList<>();
    logs.forEach(
        log ->
            lines(log)
                .filter(
                    line ->
                        CONTENT.matcher(line).find() || secrets.stream().anyMatch(line::contains))
                .forEach(telling::add));
    Map<String, Collection<?>> wrong = new LinkedHashMap<>();
    wrong.put("logged secrets and content", telling);
    List<String> loud = new ArrayList<>();
    perMinute(logs)
        .forEach((minute, n) -> loud.addAll(n > MOST_PER_MINUTE ? List.of(minute) : List.of()));
    wrong.put("minutes with more than " + MOST_PER_MINUTE + " lines of the plugin", loud);
    return wrong;
  }

  /** What follows "Basic" in the requests, but for its beginning, which is no secret. */
  private static String base64(Simulator site) {
    String login = site.username() + ":" + site.password();
    String encoded = Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
    return encoded.substring(encoded.length() / 2);
  }

  /** Lines of the plugin that do not say that they are of this connector, or of a task of it. */
  static List<String> nameless(Path log, String connector) {
    return lines(log)
        .filter(line -> OURS.matcher(line).find())
        .filter(line -> !line.contains("[[" + connector + "|"))
        .toList();
  }

  /** How much was logged. */
  static String report(List<Path> logs) {
    Map<String, Integer> lines = perMinute(logs);
    return "log: %d workers, %d lines of the plugin, at most %d in a minute of one%n"
        .formatted(
            logs.size(),
            lines.values().stream().mapToInt(n -> n).sum(),
            lines.values().stream().mapToInt(n -> n).max().orElse(0));
  }

  /** By log and minute. */
  private static Map<String, Integer> perMinute(List<Path> logs) {
    Map<String, Integer> lines = new HashMap<>();
    for (Path log : logs) {
      lines(log)
          .map(OURS::matcher)
          .filter(Matcher::find)
          .forEach(line -> lines.merge(log + " " + line.group(1), 1, Integer::sum));
    }
    return lines;
  }

  static Stream<String> lines(Path log) {
    try {
      return Files.readAllLines(log).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
