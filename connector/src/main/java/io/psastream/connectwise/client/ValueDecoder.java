package io.psastream.connectwise.client;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Decodes one JSON value into one item. Each element of an array is a value, and any other body is
 * one value, whatever the operation declares (docs/connectwise-api.md section 3: some lists answer
 * an object).
 */
@FunctionalInterface
public interface ValueDecoder<T> extends ItemDecoder<T> {

  /**
   * Reads exactly one value; the parser is at its first token, and must be left at its last.
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
