package io.psastream.connectwise.simulator.condition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A condition, parsed and typed. A field without value matches {@code = null} and no other
 * comparison, as in SQL.
 */
public sealed interface Condition {

  /** Matches everything. */
  static Condition all() {
    return new And(List.of());
  }

  boolean matches(Row row);

  /** Whether matching needs the JSON of the item; those that do not are tried first. */
  boolean readsTree();

  /** All of them. */
  record And(List<Condition> parts) implements Condition {
    public And {
      parts =
          parts.stream().sorted((a, b) -> Boolean.compare(a.readsTree(), b.readsTree())).toList();
    }

    @Override
    public boolean matches(Row row) {
      for (Condition part : parts) {
        if (!part.matches(row)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean readsTree() {
      return parts.stream().anyMatch(Condition::readsTree);
    }
  }

  /** At least one of them. */
  record Or(List<Condition> parts) implements Condition {
    @Override
    public boolean matches(Row row) {
      return parts.stream().anyMatch(part -> part.matches(row));
    }

    @Override
    public boolean readsTree() {
      return parts.stream().anyMatch(Condition::readsTree);
    }
  }

  /** The opposite. */
  record Not(Condition part) implements Condition {
    @Override
    public boolean matches(Row row) {
      return !part.matches(row);
    }

    @Override
    public boolean readsTree() {
      return part.readsTree();
    }
  }

  /** The comparisons. */
  enum Operator {
    EQUAL,
    NOT_EQUAL,
    LESS,
    AT_MOST,
    GREATER,
    AT_LEAST;

    boolean accepts(int comparison) {
      return switch (this) {
        case EQUAL -> comparison == 0;
        case NOT_EQUAL -> comparison != 0;
        case LESS -> comparison < 0;
        case AT_MOST -> comparison <= 0;
        case GREATER -> comparison > 0;
        case AT_LEAST -> comparison >= 0;
      };
    }
  }

  /** The id against a whole number. */
  record IdCompare(Operator operator, long value) implements Condition {
    @Override
    public boolean matches(Row row) {
      return operator.accepts(Long.compare(row.id(), value));
    }

    @Override
    public boolean readsTree() {
      return false;
    }
  }

  /** The last update, known to the second, against a time that may be finer. */
  record UpdatedCompare(Operator operator, Instant value) implements Condition {
    @Override
    public boolean matches(Row row) {
      long updated = row.lastUpdated();
      if (updated == Row.NO_TIME) {
        return false;
      }
      int comparison = Long.compare(updated, value.getEpochSecond());
      return operator.accepts(comparison != 0 ? comparison : -value.getNano());
    }

    @Override
    public boolean readsTree() {
      return false;
    }
  }

  /** A field against a value. */
  record Compare(Field field, Operator operator, Literal literal) implements Condition {
    @Override
    public boolean matches(Row row) {
      if (literal instanceof Literal.Null) {
        return field.value(row).isMissingNode() == (operator == Operator.EQUAL);
      }
      JsonNode found = field.value(row);
      OptionalInt comparison = literal.compare(found);
      return comparison.isPresent() && operator.accepts(comparison.getAsInt());
    }

    @Override
    public boolean readsTree() {
      return true;
    }
  }

  /** A field against several values. */
  record In(Field field, List<Literal> literals, boolean negated) implements Condition {
    @Override
    public boolean matches(Row row) {
      JsonNode found = field.value(row);
      if (found.isMissingNode()) {
        return false;
      }
      return negated != literals.stream().anyMatch(each -> isEqual(each, found));
    }

    private static boolean isEqual(Literal literal, JsonNode found) {
      OptionalInt comparison = literal.compare(found);
      return comparison.isPresent() && comparison.getAsInt() == 0;
    }

    @Override
    public boolean readsTree() {
      return field.type() != Field.Type.ID;
    }
  }

  /** A text field against a pattern. */
  record Like(Field field, Pattern pattern, boolean negated) implements Condition {
    @Override
    public boolean matches(Row row) {
      JsonNode found = field.value(row);
      return found.isValueNode()
          && !found.isMissingNode()
          && negated != pattern.matcher(found.asText()).matches();
    }

    @Override
    public boolean readsTree() {
      return true;
    }
  }

  /** A text field that has this text inside. */
  record Contains(Field field, String text, boolean negated) implements Condition {
    @Override
    public boolean matches(Row row) {
      JsonNode found = field.value(row);
      return found.isValueNode()
          && !found.isMissingNode()
          && negated != lower(found.asText()).contains(lower(text));
    }

    private static String lower(String text) {
      return text.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean readsTree() {
      return true;
    }
  }

  /**
   * An element of an array that matches by itself. The condition inside names the fields of the
   * element below the name of the array, as {@code childConditions} does.
   */
  record AnyElement(String array, Condition inner) implements Condition {
    @Override
    public boolean matches(Row row) {
      for (JsonNode element : row.tree().path(array)) {
        JsonNode wrapped = JsonNodeFactory.instance.objectNode().set(array, element);
        if (inner.matches(Row.element(element.path("id").asLong(), wrapped))) {
          return true;
        }
      }
      return false;
    }

    @Override
    public boolean readsTree() {
      return true;
    }
  }

  /** This condition without what it says about {@code lastUpdated} at its top level. */
  default Condition withoutLastUpdated() {
    if (this instanceof UpdatedCompare) {
      return all();
    }
    return this instanceof And and
        ? new And(and.parts().stream().map(Condition::withoutLastUpdated).toList())
        : this;
  }
}
