package io.psastream.connectwise.sink.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Text with expressions such as <code>${key.id}</code> that a record fills in, compiled once.
 *
 * @param text the template as it was written
 * @param parts its literal text and its expressions, in order
 */
public record Template(String text, List<Part> parts) {

  private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^}]*)}");

  /** What a template consists of. */
  public sealed interface Part permits Literal, Expression {}

  /** Text that stands for itself. */
  public record Literal(String text) implements Part {}

  /**
   * A reference into the record.
   *
   * @param source what of the record
   * @param path the fields to go down, outermost first; for a header its name alone
   */
  public record Expression(Source source, List<String> path) implements Part {

    /** The expression as it is written. */
    @Override
    public String toString() {
      return "${" + source.word() + path.stream().map(name -> "." + name).collect(joined()) + "}";
    }

    private static java.util.stream.Collector<CharSequence, ?, String> joined() {
      return Collectors.joining();
    }
  }

  /** What of a record an expression refers to. */
  public enum Source {
    KEY,
    VALUE,
    ITEM,
    HEADER,
    TOPIC,
    PARTITION,
    OFFSET,
    TIMESTAMP;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private boolean hasFields() {
      return this == KEY || this == VALUE || this == ITEM;
    }
  }

  /**
   * Compiles a template.
   *
   * @throws IllegalArgumentException when an expression is unknown; the message quotes it
   */
  public static Template parse(String text) {
    List<Part> parts = new ArrayList<>();
    Matcher matcher = EXPRESSION.matcher(text);
    int end = 0;
    while (matcher.find()) {
      addLiteral(text, text.substring(end, matcher.start()), parts);
      parts.add(expression(matcher.group(), matcher.group(1)));
      end = matcher.end();
    }
    addLiteral(text, text.substring(end), parts);
    return new Template(text, List.copyOf(parts));
  }

  private static void addLiteral(String whole, String literal, List<Part> parts) {
    if (literal.contains("${")) {
      throw new IllegalArgumentException("\"${\" is not closed in \"" + whole + "\"");
    }
    if (!literal.isEmpty()) {
      parts.add(new Literal(literal));
    }
  }

  private static Expression expression(String written, String inside) {
    int dot = inside.indexOf('.');
    String word = dot < 0 ? inside : inside.substring(0, dot);
    Source source =
        Arrays.stream(Source.values())
            .filter(candidate -> candidate.word().equals(word))
            .findFirst()
            .orElseThrow(() -> unknown(written));
    List<String> path = path(source, dot < 0 ? "" : inside.substring(dot + 1));
    boolean complete = source == Source.HEADER ? !path.isEmpty() : dot < 0 || !path.isEmpty();
    boolean allowed = path.isEmpty() || source == Source.HEADER || source.hasFields();
    if (!complete || !allowed || path.contains("")) {
      throw unknown(written);
    }
    return new Expression(source, path);
  }

  private static List<String> path(Source source, String rest) {
    if (rest.isEmpty()) {
      return List.of();
    }
    return source == Source.HEADER ? List.of(rest) : List.of(rest.split("\\.", -1));
  }

  private static IllegalArgumentException unknown(String written) {
    return new IllegalArgumentException(
        "unknown expression \""
            + written
            + "\"; known are ${key}, ${key.<field>}, ${value.<field>}, ${item.<field>},"
            + " ${header.<name>}, ${topic}, ${partition}, ${offset} and ${timestamp}");
  }

  /** The expression, when the template is nothing else. */
  public Optional<Expression> only() {
    return parts.size() == 1 && parts.get(0) instanceof Expression expression
        ? Optional.of(expression)
        : Optional.empty();
  }

  /** Whether any expression refers to this. */
  public boolean uses(Source source) {
    return parts.stream()
        .anyMatch(part -> part instanceof Expression expression && expression.source() == source);
  }

  @Override
  public String toString() {
    return text;
  }
}
