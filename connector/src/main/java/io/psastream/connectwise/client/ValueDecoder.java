package io.psastream.connectwise.client;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Turns one JSON value into one item. The elements of an array are values each, whatever the
 * operation declares, and any other body is one (api.md §3: some lists answer an object).
 */
@FunctionalInterface
public interface ValueDecoder<T> extends ItemDecoder<T> {

  /**
   * Reads exactly one value; the parser stands on its first token and is left on its last.
   *
   * @throws IOException when the JSON is broken or the connection fails
   */
  T decode(JsonParser parser) throws IOException;

  @Override
  default Media media() {
    return Media.JSON;
  }

  @Override
  default boolean decode(AnswerBody body, Consumer<? super T> items) throws IOException {
    try (JsonParser parser = body.parser()) {
      return AnswerBody.eachValue(parser, () -> items.accept(decode(parser)));
    }
  }
}
