package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.config.Problems;
import io.psastream.connectwise.config.Validators;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * The topics of a connector by the names that its records have when they come to the task, which is
 * after its transformations.
 *
 * @param names the names; empty where they cannot be told in advance
 * @param pattern the pattern that they match instead, where no transformation may change them
 * @param transformed whether there are transformations
 */
record ConnectorTopics(
    Optional<Set<String>> names, Optional<Pattern> pattern, boolean transformed) {

  private static final String KAFKA = "org.apache.kafka.connect.transforms.";
  private static final String TRANSFORMS = "transforms";

  static ConnectorTopics of(Map<String, String> properties) {
    List<String> transforms = list(properties, TRANSFORMS);
    Optional<Set<String>> names =
        Optional.of((Set<String>) new LinkedHashSet<>(list(properties, RouteKeys.TOPICS)))
            .filter(topics -> !topics.isEmpty());
    for (String transform : transforms) {
      names = names.flatMap(before -> renamed(before, properties, transform));
    }
    Optional<Pattern> pattern =
        Optional.ofNullable(properties.get(RouteKeys.TOPICS_REGEX))
            .filter(regex -> transforms.isEmpty() && !regex.isBlank())
            .flatMap(ConnectorTopics::compiled);
    return new ConnectorTopics(names, pattern, !transforms.isEmpty());
  }

  /** Reports names that no topic can have: Connect takes them, and each task fails. */
  static void check(Map<String, String> properties, Problems problems) {
    list(properties, RouteKeys.TOPICS).stream()
        .filter(name -> !Validators.TOPIC_TEXT.matcher(name).matches())
        .forEach(
            name ->
                problems.add(
                    RouteKeys.TOPICS,
                    name
                        + " is no legal topic name; use up to 249 letters, digits, dots, _ and -"));
  }

  private static List<String> list(Map<String, String> properties, String key) {
    return Arrays.stream(properties.getOrDefault(key, "").split(","))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /** Of Kafka's own transformations two change the topic, and the time of one is not known here. */
  private static Optional<Set<String>> renamed(
      Set<String> before, Map<String, String> properties, String transform) {
    String prefix = TRANSFORMS + "." + transform + ".";
    String type = properties.getOrDefault(prefix + "type", "");
    String simple = type.substring(type.lastIndexOf('.') + 1);
    if (!simple.equals("RegexRouter")) {
      boolean keeps = type.startsWith(KAFKA) && !simple.equals("TimestampRouter");
      return keeps ? Optional.of(before) : Optional.empty();
    }
    String replacement = properties.getOrDefault(prefix + "replacement", "");
    boolean always = !properties.containsKey(prefix + "predicate");
    try {
      Pattern regex = Pattern.compile(properties.getOrDefault(prefix + "regex", ""));
      Set<String> after = new LinkedHashSet<>();
      for (String topic : before) {
        String renamed =
            regex.matcher(topic).matches() ? regex.matcher(topic).replaceFirst(replacement) : topic;
        (always ? Stream.of(renamed) : Stream.of(topic, renamed)).forEach(after::add);
      }
      return Optional.of(after);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty(); // the transformation itself refuses it
    }
  }

  private static Optional<Pattern> compiled(String regex) {
    try {
      return Optional.of(Pattern.compile(regex));
    } catch (PatternSyntaxException e) {
      return Optional.empty(); // Connect refuses it
    }
  }

  /** Whether records of this topic may come. */
  boolean mayHave(String topic) {
    return names
        .map(all -> all.contains(topic))
        .or(() -> pattern.map(regex -> regex.matcher(topic).matches()))
        .orElse(true);
  }

  /** Whether records of a topic that matches may come. */
  boolean mayHaveAny(Predicate<String> match) {
    return names.map(all -> all.stream().anyMatch(match)).orElse(true);
  }

  /** Where the names are to be looked for, for messages. */
  String place() {
    return transformed ? "the connector's topics after its transforms" : "the connector's topics";
  }
}
