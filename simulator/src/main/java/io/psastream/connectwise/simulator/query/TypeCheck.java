package io.psastream.connectwise.simulator.query;

import io.psastream.connectwise.simulator.condition.Condition.Operator;
import io.psastream.connectwise.simulator.condition.Field;
import io.psastream.connectwise.simulator.condition.Literal;

/** Refuses comparisons of things that do not compare. */
final class TypeCheck {

  private TypeCheck() {}

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

  /** Several fields that the specification calls strings hold dates (api.md section 5). */
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
}
