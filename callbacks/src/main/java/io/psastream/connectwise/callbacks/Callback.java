package io.psastream.connectwise.callbacks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;

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

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The callback that these bytes are; empty when they are none. */
  static Optional<Callback> of(byte[] body) {
    JsonNode tree;
    try {
      tree = JSON.readTree(body);
    } catch (IOException e) {
      return Optional.empty();
    }
    JsonNode keyUrl = tree.path("Metadata").path("key_url");
    boolean complete =
        tree.path("Action").isTextual()
            && tree.path("Type").isTextual()
            && tree.has("ID")
            && keyUrl.isTextual();
    return complete ? Optional.of(new Callback(body, keyUrl.textValue())) : Optional.empty();
  }
}
