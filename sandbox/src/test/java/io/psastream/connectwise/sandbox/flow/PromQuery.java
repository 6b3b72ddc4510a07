package io.psastream.connectwise.sandbox.flow;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What an expression of PromQL, or {@code label_values} of Grafana, asks for, as far as the files
 * of this project use the language.
 *
 * @param metrics the labels that are matched, by the names of their metrics
 * @param labels those by which it is grouped
 */
record PromQuery(Map<String, Set<String>> metrics, Set<String> labels) {
  private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"|\\[[^]]*]|\\boffset \\w+");
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((\\w+), (\\w+)\\)");
  private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on)\\s*\\(([^)]*)\\)");
  private static final Pattern WORD =
      Pattern.compile("(?<![\\w.$])([a-zA-Z_:][\\w:]*)\\s*(\\{[^}]*}|\\()?");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");
  private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool");

  static PromQuery parse(String expression) {
    String text = LABEL_VALUES.matcher(expression).replaceAll("count by ($2) ($1)");
    text = TEXT.matcher(text).replaceAll("");
    Set<String> labels = new TreeSet<>();
    for (MatchResult grouping : GROUPING.matcher(text).results().toList()) {
      labels.addAll(Set.of(grouping.group(1).split(",\\s*")));
    }
    Map<String, Set<String>> metrics = new TreeMap<>();
    for (MatchResult word :
        WORD.matcher(GROUPING.matcher(text).replaceAll("")).results().toList()) {
      String then = word.group(2) == null ? "" : word.group(2);
      if (!then.equals("(") && !OPERATORS.contains(word.group(1))) {
        Set<String> matched = metrics.computeIfAbsent(word.group(1), name -> new TreeSet<>());
        MATCHER.matcher(then).results().forEach(found -> matched.add(found.group(1)));
      }
    }
    return new PromQuery(metrics, labels);
  }
}
