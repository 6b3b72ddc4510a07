package io.psastream.connectwise.simulator.condition;

import io.psastream.connectwise.simulator.condition.Condition.IdCompare;
import io.psastream.connectwise.simulator.condition.Condition.Operator;

/**
 * The ids outside of which a condition cannot match, so that a scan begins and ends there. It may
 * be wider than what matches, never narrower.
 */
public record IdRange(long first, long last) {

  public static final IdRange EVERYTHING = new IdRange(Long.MIN_VALUE, Long.MAX_VALUE);

  /** The range that this condition implies. */
  public static IdRange of(Condition condition) {
    if (condition instanceof IdCompare compare) {
      return of(compare.operator(), compare.value());
    }
    IdRange range = EVERYTHING;
    if (condition instanceof Condition.And and) {
      for (Condition part : and.parts()) {
        range = range.and(of(part));
      }
    }
    return range;
  }

  private static IdRange of(Operator operator, long value) {
    return switch (operator) {
      case EQUAL -> new IdRange(value, value);
      case GREATER -> value == Long.MAX_VALUE ? EVERYTHING : new IdRange(value + 1, Long.MAX_VALUE);
      case AT_LEAST -> new IdRange(value, Long.MAX_VALUE);
      case LESS -> value == Long.MIN_VALUE ? EVERYTHING : new IdRange(Long.MIN_VALUE, value - 1);
      case AT_MOST -> new IdRange(Long.MIN_VALUE, value);
      case NOT_EQUAL -> EVERYTHING;
    };
  }

  /** What is in both. */
  public IdRange and(IdRange other) {
    return new IdRange(Math.max(first, other.first), Math.min(last, other.last));
  }

  /** Nothing can match. */
  public boolean isEmpty() {
    return first > last;
  }
}
