package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.config.Validators;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which topics belong to a route, by name or by pattern; every topic where neither is given.
 *
 * @param names names in full
 * @param pattern a regular expression that matches a whole name
 */
public record Topics(Set<String> names, Optional<Pattern> pattern) {

  /** Reads the topics of a route; without an alias these keys are Connect's own. */
  static Topics of(AliasValues values) {
    return values.alias().isEmpty()
        ? new Topics(Set.of(), Optional.empty())
        : new Topics(
            new LinkedHashSet<>(values.list(RouteKeys.TOPICS)),
            values.text(RouteKeys.TOPICS_REGEX).map(Pattern::compile));
  }

  /** Whether names or a pattern are given. */
  boolean given() {
    return !names.isEmpty() || pattern.isPresent();
  }

  /** Whether records of this topic belong to the route. */
  public boolean match(String topic) {
    return names.contains(topic)
        || pattern.map(regex -> Validators.matches(regex, topic)).orElse(names.isEmpty());
  }
}
