package io.psastream.connectwise.simulator.query;

import io.psastream.connectwise.simulator.condition.Condition;
import io.psastream.connectwise.simulator.condition.Condition.Operator;
import io.psastream.connectwise.simulator.condition.Field;
import io.psastream.connectwise.simulator.condition.Literal;
import io.psastream.connectwise.simulator.condition.Wildcards;
import io.psastream.connectwise.simulator.query.Lexer.Kind;
import io.psastream.connectwise.simulator.query.Lexer.Token;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A recursive-descent parser for the API's conditions. It is strict: what the API is not known to
 * take is refused (P13).
 *
 * <pre>
 * either     = both { OR both }
 * both       = one { AND one }
 * one        = "(" either ")" | NOT one | name test
 * test       = ("=" | "!=" | "<" | "<=" | ">" | ">=") value
 *            | [NOT] (IN "(" value { "," value } ")" | LIKE text | CONTAINS text)
 * value      = text | number | datetime | TRUE | FALSE | NULL
 * </pre>
 */
public final class ConditionParser {

  private final Fields fields;
  private final Datetimes datetimes;
  private final boolean allowsIn;
  private final List<Token> tokens;
  private int at;

  private ConditionParser(Dialect dialect, List<Token> tokens) {
    this.fields = dialect.fields();
    this.datetimes = dialect.datetimes();
    this.allowsIn = dialect.allowsIn();
    this.tokens = tokens;
  }

  /**
   * What a condition may say.
   *
   * @param fields the names it may use
   * @param datetimes how its times are read
   * @param allowsIn whether it may use {@code in}; only {@code conditions} may
   *     (docs/connectwise-api.md section 4)
   */
  public record Dialect(Fields fields, Datetimes datetimes, boolean allowsIn) {}

  /** Parses a condition; blank text matches everything. */
  public static Condition parse(String text, Dialect dialect) {
    if (text.isBlank()) {
      return Condition.all();
    }
    ConditionParser parser = new ConditionParser(dialect, Lexer.tokens(text));
    Condition condition = parser.either();
    if (parser.peek().kind() != Kind.END) {
      throw parser.unexpected();
    }
    return condition;
  }

  private Condition either() {
    List<Condition> parts = new ArrayList<>(List.of(both()));
    while (accept("or")) {
      parts.add(both());
    }
    return parts.size() == 1 ? parts.get(0) : new Condition.Or(parts);
  }

  private Condition both() {
    List<Condition> parts = new ArrayList<>(List.of(one()));
    while (accept("and")) {
      parts.add(one());
    }
    return parts.size() == 1 ? parts.get(0) : new Condition.And(parts);
  }

  private Condition one() {
    if (peek().kind() == Kind.OPEN) {
      take();
      Condition inner = either();
      expect(Kind.CLOSE);
      return inner;
    }
    if (accept("not")) {
      return new Condition.Not(one());
    }
    if (peek().kind() != Kind.WORD) {
      throw noCondition();
    }
    return test(fields.require(take().text()));
  }

  private Condition test(Field field) {
    if (peek().kind() == Kind.OPERATOR) {
      Operator operator = operator(take().text());
      return Comparisons.of(field, operator, Comparisons.comparable(field, operator, literal()));
    }
    boolean negated = accept("not");
    if (peek().is("in") && allowsIn) {
      take();
      return in(field, negated);
    }
    if (accept("like")) {
      return new Condition.Like(
          Comparisons.textual(field), Wildcards.pattern(expect(Kind.TEXT).text()), negated);
    }
    if (accept("contains")) {
      return new Condition.Contains(Comparisons.textual(field), expect(Kind.TEXT).text(), negated);
    }
    throw unexpected();
  }

  private Condition in(Field field, boolean negated) {
    expect(Kind.OPEN);
    List<Literal> literals = new ArrayList<>();
    do {
      literals.add(Comparisons.comparable(field, Operator.EQUAL, literal()));
    } while (peek().kind() == Kind.COMMA && take() != null);
    expect(Kind.CLOSE);
    return new Condition.In(field, List.copyOf(literals), negated);
  }

  private static Operator operator(String text) {
    return switch (text) {
      case "=" -> Operator.EQUAL;
      case "!=" -> Operator.NOT_EQUAL;
      case "<" -> Operator.LESS;
      case "<=" -> Operator.AT_MOST;
      case ">" -> Operator.GREATER;
      default -> Operator.AT_LEAST;
    };
  }

  private Literal literal() {
    Token token = take();
    return switch (token.kind()) {
      case TEXT -> new Literal.Text(token.text());
      case NUMBER -> new Literal.Numeric(number(token));
      case DATETIME -> time(token);
      case WORD -> word(token);
      default -> throw unexpected(token);
    };
  }

  private static BigDecimal number(Token token) {
    try {
      return new BigDecimal(token.text());
    } catch (NumberFormatException e) {
      throw unexpected(token);
    }
  }

  private Literal time(Token token) {
    try {
      return new Literal.Time(datetimes.read(token.text().strip()));
    } catch (DateTimeException e) {
      throw new QueryException("String was not recognized as a valid DateTime: " + token.text());
    }
  }

  private static Literal word(Token token) {
    return switch (token.text().toLowerCase(Locale.ROOT)) {
      case "true" -> new Literal.Bool(true);
      case "false" -> new Literal.Bool(false);
      case "null" -> new Literal.Null();
      default -> throw unexpected(token);
    };
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token take() {
    Token token = tokens.get(at);
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  private boolean accept(String word) {
    boolean accepted = peek().is(word);
    if (accepted) {
      take();
    }
    return accepted;
  }

  private Token expect(Kind kind) {
    if (peek().kind() != kind) {
      throw unexpected();
    }
    return take();
  }

  private QueryException unexpected() {
    return unexpected(peek());
  }

  private static QueryException unexpected(Token token) {
    return token.kind() == Kind.END
        ? Lexer.error("Unexpected end", token.at())
        : Lexer.error("Unexpected '" + token.text() + "'", token.at());
  }

  private QueryException noCondition() {
    return switch (peek().kind()) {
      case NUMBER -> QueryException.wrongKind("a boolean", "a numeric");
      case TEXT -> QueryException.wrongKind("a boolean", "a string");
      case DATETIME -> QueryException.wrongKind("a boolean", "a datetime");
      default -> unexpected();
    };
  }
}
