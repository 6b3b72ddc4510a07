package io.psastream.connectwise.callbacks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The body of a callback (P31).
 *
 * @param body as it came, byte by byte, which is what was signed
 * @param keyUrl where its sender says the key of its signature is
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record Callback(byte[] body, String keyUrl) {

  /** As large as signals may be; a ticket is a few kilobytes. */
  static final int LARGEST = 262_144;

  private static final String KEY_URL = "Metadata.key_url";
  private static final Set<String> WANTED = Set.of("Action", "Type", "ID", KEY_URL);

  private static final JsonFactory JSON = new JsonFactory();

  /** The callback that these bytes are; empty when they are none. */
  static Optional<Callback> of(byte[] body) {
    try (JsonParser parser = JSON.createParser(body)) {
      Map<String, String> texts = new HashMap<>();
      read(parser, "", texts);
      boolean complete = texts.keySet().containsAll(WANTED);
      return complete ? Optional.of(new Callback(body, texts.get(KEY_URL))) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads the wanted values of an object and what is in {@code Metadata}; the rest is skipped and
   * never held, since whoever reaches the port can send it.
   */
  private static void read(JsonParser parser, String path, Map<String, String> texts)
      throws IOException {
    if (path.isEmpty() && parser.nextToken() != JsonToken.START_OBJECT) {
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = path + parser.currentName();
      JsonToken value = parser.nextToken();
      if (value == JsonToken.START_OBJECT && name.equals("Metadata")) {
        read(parser, "Metadata.", texts);
      } else if (value.isScalarValue() && WANTED.contains(name)) {
        texts.put(name, parser.getText());
      } else {
        parser.skipChildren();
      }
    }
  }
}
