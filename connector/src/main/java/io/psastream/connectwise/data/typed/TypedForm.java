package io.psastream.connectwise.data.typed;

import java.util.List;
import java.util.Optional;

/**
 * What typed values are to look like.
 *
 * @param unknown what becomes of fields that the catalogue does not know and of values that do not
 *     fit their type
 * @param timestamps whether times are Connect Timestamps; else text as it came
 * @param flattened the custom fields that have a field of their own besides
 * @param fields the {@code fields} option of the query, which narrows the schema
 */
public record TypedForm(
    Unknown unknown, boolean timestamps, List<Flattened> flattened, Optional<String> fields) {

  /** What becomes of a field that is unknown or does not fit. */
  public enum Unknown {
    /** Its JSON text goes into the map {@code _extra}. */
    COLLECT,
    DROP,
    /** The task stops. */
    FAIL
  }

  /** The type of a flattened custom field. */
  public enum FlattenedType {
    TEXT,
    NUMBER,
    BOOLEAN
  }

  /**
   * A custom field with a field of its own.
   *
   * @param name the name of that field
   */
  public record Flattened(String name, FlattenedType type) {

    /** The field of a caption: an Avro name. */
    public static Flattened of(String caption, FlattenedType type) {
      return new Flattened(CustomFieldFlattener.name(caption), type);
    }
  }
}
