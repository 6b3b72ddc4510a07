package io.psastream.connectwise.data.typed;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.psastream.connectwise.client.SlicingParser;
import io.psastream.connectwise.data.JsonText;
import io.psastream.connectwise.data.SchemaNames;
import io.psastream.connectwise.data.typed.TypedForm.InfoFormat;
import io.psastream.connectwise.data.typed.TypedForm.Unknown;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * Does with a value that is unknown or does not fit what {@code unknown.fields} says: its JSON text
 * is collected under its path (a JSON Pointer within the item, without the first slash: {@code
 * company/identifier}, {@code types/0}), or it is dropped, or it fails the task.
 */
final class Extra {

  /** The path of an item that is no object. */
  private static final String WHOLE_ITEM = "_item";

  private final SlicingParser json;
  private final JsonParser parser;
  private final Unknown unknown;
  private final boolean withoutInfo;
  private final String operation;
  private final OptionalLong id;
  private Map<String, String> collected = Map.of();

  /**
   * @param operation what has returned the item, for messages
   * @param id that of the item, for messages
   */
  Extra(SlicingParser json, TypedForm form, String operation, OptionalLong id) {
    this.json = json;
    this.parser = json.parser();
    this.unknown = form.unknown();
    this.withoutInfo = form.info() == InfoFormat.NONE;
    this.operation = operation;
    this.id = id;
  }

  /** Takes the value on whose first token the parser stands and leaves it on its last. */
  void take() throws IOException {
    if (unknown == Unknown.DROP || leftOut()) {
      parser.skipChildren();
      return;
    }
    String path = path();
    if (unknown == Unknown.FAIL) {
      throw new DataException(
          operation
              + " returned "
              + (id.isPresent() ? "item " + id.getAsLong() : "an item")
              + " with a field that the catalogue does not know, or a value that does not fit its"
              + " type: "
              + path
              + ". Set unknown.fields to collect or drop. The task stops.");
    }
    if (collected.isEmpty()) {
      collected = new LinkedHashMap<>();
    }
    collected.put(path, text());
  }

  private boolean leftOut() throws IOException {
    return withoutInfo && SchemaNames.INFO.equals(parser.currentName());
  }

  /** The JSON text of the value on whose first token the parser stands; leaves it on its last. */
  String text() throws IOException {
    JsonToken token = parser.currentToken();
    if (token.isStructStart()) {
      return json.text().replace("\0", "");
    }
    return token == JsonToken.VALUE_STRING
        ? '"' + new String(JsonStringEncoder.getInstance().quoteAsString(parser.getText())) + '"'
        : parser.getText();
  }

  private String path() {
    String pointer = parser.getParsingContext().pathAsPointer().toString();
    return pointer.isEmpty() ? WHOLE_ITEM : pointer.substring(1).replace("\0", "");
  }

  /** Puts what was collected into the item. */
  void putInto(Struct item) {
    if (!collected.isEmpty()) {
      boolean map = item.schema().field(SchemaNames.EXTRA).schema().type() == Schema.Type.MAP;
      item.put(SchemaNames.EXTRA, map ? collected : JsonText.ofMembers(collected).toString());
    }
  }
}
