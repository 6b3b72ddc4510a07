package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.sink.mapping.Change.Edit;
import java.time.Duration;

/** The item that a change is for, as far as it is known. */
sealed interface Target {

  /**
   * It has an id, and is to be edited.
   *
   * @param lookedUp whether the id comes from a look-up
   */
  record Known(Edit edit, boolean lookedUp) implements Target {}

  /** It exists, and is not to be edited. */
  record Existing(Answer<JsonNode> found) implements Target {}

  /** There is no such item. */
  record Missing() implements Target {}

  /** It may still appear within this time: its create is lost, or too new for the list. */
  record Unclear(Duration delay) implements Target {}
}
