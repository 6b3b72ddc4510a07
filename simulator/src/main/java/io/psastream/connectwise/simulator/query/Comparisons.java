package io.psastream.connectwise.simulator.query;

import io.psastream.connectwise.simulator.condition.Condition;
import io.psastream.connectwise.simulator.condition.Condition.Operator;
import io.psastream.connectwise.simulator.condition.Field;
import io.psastream.connectwise.simulator.condition.Literal;
import java.math.BigDecimal;

/** Builds comparisons, and refuses those of things that do not compare. */
final class Comparisons {

  private Comparisons() {}

  /** Refuses a value that the field cannot hold, and an order among things that have none. */
  static Literal comparable(Field field, Operator operator, Literal literal) {
    boolean equality = operator == Operator.EQUAL || operator == Operator.NOT_EQUAL;
    if (literal instanceof Literal.Null) {
      if (equality) {
        return literal;
      }
      throw new QueryException("The value null can only be compared with = and !=.");
    }
    String expected =
        switch (field.type()) {
          case ID, NUMBER -> literal instanceof Literal.Numeric ? "" : "a numeric";
          case BOOLEAN -> literal instanceof Literal.Bool ? "" : "a boolean";
          case LAST_UPDATED, DATETIME -> literal instanceof Literal.Time ? "" : "a datetime";
          case TEXT -> literal instanceof Literal.Text || isTime(literal) ? "" : "a string";
          case ANY -> "";
          case OBJECT, ARRAY -> throw QueryException.unknownName(field.name());
        };
    if (!expected.isEmpty()) {
      throw QueryException.wrongKind(expected, literal.kind());
    }
    return literal;
  }

  /**
   * Several fields that the specification calls strings hold dates (docs/connectwise-api.md section
   * 5).
   */
  private static boolean isTime(Literal literal) {
    return literal instanceof Literal.Time;
  }

  /** Refuses a field that is no text. */
  static Field textual(Field field) {
    return switch (field.type()) {
      case TEXT, ANY -> field;
      case OBJECT, ARRAY -> throw QueryException.unknownName(field.name());
      default ->
          throw new QueryException(
              "like and contains need a string, " + field.name() + " is none.");
    };
  }

  /** The comparison of a field, in its cheapest form. */
  static Condition of(Field field, Operator operator, Literal literal) {
    if (field.type() == Field.Type.ID
        && literal instanceof Literal.Numeric number
        && whole(number.value())) {
      return new Condition.IdCompare(operator, number.value().longValue());
    }
    if (field.type() == Field.Type.LAST_UPDATED && literal instanceof Literal.Time time) {
      return new Condition.UpdatedCompare(operator, time.value());
    }
    return new Condition.Compare(field, operator, literal);
  }

  private static boolean whole(BigDecimal value) {
    return value.stripTrailingZeros().scale() <= 0
        && value.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
  }
}
