package io.psastream.connectwise.template;

import io.psastream.connectwise.template.Template.Expression;
import io.psastream.connectwise.template.Template.Literal;
import io.psastream.connectwise.template.Template.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Conditions of the API's query language with expressions in them, such as <code>
 * externalXRef="${key}"</code>. Whatever an expression gives stays the value that it stands for: it
 * can neither end its text nor add to the condition.
 *
 * <p>The language documents no escapes but {@code [[]} for a bracket of a pattern
 * (docs/connectwise-api.md section 4, P13). So a text that holds one kind of quote is put into the
 * other kind, wildcards of a pattern go into brackets, and what cannot be said for certain (both
 * kinds of quotes, a backslash, control characters, brackets outside of a pattern) is refused: a
 * look-up that misses would create twice.
 */
public final class Conditions {

  private static final Pattern NUMBER_OR_FLAG =
      Pattern.compile("-?\\d{1,18}(\\.\\d{1,9})?|true|false", Pattern.CASE_INSENSITIVE);
  private static final Pattern TIME = Pattern.compile("[0-9]{4}-[0-9T:.Z+-]{1,30}");

  /** A text or time, whose blanks count, up to its end; an operator; or blanks. */
  private static final Pattern BLANKS =
      Pattern.compile(
          "(\"[^\"]*+(?:\"|\\z)|'[^']*+(?:'|\\z)|\\[[^\\]]*+(?:]|\\z))"
              + "|\\s*+([=<>!(),]\\s*+)|\\s++");

  /** Words of the language, whose case does not matter, and what stays as it is. */
  private static final Pattern WORDS =
      Pattern.compile(
          "\"[^\"]*+(?:\"|\\z)|'[^']*+(?:'|\\z)|\\[[^\\]]*+(?:]|\\z)|\\$\\{[^}]*+}"
              + "|(?<![\\w/])(and|or|not|in|like|contains|true|false|null)(?![\\w/])",
          Pattern.CASE_INSENSITIVE);

  private final Template template;
  private final List<Piece> pieces;

  sealed interface Piece {}

  /** What stands outside of quotes and brackets. */
  record Raw(Part part) implements Piece {}

  /** What stands between quotes or brackets. */
  record Enclosed(char opening, Means means, List<Part> parts) implements Piece {}

  /** What an enclosed text means to the operator before it. */
  enum Means {
    EXACTLY,
    PATTERN,
    CONTAINED,
    TIME
  }

  private Conditions(Template template, List<Piece> pieces) {
    this.template = template;
    this.pieces = pieces;
  }

  /**
   * Compiles conditions.
   *
   * @throws IllegalArgumentException when they are not well-formed or refer to nothing of the
   *     record
   */
  public static Conditions parse(String text) {
    Template template = Template.parse(text);
    if (template.parts().stream().noneMatch(Expression.class::isInstance)) {
      throw new IllegalArgumentException(
          "it finds the same item for every record; refer to the record, as in"
              + " externalXRef=\"${key}\"");
    }
    return of(template);
  }

  /**
   * The conditions that a template gives, whatever fills it in.
   *
   * @throws IllegalArgumentException when they are not well-formed
   */
  public static Conditions of(Template template) {
    List<Piece> pieces = new ArrayList<>();
    ConditionsParser parser = new ConditionsParser(pieces);
    for (Part part : template.parts()) {
      if (part instanceof Literal literal) {
        literal.text().chars().forEach(c -> parser.character((char) c));
      } else {
        parser.expression((Expression) part);
      }
    }
    parser.end();
    return new Conditions(template, List.copyOf(pieces));
  }

  /** The same conditions without the blanks that separate nothing, for comparing them. */
  public static String withoutIdleBlanks(String text) {
    return BLANKS
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    found.group(1) != null
                        ? found.group(1)
                        : found.group(2) != null ? found.group(2).strip() : " "))
        .strip();
  }

  /**
   * The same conditions in the one form of all that certainly mean the same, for comparing them.
   */
  public static String comparable(String text) {
    return WORDS
        .matcher(withoutIdleBlanks(text))
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    found.group(1) == null
                        ? found.group()
                        : found.group(1).toLowerCase(Locale.ROOT)));
  }

  /**
   * Whether everything that conditions open is closed again and nothing else, so that they stay
   * within brackets that are put around them.
   */
  public static boolean isClosed(String text) {
    int open = 0;
    char enclosing = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (enclosing != 0) {
        enclosing = c == enclosing ? 0 : enclosing;
      } else if (c == '"' || c == '\'') {
        enclosing = c;
      } else if (c == '[') {
        enclosing = ']';
      } else if (c == '(') {
        open++;
      } else if (c == ')' && --open < 0) {
        return false;
      }
    }
    return open == 0 && enclosing == 0;
  }

  /** Whether any expression refers to this. */
  public boolean uses(Template.Source source) {
    return template.uses(source);
  }

  /**
   * The conditions of a record.
   *
   * @param values gives the text of an expression
   * @throws IllegalArgumentException when a text cannot be expressed; the message names the
   *     expression and quotes nothing
   */
  public String fill(Function<Expression, String> values) {
    StringBuilder filled = new StringBuilder();
    for (Piece piece : pieces) {
      if (piece instanceof Enclosed enclosed) {
        append(enclosed, values, filled);
      } else if (((Raw) piece).part() instanceof Literal literal) {
        filled.append(literal.text());
      } else {
        filled.append(bare((Expression) ((Raw) piece).part(), values));
      }
    }
    return filled.toString();
  }

  private static String bare(Expression expression, Function<Expression, String> values) {
    String value = values.apply(expression);
    if (!NUMBER_OR_FLAG.matcher(value).matches()) {
      throw new IllegalArgumentException(
          expression + " is neither a number nor true or false; put the expression into quotes");
    }
    return value;
  }

  private static void append(
      Enclosed enclosed, Function<Expression, String> values, StringBuilder filled) {
    StringBuilder inside = new StringBuilder();
    for (Part part : enclosed.parts()) {
      inside.append(
          part instanceof Literal literal
              ? literal.text()
              : escaped(enclosed.means(), (Expression) part, values.apply((Expression) part)));
    }
    if (enclosed.means() == Means.TIME) {
      filled.append('[').append(inside).append(']');
      return;
    }
    char quote = enclosed.opening();
    if (inside.indexOf(String.valueOf(quote)) >= 0) {
      quote = quote == '"' ? '\'' : '"';
    }
    if (inside.indexOf(String.valueOf(quote)) >= 0) {
      throw new IllegalArgumentException(
          "a text with both kinds of quotes cannot be looked up: conditions have no escape for"
              + " them");
    }
    filled.append(quote).append(inside).append(quote);
  }

  private static String escaped(Means means, Expression expression, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(expression + " is empty");
    }
    if (value.indexOf('\\') >= 0) {
      throw inexpressible(expression, "a backslash", "");
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw inexpressible(expression, "a line break or another control character", "");
    }
    boolean brackets = value.indexOf('[') >= 0 || value.indexOf(']') >= 0;
    return switch (means) {
      case PATTERN -> value.replaceAll("[\\[*%_]", "[$0]");
      case EXACTLY -> {
        if (brackets) {
          throw inexpressible(expression, "a bracket", " with =; use like in its place");
        }
        yield value;
      }
      case CONTAINED -> {
        if (brackets || value.indexOf('*') >= 0 || value.indexOf('%') >= 0) {
          throw inexpressible(
              expression, "a bracket or a wildcard", " with contains; use like in its place");
        }
        yield value;
      }
      case TIME -> {
        if (!TIME.matcher(value).matches()) {
          throw new IllegalArgumentException(
              expression + " is not a time such as 2026-01-31T12:00:00Z");
        }
        yield value;
      }
    };
  }

  private static IllegalArgumentException inexpressible(
      Expression expression, String what, String how) {
    return new IllegalArgumentException(
        expression + " has " + what + ", which conditions cannot express" + how);
  }

  @Override
  public String toString() {
    return template.text();
  }
}
