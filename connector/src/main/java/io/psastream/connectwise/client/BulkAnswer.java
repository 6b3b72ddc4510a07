package io.psastream.connectwise.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Failure.Detail;
import io.psastream.connectwise.client.Failure.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The answer of a bulk operation: 207 with an outcome in its {@code payload} for each item that was
 * sent, by {@code originalIndex} (docs/connectwise-api.md section 7). It is a success only if the
 * outcomes of all items are.
 */
final class BulkAnswer {

  private static final int MULTI_STATUS = 207;
  private static final int NOT_FOUND = 404;
  private static final int THROTTLED = 429;

  private BulkAnswer() {}

  /**
   * The answer with the outcomes as its items, in the order in which the items were sent. Any other
   * answer than a 207 is returned unchanged.
   *
   * @throws ApiException when an item was not applied; its details name each such item, and its
   *     items are the outcomes of all
   */
  static Answer<JsonNode> checked(Call call, Answer<JsonNode> answer) {
    boolean bulk =
        answer.status() == MULTI_STATUS
            && answer.items().size() == 1
            && answer.items().get(0).path("payload").isArray();
    if (!bulk) {
      return answer;
    }
    List<JsonNode> outcomes = new ArrayList<>();
    answer.items().get(0).path("payload").forEach(outcomes::add);
    outcomes.sort(Comparator.comparingInt(BulkAnswer::index));
    List<JsonNode> failed = outcomes.stream().filter(outcome -> !applied(call, outcome)).toList();
    if (!failed.isEmpty()) {
      throw new ApiException(failure(call, answer, failed, outcomes.size()))
          .after(answer.stats())
          .with(outcomes);
    }
    return new Answer<>(
        answer.status(),
        outcomes,
        answer.blank(),
        answer.link(),
        answer.requestId(),
        answer.stats());
  }

  private static int index(JsonNode outcome) {
    return outcome.path("originalIndex").asInt();
  }

  /** A delete of an item that does not exist counts as applied (P43). */
  private static boolean applied(Call call, JsonNode outcome) {
    boolean gone =
        call.operation().method() == HttpMethod.DELETE
            && outcome.path("statusCode").asInt() == NOT_FOUND
            && outcome.path("error").path("code").asText().equals("NotFound");
    return outcome.path("success").asBoolean() || gone;
  }

  private static Failure failure(
      Call call, Answer<JsonNode> answer, List<JsonNode> failed, int sent) {
    // A PUT or DELETE may be sent again as a whole; a POST would create the applied items twice.
    boolean temporary =
        call.operation().method() != HttpMethod.POST
            && failed.stream().allMatch(BulkAnswer::isTemporary);
    return new Failure(
        temporary ? Kind.UNAVAILABLE : Kind.REJECTED,
        call.name(),
        answer.status(),
        Optional.empty(),
        Optional.of(
            "%d of %d items were not applied, the others were".formatted(failed.size(), sent)),
        failed.stream().flatMap(outcome -> details(outcome).stream()).toList(),
        answer.requestId(),
        Optional.empty(),
        Optional.empty());
  }

  private static boolean isTemporary(JsonNode outcome) {
    int status = outcome.path("statusCode").asInt();
    return status == THROTTLED || status > 500;
  }

  private static List<Detail> details(JsonNode outcome) {
    ErrorBody error = ErrorBody.parse(outcome.path("error").toString(), false);
    String item = "item " + (index(outcome) + 1);
    if (error.details().isEmpty()) {
      Optional<String> message =
          error.message().or(() -> Optional.of("status " + outcome.path("statusCode").asText()));
      return List.of(new Detail(error.code(), Optional.of(item), message));
    }
    return error.details().stream()
        .map(
            detail ->
                new Detail(
                    detail.code(),
                    Optional.of(item + detail.field().map(name -> " " + name).orElse("")),
                    detail.message()))
        .toList();
  }
}
