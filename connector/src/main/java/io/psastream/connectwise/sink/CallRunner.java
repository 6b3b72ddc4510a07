package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.config.Route.OnAmbiguousCreate;
import io.psastream.connectwise.config.Route.OnNotFound;
import io.psastream.connectwise.sink.mapping.PatchCheck;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Makes the calls of a record, one after the other, and says what became of them. It stops at the
 * first that is not applied: what follows in the record may build on it.
 *
 * <p>A forbidden call is the record's own failure, not the task's: a role may permit a change to
 * some items only, and one operation that the role lacks must not stop the routes that it has
 * (P10). Wrong credentials and a wrong address stop the task, because every record would fail.
 */
final class CallRunner implements Function<Work, Outcome> {

  private final Function<Call, Answer<JsonNode>> sender;
  private final Map<String, PatchCheck> checks;

  /**
   * @param sender sends a call, or fails with an {@link ApiException}
   * @param checks how to verify the patches of those routes that want it, by alias
   */
  CallRunner(Function<Call, Answer<JsonNode>> sender, Map<String, PatchCheck> checks) {
    this.sender = sender;
    this.checks = checks;
  }

  @Override
  public Outcome apply(Work work) {
    while (!work.finished()) {
      Outcome outcome = outcome(work, work.next());
      if (!(outcome instanceof Outcome.Delivered)) {
        return outcome;
      }
      work.advance();
    }
    return new Outcome.Delivered();
  }

  private Outcome outcome(Work work, Call call) {
    try {
      return verified(work, call, sender.apply(call));
    } catch (ApiException e) {
      return switch (e.failure().kind()) {
        case UNAUTHORIZED, MISROUTED -> new Outcome.Stopping(sentence(e), e);
        case FORBIDDEN, REJECTED, TOO_LARGE, CONFLICT, UNKNOWN -> rejected(work, e);
        case NOT_FOUND -> notFound(work, call.operation().method(), e);
        case THROTTLED, TIMEOUT, UNAVAILABLE -> new Outcome.Unavailable(e.failure());
        case AMBIGUOUS -> ambiguous(work, e);
        case CANCELLED -> new Outcome.Cancelled();
      };
    }
  }

  private static Outcome rejected(Work work, ApiException e) {
    return new Outcome.Rejected(sentence(e) + work.progress(), e);
  }

  private static String sentence(ApiException e) {
    return e.getMessage().endsWith(".") ? e.getMessage() : e.getMessage() + ".";
  }

  /** What is to be deleted and is not there is as good as deleted (P43). */
  private static Outcome notFound(Work work, HttpMethod method, ApiException e) {
    boolean update = method == HttpMethod.PATCH || method == HttpMethod.PUT;
    boolean fine =
        method == HttpMethod.DELETE
            || (update && work.route().rules().onNotFound() == OnNotFound.IGNORE);
    return fine ? new Outcome.Delivered() : rejected(work, e);
  }

  private static Outcome ambiguous(Work work, ApiException e) {
    if (work.route().rules().onAmbiguous() == OnAmbiguousCreate.RETRY) {
      return new Outcome.Unavailable(e.failure());
    }
    return new Outcome.Ambiguous(
        sentence(e)
            + " Its answer was lost, so it may have been applied: look it up in ConnectWise before"
            + " you replay the record."
            + work.progress(),
        e);
  }

  private Outcome verified(Work work, Call call, Answer<JsonNode> answer) {
    PatchCheck check = checks.get(work.route().alias());
    boolean checked =
        check != null
            && call.operation().method() == HttpMethod.PATCH
            && answer.items().size() == 1;
    List<String> unapplied =
        checked ? check.unapplied(call.body().orElseThrow(), answer.items().get(0)) : List.of();
    if (unapplied.isEmpty()) {
      return new Outcome.Delivered();
    }
    String reason =
        "%s PATCH %s → %d, but not applied: field %s. Check the names, in which case matters, and"
            + " that the field can be changed; patch.verify=false accepts such answers.%s";
    return new Outcome.Rejected(
        reason.formatted(
            call.operation().id(),
            call.operation().path(),
            answer.status(),
            String.join(", ", unapplied),
            work.progress()),
        null);
  }
}
