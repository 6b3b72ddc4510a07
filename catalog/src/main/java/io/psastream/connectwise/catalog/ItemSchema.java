package io.psastream.connectwise.catalog;

import java.util.List;

/**
 * The fields of an item or of a reference inside an item.
 *
 * @param name the name of the schema, such as {@code Ticket}
 * @param fields its fields, in the order of the specification
 */
public record ItemSchema(String name, List<Field> fields) {

  /**
   * One field.
   *
   * @param name its name in JSON, case-sensitive
   * @param type "string", "boolean", "integer", "long", "number", "datetime", "object" (free form,
   *     lists of lists included), "map" (string to string), or the name of another schema
   * @param array whether the field is a list of that type
   * @param required whether a create must give it
   */
  public record Field(String name, String type, boolean array, boolean required) {}
}
