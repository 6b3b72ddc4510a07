package io.psastream.connectwise.simulator.condition;

import com.fasterxml.jackson.databind.JsonNode;

/** What a condition can see of an item; only {@link #tree()} may cost something. */
public interface Row {

  /** Stands for a {@code lastUpdated} that is null. */
  long NO_TIME = Long.MIN_VALUE;

  long id();

  /** The second of the last update since the epoch, or {@link #NO_TIME}. */
  long lastUpdated();

  JsonNode tree();

  /** An element of an array, which has no time. */
  static Row element(long id, JsonNode element) {
    return new Row() {
      @Override
      public long id() {
        return id;
      }

      @Override
      public long lastUpdated() {
        return NO_TIME;
      }

      @Override
      public JsonNode tree() {
        return element;
      }
    };
  }
}
