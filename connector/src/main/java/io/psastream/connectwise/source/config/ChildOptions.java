package io.psastream.connectwise.source.config;

import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.template.Conditions;
import io.psastream.connectwise.template.Template;
import io.psastream.connectwise.template.Template.Expression;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The options of a child query, compiled once, into which each parent fills its fields. In
 * conditions a field stays the value that it is, as in those of a look-up.
 */
public final class ChildOptions {

  private static final Set<String> CONDITIONS =
      Set.of("conditions", "childconditions", "customfieldconditions");

  private final Map<String, Filling> path;
  private final Map<String, Filling> query;

  /** The value of an option, given what each of its expressions gives. */
  private record Filling(
      List<Expression> expressions, Function<Function<Expression, String>, String> fill) {}

  /**
   * Compiles options.
   *
   * @throws IllegalArgumentException when one of them is not well-formed; the message names it
   */
  public ChildOptions(Options options) {
    this.path = compiled(options.path());
    this.query = compiled(options.query());
  }

  private static Map<String, Filling> compiled(Map<String, String> options) {
    Map<String, Filling> compiled = new LinkedHashMap<>();
    options.forEach((name, value) -> compiled.put(name, compiled(name, value)));
    return compiled;
  }

  private static Filling compiled(String name, String value) {
    try {
      Template template = Template.ofParent(value);
      List<Expression> expressions =
          template.parts().stream()
              .filter(Expression.class::isInstance)
              .map(Expression.class::cast)
              .toList();
      return !expressions.isEmpty() && CONDITIONS.contains(name.toLowerCase(Locale.ROOT))
          ? new Filling(expressions, Conditions.of(template)::fill)
          : new Filling(expressions, template::fill);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the value of \"" + name + "\": " + e.getMessage(), e);
    }
  }

  /**
   * The options for one parent; empty when a field that they refer to is missing, null or blank, so
   * that the parent has no such child.
   *
   * @param field gives the field at a path such as {@code company/id}, or null
   * @throws IllegalArgumentException when a field cannot be expressed; the message names the
   *     expression and quotes nothing
   */
  public Optional<Options> of(Function<String, Object> field) {
    Map<Expression, String> texts = new HashMap<>();
    Stream.of(path, query)
        .flatMap(options -> options.values().stream())
        .flatMap(filling -> filling.expressions().stream())
        .forEach(
            each -> texts.computeIfAbsent(each, it -> text(it, field.apply(it.path().get(0)))));
    if (texts.values().stream().anyMatch(String::isBlank)) {
      return Optional.empty();
    }
    return Optional.of(new Options(filled(path, texts), filled(query, texts)));
  }

  private static Map<String, String> filled(
      Map<String, Filling> options, Map<Expression, String> texts) {
    Map<String, String> filled = new LinkedHashMap<>();
    options.forEach((name, filling) -> filled.put(name, filling.fill().apply(texts::get)));
    return filled;
  }

  private static String text(Expression expression, Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof Double number && Double.isFinite(number)) {
      return new BigDecimal(number.toString()).toPlainString();
    }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw new IllegalArgumentException(expression + " is no single value; name a field of it");
  }
}
