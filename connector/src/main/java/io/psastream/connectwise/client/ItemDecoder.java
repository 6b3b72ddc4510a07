package io.psastream.connectwise.client;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** Turns one JSON value of an answer into what the caller wants, straight from the stream. */
@FunctionalInterface
public interface ItemDecoder<T> {

  /**
   * Reads exactly one value; the parser stands on its first token and is left on its last.
   *
   * @throws IOException when the JSON is broken or the connection fails
   */
  T decode(JsonParser parser) throws IOException;
}
