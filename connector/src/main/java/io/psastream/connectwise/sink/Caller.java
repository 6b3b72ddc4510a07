package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.sink.lane.PendingRecord;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.errors.DataException;

/** Makes single calls for a piece of work, which remembers the last one. */
final class Caller {

  private final Function<Call, Answer<JsonNode>> sender;

  /**
   * @param sender sends a call, or fails with an {@link
   *     io.psastream.connectwise.client.ApiException}
   */
  Caller(Function<Call, Answer<JsonNode>> sender) {
    this.sender = sender;
  }

  Answer<JsonNode> call(PendingRecord record, Call call) {
    record.attempt().calls(call);
    return sender.apply(call);
  }

  /**
   * Looks for an item; empty when there is none.
   *
   * @throws DataException when there are more than one
   */
  Optional<Answer<JsonNode>> find(PendingRecord record, Call look) {
    Answer<JsonNode> answer = call(record, look);
    if (answer.items().size() > 1) {
      throw new DataException(
          "more than one item is found by the conditions of the look-up in "
              + look.operation().id()
              + ", so it is not known which is meant. Make them unique, or remove the duplicate.");
    }
    return answer.items().isEmpty() ? Optional.empty() : Optional.of(answer);
  }

  /** The id of the item that was found. */
  static String id(Answer<JsonNode> found) {
    JsonNode id = found.items().get(0).path("id");
    if (!id.isValueNode() || id.asText().isBlank()) {
      throw new DataException("the item that the look-up found has no id");
    }
    return id.asText();
  }
}
