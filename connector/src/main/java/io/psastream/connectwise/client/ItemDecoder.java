package io.psastream.connectwise.client;

import java.io.IOException;
import java.util.function.Consumer;

/** Decodes the body of a successful answer into items, from the stream. */
public interface ItemDecoder<T> {

  /** The content that a decoder accepts. */
  enum Media {
    /** JSON; any other content is not an answer of the API (P6). */
    JSON,
    /** Any content but a web page without a file name, which is a login or a gateway's (P6). */
    FILE,
    /** Any content, including web pages. */
    PAGE
  }

  /** What this decoder accepts; it is given no other content. */
  Media media();

  /**
   * Reads a body that is not blank, to its end, and passes its items on.
   *
   * @return whether there was a value; false for a JSON {@code null}
   * @throws IOException when the JSON is broken or the connection fails
   */
  boolean decode(AnswerBody body, Consumer<? super T> items) throws IOException;
}
