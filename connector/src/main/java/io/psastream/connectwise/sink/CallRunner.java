package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.config.Route.OnAmbiguousCreate;
import io.psastream.connectwise.config.Route.OnNotFound;
import io.psastream.connectwise.sink.mapping.PatchCheck;
import io.psastream.connectwise.sink.report.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   * @param checks how to verify the patches of those routes that want it, by operation
   */
  CallRunner(Function<Call, Answer<JsonNode>> sender, Map<String, PatchCheck> checks) {
    this.sender = sender;
    this.checks = checks;
  }

  @Override
  public Outcome apply(Work work) {
    while (!work.finished()) {
      Optional<Outcome> undone = attempt(work, work.next());
      if (undone.isPresent()) {
        return undone.get();
      }
    }
    return new Outcome.Delivered(work.replies());
  }

  /** Makes a call; gives an outcome where it was not applied. */
  private Optional<Outcome> attempt(Work work, Call call) {
    try {
      return verified(work, call, sender.apply(call));
    } catch (ApiException e) {
      return switch (e.failure().kind()) {
        case UNAUTHORIZED, MISROUTED -> Optional.of(new Outcome.Stopping(sentence(e), e));
        case FORBIDDEN, REJECTED, TOO_LARGE, CONFLICT, UNKNOWN -> rejected(work, e);
        case NOT_FOUND -> notFound(work, call.operation().method(), e);
        case THROTTLED, TIMEOUT, UNAVAILABLE -> unavailable(work, e);
        case AMBIGUOUS -> ambiguous(work, e);
        case CANCELLED -> Optional.of(new Outcome.Cancelled());
      };
    }
  }

  private static Optional<Outcome> rejected(Work work, ApiException e) {
    return Optional.of(
        new Outcome.Rejected(
            sentence(e) + work.progress(),
            Optional.of(e),
            work.repliesWith(Reply.failed(work.next(), e))));
  }

  private static Optional<Outcome> unavailable(Work work, ApiException e) {
    work.spend(e.effort());
    return Optional.of(new Outcome.Unavailable(e.failure()));
  }

  private static String sentence(ApiException e) {
    return e.getMessage().endsWith(".") ? e.getMessage() : e.getMessage() + ".";
  }

  /** What is to be deleted and is not there is as good as deleted (P43). */
  private static Optional<Outcome> notFound(Work work, HttpMethod method, ApiException e) {
    boolean update = method == HttpMethod.PATCH || method == HttpMethod.PUT;
    boolean fine =
        method == HttpMethod.DELETE
            || (update && work.route().rules().onNotFound() == OnNotFound.IGNORE);
    if (!fine) {
      return rejected(work, e);
    }
    work.advance(Reply.failed(work.next(), e));
    return Optional.empty();
  }

  private static Optional<Outcome> ambiguous(Work work, ApiException e) {
    if (work.route().rules().onAmbiguous() == OnAmbiguousCreate.RETRY) {
      return unavailable(work, e);
    }
    return Optional.of(
        new Outcome.Ambiguous(
            sentence(e)
                + " Its answer was lost, so it may have been applied: look it up in ConnectWise"
                + " before you replay the record."
                + work.progress(),
            e,
            work.repliesWith(Reply.failed(work.next(), e))));
  }

  private Optional<Outcome> verified(Work work, Call call, Answer<JsonNode> answer) {
    PatchCheck check = checks.get(call.operation().id());
    boolean checked =
        check != null && work.route().rules().verifyPatch() && answer.items().size() == 1;
    List<String> unapplied =
        checked ? check.unapplied(call.body().orElseThrow(), answer.items().get(0)) : List.of();
    if (unapplied.isEmpty()) {
      work.advance(Reply.of(call, answer));
      return Optional.empty();
    }
    String reason =
        "%s PATCH %s → %d, but not applied: field %s. Check the names, in which case matters, and"
            + " that the field can be changed; patch.verify=false accepts such answers.%s";
    return Optional.of(
        new Outcome.Rejected(
            reason.formatted(
                call.operation().id(),
                call.operation().path(),
                answer.status(),
                String.join(", ", unapplied),
                work.progress()),
            Optional.empty(),
            work.repliesWith(Reply.of(call, answer))));
  }
}
