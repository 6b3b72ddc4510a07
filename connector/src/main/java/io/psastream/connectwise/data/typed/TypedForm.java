package io.psastream.connectwise.data.typed;

import io.psastream.connectwise.catalog.ItemSchema;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What typed values are to look like.
 *
 * @param unknown what becomes of fields that the catalogue does not know and of values that do not
 *     fit their type
 * @param timestamps whether times are Connect Timestamps; else text as it came
 * @param info what {@code _info} is, and with it whether there are maps at all
 * @param flattened the custom fields that have a field of their own besides
 * @param fields the {@code fields} option of the query, which narrows the schema
 */
public record TypedForm(
    Unknown unknown,
    boolean timestamps,
    InfoFormat info,
    List<Flattened> flattened,
    Optional<String> fields) {

  /** With {@code _info} as a map. */
  public TypedForm(
      Unknown unknown, boolean timestamps, List<Flattened> flattened, Optional<String> fields) {
    this(unknown, timestamps, InfoFormat.MAP, flattened, fields);
  }

  /** What becomes of a field that is unknown or does not fit. */
  public enum Unknown {
    /** Its JSON text goes into the map {@code _extra}. */
    COLLECT,
    DROP,
    /** The task stops. */
    FAIL
  }

  /** What {@code _info} is; whatever else would be a map is JSON text where that is none. */
  public enum InfoFormat {
    MAP,
    /** JSON text. */
    JSON,
    /** Left out. */
    NONE
  }

  /** A field that is asked for, though the catalogue does not know it of an item. */
  public Optional<String> unknownField(
      ItemSchema item, Function<String, Optional<ItemSchema>> schemas) {
    return fields.flatMap(text -> Selection.of(text).unknown(item, schemas));
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
