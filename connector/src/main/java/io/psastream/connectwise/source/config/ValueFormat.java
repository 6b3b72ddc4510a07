package io.psastream.connectwise.source.config;

import java.util.List;

/**
 * What the values of a query's records are.
 *
 * @param mode their form
 * @param unknown what becomes of fields that the catalogue does not know and of values that do not
 *     fit their type; for typed values
 * @param timestamps whether times are Connect Timestamps and not text; for typed values
 * @param flattened the custom fields that have a field of their own; for typed values
 */
public record ValueFormat(
    SchemaMode mode, Unknown unknown, boolean timestamps, List<Flattened> flattened) {

  /** The form of a value. */
  public enum SchemaMode {
    /** A Struct with the schema of the catalogue. */
    TYPED,
    /** A string: the item's JSON as it came. */
    JSON,
    /** Maps, lists and scalars, without a schema. */
    NONE
  }

  /** What becomes of a field that is unknown or does not fit. */
  public enum Unknown {
    COLLECT,
    DROP,
    FAIL
  }

  /** A custom field with a field of its own. */
  public record Flattened(String caption, FlattenedType type) {}

  /** The type of such a field. */
  public enum FlattenedType {
    TEXT,
    NUMBER,
    BOOLEAN
  }
}
