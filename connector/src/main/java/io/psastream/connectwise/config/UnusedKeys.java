package io.psastream.connectwise.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Keys that have no effect in some queries or routes. Who gives such a key for one of them expects
 * something that would never happen, so it is refused. A key that is shared by several queries or
 * routes may be without effect in some, and a value that asks for nothing is none to miss.
 * Graphical tools are told to hide these keys.
 *
 * @param when whether they have no effect in a query or route
 * @param reason why, and what to do instead, as it reads behind "has no effect"
 */
public record UnusedKeys<T>(
    BiPredicate<T, AliasValues> when, String reason, Collection<String> names) {

  /** The values by which a key that has them by default asks for nothing. */
  private static final Set<Object> NOTHING = Set.of("none", "auto", "", false, 0L, 0);

  /** Keys that have no effect for a reason. */
  public static <T> UnusedKeys<T> of(
      BiPredicate<T, AliasValues> when, String reason, String... names) {
    return new UnusedKeys<>(when, reason, List.of(names));
  }

  /**
   * Adds a problem for every key that is given for an alias itself and has no effect there; the
   * first reason of several is the one that is told.
   */
  public static <T> void report(
      List<UnusedKeys<T>> all, T subject, AliasValues values, Map<String, String> properties) {
    for (UnusedKeys<T> unused : all) {
      if (unused.when.test(subject, values)) {
        unused.names.forEach(values::hide);
        unused.names.stream()
            .filter(name -> properties.get(values.key(name)) != null && !values.hasProblem(name))
            .filter(name -> !asksForNothing(name, values, properties.get(values.key(name))))
            .forEach(name -> values.problem(name, "has no effect " + unused.reason));
      }
    }
  }

  private static boolean asksForNothing(String name, AliasValues values, String given) {
    Object value = values.value(name) == null ? given : values.value(name);
    if (value instanceof Collection<?> list) {
      return list.isEmpty();
    }
    Object said = value instanceof String text ? text.strip().toLowerCase(Locale.ROOT) : value;
    boolean usual =
        values.aliases().keys().stream()
            .anyMatch(key -> key.name().equals(name) && said.equals(key.defaultValue()));
    return said.equals("") || (usual && NOTHING.contains(said));
  }
}
