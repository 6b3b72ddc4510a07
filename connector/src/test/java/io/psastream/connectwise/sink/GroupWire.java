package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import java.util.Optional;
import java.util.function.Supplier;

/** A request that is under way: it arrives at the site, or never does. */
final class GroupWire {

  private final Supplier<Answer<JsonNode>> site;
  private boolean ended;
  private boolean arrived;
  private Optional<Answer<JsonNode>> answer = Optional.empty();
  private Optional<ApiException> failure = Optional.empty();

  /**
   * @param site does what the request asks for
   */
  GroupWire(Supplier<Answer<JsonNode>> site) {
    this.site = site;
  }

  /** It arrives now, or is lost; what it came to already stays so. */
  void end(boolean arrives) {
    if (ended) {
      return;
    }
    ended = true;
    arrived = arrives;
    if (arrives) {
      try {
        answer = Optional.of(site.get());
      } catch (ApiException e) {
        failure = Optional.of(e);
      }
    }
  }

  boolean arrived() {
    return arrived;
  }

  Answer<JsonNode> answer() {
    return answer.orElseThrow(failure::get);
  }
}
