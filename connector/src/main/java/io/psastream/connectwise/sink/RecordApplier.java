package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.sink.body.PatchCheck;
import io.psastream.connectwise.sink.config.Route.OnAmbiguousCreate;
import io.psastream.connectwise.sink.config.Route.OnNotFound;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.mapping.Change;
import io.psastream.connectwise.sink.report.Reply;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.errors.DataException;

/**
 * Makes the calls of a record, one after the other, and says what became of them. It stops at the
 * first that is not applied: what follows in the record may build on it.
 *
 * <p>A forbidden call is the record's own failure, not the task's: a role may permit a change to
 * some items only, and one operation that the role lacks must not stop the routes that it has
 * (P10). Wrong credentials and a wrong address stop the task, because every record would fail.
 */
final class RecordApplier implements Function<PendingRecord, Outcome> {

  private final ChangeApplier changer;

  /**
   * @param sender sends a call, or fails with an {@link ApiException}
   * @param checks how to verify the patches of those routes that want it, by operation
   */
  RecordApplier(Function<Call, Answer<JsonNode>> sender, Map<String, PatchCheck> checks) {
    Caller caller = new Caller(sender);
    this.changer = new ChangeApplier(caller, new UpdateApplier(caller, checks));
  }

  @Override
  public Outcome apply(PendingRecord record) {
    while (!record.finished()) {
      Optional<Outcome> undone = attempt(record, record.next());
      if (undone.isPresent()) {
        return undone.get();
      }
    }
    return new Outcome.Delivered(record.replies());
  }

  /** Makes a change; gives an outcome where it was not applied. */
  private Optional<Outcome> attempt(PendingRecord record, Change change) {
    try {
      return changer.change(record, change);
    } catch (DataException e) {
      return Optional.of(
          new Outcome.Rejected(
              sentence(e) + record.progress(), Optional.empty(), record.replies()));
    } catch (ApiException e) {
      return switch (e.failure().kind()) {
        case UNAUTHORIZED, MISROUTED -> Optional.of(new Outcome.Stopping(sentence(e), e));
        case FORBIDDEN, REJECTED, TOO_LARGE, CONFLICT, UNKNOWN -> rejected(record, e);
        case NOT_FOUND -> notFound(record, e);
        case THROTTLED, TIMEOUT, UNAVAILABLE -> unavailable(record, e);
        case AMBIGUOUS -> ambiguous(record, e);
        case CANCELLED -> Optional.of(new Outcome.Cancelled());
      };
    }
  }

  private static Optional<Outcome> rejected(PendingRecord record, ApiException e) {
    return Optional.of(
        new Outcome.Rejected(
            sentence(e) + record.progress(),
            Optional.of(e),
            record.repliesWith(Reply.failed(record.attempt().call(), e))));
  }

  private static Optional<Outcome> unavailable(PendingRecord record, ApiException e) {
    record.spend(e.stats());
    return Optional.of(new Outcome.Unavailable(e.failure()));
  }

  private static String sentence(RuntimeException e) {
    return e.getMessage().endsWith(".") ? e.getMessage() : e.getMessage() + ".";
  }

  /**
   * What is to be deleted and is not there is as good as deleted (P43). What a create does not find
   * is not the item.
   */
  private static Optional<Outcome> notFound(PendingRecord record, ApiException e) {
    boolean creates = record.creates();
    boolean deletes =
        record
            .next()
            .edit()
            .filter(it -> it.call().operation().method() == HttpMethod.DELETE)
            .isPresent();
    boolean ignored = record.route().rules().onNotFound() == OnNotFound.IGNORE;
    if (creates || !(deletes || ignored)) {
      return rejected(record, e);
    }
    record.advance(Reply.failed(record.attempt().call(), e));
    return Optional.empty();
  }

  private static Optional<Outcome> ambiguous(PendingRecord record, ApiException e) {
    if (record.route().rules().onAmbiguous() == OnAmbiguousCreate.RETRY) {
      return unavailable(record, e);
    }
    return Optional.of(
        new Outcome.Ambiguous(
            sentence(e)
                + " Its answer was lost, so it may have been applied: look it up in ConnectWise"
                + " before you replay the record."
                + record.progress(),
            e,
            record.repliesWith(Reply.failed(record.attempt().call(), e))));
  }
}
