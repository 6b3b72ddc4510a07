package io.psastream.connectwise.data.typed;

import io.psastream.connectwise.data.Numbers;
import io.psastream.connectwise.data.SchemaNames;
import io.psastream.connectwise.data.typed.TypedForm.Flattened;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Copies the values of chosen custom fields into fields of the item itself, named after their
 * captions. The array keeps all of them, so that nothing is lost where a value is not of the type
 * that was chosen, and so that an update can send it whole (P38).
 */
final class CustomFieldFlattener {

  /** The field of an item that holds its custom fields (docs/connectwise-api.md section 5). */
  static final String FIELD = "customFields";

  /** Their schema in the catalogue. */
  static final String ITEM = "CustomFieldValue";

  static final String VALUE = "value";
  private static final String CAPTION = "caption";

  private static final Pattern BOOLEAN = Pattern.compile("(?i)true|false");
  private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9_]");

  private final Map<String, Flattened> wanted = new HashMap<>();

  CustomFieldFlattener(List<Flattened> flattened) {
    flattened.forEach(field -> wanted.put(field.name(), field));
  }

  static Schema schema(Flattened field) {
    return switch (field.type()) {
      case TEXT -> Schema.OPTIONAL_STRING_SCHEMA;
      case NUMBER -> Schema.OPTIONAL_FLOAT64_SCHEMA;
      case BOOLEAN -> Schema.OPTIONAL_BOOLEAN_SCHEMA;
    };
  }

  /** The name of the field for a caption: an Avro name. */
  static String name(String caption) {
    return SchemaNames.FLATTENED + NOT_IN_NAMES.matcher(caption.strip()).replaceAll("_");
  }

  void flatten(Struct item) {
    if (wanted.isEmpty() || item.schema().field(FIELD) == null || item.get(FIELD) == null) {
      return;
    }
    for (Object element : item.getArray(FIELD)) {
      if (element instanceof Struct custom
          && custom.get(CAPTION) instanceof String caption
          && custom.get(VALUE) instanceof String text) {
        Flattened field = wanted.get(name(caption));
        if (field != null) {
          item.put(field.name(), value(field, text));
        }
      }
    }
  }

  /** Null where the text is not of the type, or has more digits than that keeps. */
  private static Object value(Flattened field, String text) {
    return switch (field.type()) {
      case TEXT -> text;
      case NUMBER -> Numbers.float64(text);
      case BOOLEAN -> BOOLEAN.matcher(text).matches() ? Boolean.valueOf(text) : null;
    };
  }
}
