package io.psastream.connectwise.client;

import java.io.IOException;
import java.util.function.Consumer;

/** Turns the body of a successful answer into items, straight from the stream. */
public interface ItemDecoder<T> {

  /** What a body has to be. */
  enum Media {
    /** The API's JSON; anything else is an answer of somebody else (P6). */
    JSON,
    /** Bytes of any type, save a web page that is no file: that is a login or a gateway (P6). */
    FILE,
    /** Bytes of any type, web pages too. */
    PAGE
  }

  /** What this decoder reads; a body of another kind never reaches it. */
  Media media();

  /**
   * Reads a body that is not blank, to its end, and passes its items on.
   *
   * @return whether there was anything; false for a JSON {@code null}
   * @throws IOException when the JSON is broken or the connection fails
   */
  boolean decode(AnswerBody body, Consumer<? super T> items) throws IOException;
}
