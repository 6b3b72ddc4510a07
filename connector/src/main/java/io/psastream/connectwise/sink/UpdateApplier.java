package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.sink.body.PatchCheck;
import io.psastream.connectwise.sink.config.Route.OnProblem;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.mapping.Change.Edit;
import io.psastream.connectwise.sink.report.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an edit: reads the item where the body depends on it, writes, and checks what came back.
 */
final class UpdateApplier {

  private static final Logger LOG = LoggerFactory.getLogger(UpdateApplier.class);

  private final Caller caller;
  private final Map<String, PatchCheck> checks;

  UpdateApplier(Caller caller, Map<String, PatchCheck> checks) {
    this.caller = caller;
    this.checks = checks;
  }

  /** Makes the edit, after which the work goes on to what is next; gives an outcome otherwise. */
  Optional<Outcome> edit(PendingRecord record, Edit edit) {
    if (edit.read().isEmpty()) {
      return write(record, edit.call());
    }
    Answer<JsonNode> current = caller.call(record, edit.read().get());
    if (current.items().size() != 1) {
      throw new DataException(
          "reading the item by "
              + edit.read().get().operation().id()
              + " gave "
              + current.items().size()
              + " items instead of one.");
    }
    Optional<Call> call = edit.against(current.items().get(0));
    if (call.isEmpty()) {
      record.advance(Reply.of(edit.read().get(), current));
      return Optional.empty();
    }
    record.spend(current.stats());
    return write(record, call.get());
  }

  private Optional<Outcome> write(PendingRecord record, Call call) {
    if (record.route().writing().dryRun()) {
      record.advance(Reply.unsent(call));
      return Optional.empty();
    }
    Answer<JsonNode> answer = caller.call(record, call);
    List<String> unapplied = unapplied(call, answer);
    OnProblem verdict = record.route().writing().onUnapplied();
    if (!unapplied.isEmpty() && verdict == OnProblem.FAIL) {
      return Optional.of(
          new Outcome.Rejected(
              complaint(call, answer, unapplied)
                  + " Check the names, in which case matters, and that the field can be changed;"
                  + " behavior.on.unapplied=warn accepts such answers."
                  + record.progress(),
              Optional.empty(),
              record.repliesWith(Reply.of(call, answer))));
    }
    if (!unapplied.isEmpty() && verdict == OnProblem.WARN) {
      LOG.warn("Record {}: {}", record.position(), complaint(call, answer, unapplied));
    }
    record.advance(Reply.of(call, answer));
    return Optional.empty();
  }

  private List<String> unapplied(Call call, Answer<JsonNode> answer) {
    PatchCheck check = checks.get(call.operation().id());
    return check != null && answer.items().size() == 1
        ? check.unapplied(call.body().orElseThrow(), answer.items().get(0))
        : List.of();
  }

  private static String complaint(Call call, Answer<JsonNode> answer, List<String> unapplied) {
    return "%s PATCH %s → %d, but not applied: field %s."
        .formatted(
            call.operation().id(),
            call.operation().path(),
            answer.status(),
            String.join(", ", unapplied));
  }
}
