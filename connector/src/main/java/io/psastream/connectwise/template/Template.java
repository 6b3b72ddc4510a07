package io.psastream.connectwise.template;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Text with expressions such as <code>${key.id}</code> that a record fills in, or <code>
 * ${parent.id}</code> that the parent of a child query fills in, compiled once.
 *
 * @param text the template as it was written
 * @param parts its literal text and its expressions, in order
 */
public record Template(String text, List<Part> parts) {

  /** The name of a field in quotes, in which a quote is doubled. */
  private static final String NAME_IN_QUOTES = "'(?:[^']++|'')*+'";

  private static final Pattern NAME =
      Pattern.compile("\\G(" + NAME_IN_QUOTES + "(?=\\.|\\z)|[^.]*)(\\.|\\z)");

  /** What looks like an expression and is none: {@code $key}, {@code $(key)}, {@code {key}}. */
  private static final Pattern MISTYPED =
      Pattern.compile("(?:\\$[(\\[]?|\\{)((\\w{1,9}+)\\b(?:\\.[\\w./]{1,100}+)?)");

  /** So much of a text is quoted. */
  private static final int QUOTED = 200;

  /** What a template consists of. */
  public sealed interface Part permits Literal, Expression {}

  /** Text that stands for itself. */
  public record Literal(String text) implements Part {}

  /**
   * A reference into the record or the parent.
   *
   * @param source what of the record
   * @param path the fields to go down, outermost first, without the quotes that a name with a dot
   *     needs; for a header its name alone, for a parent the whole path with its slashes
   */
  public record Expression(Source source, List<String> path) implements Part {

    /** The expression as it is written. */
    @Override
    public String toString() {
      return path.stream()
          .map(name -> "." + (source.hasFields() ? quoted(name) : name))
          .collect(Collectors.joining("", "${" + source.word(), "}"));
    }

    private static String quoted(String name) {
      return name.matches("(?s)[^.}']*") ? name : "'" + name.replace("'", "''") + "'";
    }
  }

  /** What an expression refers to: something of a record, or the parent. */
  public enum Source {
    KEY,
    VALUE,
    ITEM,
    HEADER,
    TOPIC,
    PARTITION,
    OFFSET,
    TIMESTAMP,
    PARENT;

    /** What a record has. */
    private static final Set<Source> OF_RECORDS = EnumSet.complementOf(EnumSet.of(PARENT));

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private boolean hasFields() {
      return this == KEY || this == VALUE || this == ITEM;
    }

    /** Whether it needs a name, which is taken as it stands. */
    private boolean named() {
      return this == HEADER || this == PARENT;
    }
  }

  /**
   * Compiles a template that a record fills in.
   *
   * @throws IllegalArgumentException when an expression is unknown; the message quotes it
   */
  public static Template parse(String text) {
    return parse(text, Source.OF_RECORDS);
  }

  /**
   * Compiles a template that the parent of a child query fills in.
   *
   * @throws IllegalArgumentException when an expression is unknown; the message quotes it
   */
  public static Template ofParent(String text) {
    return parse(text, EnumSet.of(Source.PARENT));
  }

  private static Template parse(String text, Set<Source> known) {
    List<Part> parts = new ArrayList<>();
    int end = 0;
    for (int open = text.indexOf("${"); open >= 0; open = text.indexOf("${", end)) {
      int close = close(text, open + 2);
      if (close < 0) {
        throw new IllegalArgumentException("\"${\" is not closed in \"" + shortened(text) + "\"");
      }
      addLiteral(text.substring(end, open), known, parts);
      end = close + 1;
      parts.add(expression(text.substring(open, end), text.substring(open + 2, close), known));
    }
    addLiteral(text.substring(end), known, parts);
    return new Template(text, List.copyOf(parts));
  }

  /** Where an expression ends, whose quoted names may hold a brace; -1 where it does not. */
  private static int close(String text, int from) {
    for (int at = from; at < text.length(); at++) {
      if (text.charAt(at) == '}') {
        return at;
      }
      if (text.startsWith(".'", at)) {
        at = Math.max(at, endOfQuotes(text, at + 1));
      }
    }
    return -1;
  }

  /** The closing quote of a name, after which the name ends; -1 where there is none. */
  private static int endOfQuotes(String text, int opening) {
    for (int at = text.indexOf('\'', opening + 1); at >= 0; at = text.indexOf('\'', at + 2)) {
      char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
      if (next != '\'') {
        return next == '.' || next == '}' ? at : -1;
      }
    }
    return -1;
  }

  private static void addLiteral(String literal, Set<Source> known, List<Part> parts) {
    Matcher mistyped = MISTYPED.matcher(literal);
    while (mistyped.find()) {
      String word = mistyped.group(2);
      if (known.stream().anyMatch(source -> source.word().equals(word))) {
        throw new IllegalArgumentException(
            "\""
                + mistyped.group()
                + "\" is no expression; write it as ${"
                + mistyped.group(1)
                + "}");
      }
    }
    if (!literal.isEmpty()) {
      parts.add(new Literal(literal));
    }
  }

  private static String shortened(String text) {
    return text.length() > QUOTED ? text.substring(0, QUOTED) + "…" : text;
  }

  private static Expression expression(String written, String inside, Set<Source> known) {
    int dot = inside.indexOf('.');
    String word = dot < 0 ? inside : inside.substring(0, dot);
    Source source =
        known.stream()
            .filter(candidate -> candidate.word().equals(word))
            .findFirst()
            .orElseThrow(() -> unknown(written, known));
    List<String> path = path(source, dot < 0 ? "" : inside.substring(dot + 1));
    boolean complete = source.named() ? !path.isEmpty() : dot < 0 || !path.isEmpty();
    boolean allowed = path.isEmpty() || source.named() || source.hasFields();
    if (!complete || !allowed || path.contains("")) {
      throw unknown(written, known);
    }
    return new Expression(source, path);
  }

  private static List<String> path(Source source, String rest) {
    if (rest.isEmpty()) {
      return List.of();
    }
    if (source.named()) {
      return List.of(rest);
    }
    List<String> names = new ArrayList<>();
    Matcher name = NAME.matcher(rest);
    do {
      name.find();
      names.add(unquoted(name.group(1)));
    } while (!name.group(2).isEmpty());
    return names;
  }

  /** A name in quotes may hold what else would end it. */
  private static String unquoted(String name) {
    return name.matches("(?s)" + NAME_IN_QUOTES)
        ? name.substring(1, name.length() - 1).replace("''", "'")
        : name;
  }

  private static IllegalArgumentException unknown(String written, Set<Source> known) {
    String all =
        known.contains(Source.PARENT)
            ? "; known is ${parent.<field>}, such as ${parent.company/id}"
            : "; known are ${key}, ${key.<field>}, ${value.<field>}, ${item.<field>},"
                + " ${header.<name>}, ${topic}, ${partition}, ${offset} and ${timestamp}";
    return new IllegalArgumentException("unknown expression \"" + shortened(written) + "\"" + all);
  }

  /** The text with every expression replaced. */
  public String fill(Function<Expression, String> values) {
    StringBuilder filled = new StringBuilder();
    for (Part part : parts) {
      filled.append(
          part instanceof Literal literal ? literal.text() : values.apply((Expression) part));
    }
    return filled.toString();
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
