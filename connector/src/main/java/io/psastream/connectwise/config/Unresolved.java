package io.psastream.connectwise.config;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** References to config providers that stand as they are, since nothing has resolved them. */
public final class Unresolved {

  /**
   * As Kafka's ConfigTransformer has them; an expression of ours has no such name before a colon.
   */
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{[A-Za-z][\\w-]*+:[^}]*+}");

  private Unresolved() {}

  /**
   * Adds a problem for every value that has one.
   *
   * @param known the keys of the connector; others are not its business
   * @return the keys of these values
   */
  public static Set<String> check(
      Map<String, String> properties, Collection<String> known, Problems problems) {
    Set<String> keys = new TreeSet<>();
    for (String key : known) {
      Matcher reference = REFERENCE.matcher(properties.getOrDefault(key, ""));
      if (reference.find()) {
        keys.add(key);
        problems.add(
            key,
            "the reference "
                + reference.group()
                + " was not resolved; define what it refers to, and name its provider in"
                + " config.providers of the worker");
      }
    }
    return keys;
  }
}
