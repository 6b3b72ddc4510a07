package io.psastream.connectwise.data;

import org.apache.kafka.connect.data.Schema;

/**
 * The names of the schemas that typed values have. They are Avro names, and do not change: what
 * consumers and the sink recognize a value by.
 */
public final class SchemaNames {

  /** The namespace of all of them. */
  public static final String NAMESPACE = "io.psastream.connectwise.";

  /** Of a string that is the JSON text of a value without a fixed type. */
  public static final String JSON = NAMESPACE + "Json";

  /** Of an element of {@code customFields}. */
  public static final String CUSTOM_FIELD = NAMESPACE + "CustomFieldValue";

  /** The field that says what JSON the text of a custom field's value was. */
  public static final String VALUE_TYPE = "valueType";

  /** The field for what the API says of an item or of a reference, such as when it was updated. */
  public static final String INFO = "_info";

  /** The field for what the catalogue does not know or what does not fit its type. */
  public static final String EXTRA = "_extra";

  /** What the names of flattened custom fields begin with. */
  public static final String FLATTENED = "cf_";

  private SchemaNames() {}

  /** Whether a value with this schema was made by the source connector. */
  public static boolean isOurs(Schema schema) {
    return schema != null && schema.name() != null && schema.name().startsWith(NAMESPACE);
  }
}
