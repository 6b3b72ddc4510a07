package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.TroubleLog;
import io.psastream.connectwise.sink.ChangeResult.Applied;
import io.psastream.connectwise.sink.ChangeResult.NotApplied;
import io.psastream.connectwise.sink.body.PatchCheck;
import io.psastream.connectwise.sink.body.PatchCheck.Differences;
import io.psastream.connectwise.sink.config.Writing.OnProblem;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.report.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares what a write was answered with what it wrote, for the routes that want it, since a
 * success may leave a field as it was (P37), and rejects or warns.
 */
final class AnswerCheck {

  private final Map<String, PatchCheck> checks;
  private final TroubleLog troubles;

  /**
   * @param checks how to verify patches, by operation
   * @param troubles takes what many records share
   */
  AnswerCheck(Map<String, PatchCheck> checks, TroubleLog troubles) {
    this.checks = checks;
    this.troubles = troubles;
  }

  /**
   * What a call that was answered comes to.
   *
   * @param before the item as it was, where it was read
   */
  ChangeResult check(PendingRecord record, Call call, Answer<JsonNode> answer, JsonNode before) {
    OnProblem onUnapplied = record.route().writing().onUnapplied();
    Differences differences =
        onUnapplied == OnProblem.IGNORE ? Differences.NONE : differences(call, answer, before);
    String unapplied = complaint(call, answer, "not applied", differences.unapplied());
    String rewritten = complaint(call, answer, "rewritten", differences.rewritten());
    if (!differences.unapplied().isEmpty() && onUnapplied == OnProblem.FAIL) {
      return new NotApplied(
          new Outcome.Rejected(
              unapplied
                  + " Check the names, in which case matters, and that the field can be changed;"
                  + " behavior.on.unapplied=warn accepts such answers."
                  + record.itemOfSeveral(),
              Optional.empty(),
              record.repliesWith(Reply.of(call, answer))));
    }
    warn(record, call, unapplied, "not applied " + differences.unapplied());
    warn(record, call, rewritten, "rewritten " + differences.rewritten());
    return new Applied(Reply.of(call, answer));
  }

  /** Says once a minute what many records share: the operation and the fields. */
  private void warn(PendingRecord record, Call call, String complaint, String shared) {
    if (!complaint.isEmpty()) {
      troubles.warn(
          call.operation().id() + ' ' + shared,
          "Record %s: %s".formatted(record.position(), complaint));
    }
  }

  private Differences differences(Call call, Answer<JsonNode> answer, JsonNode before) {
    PatchCheck check = checks.get(call.operation().id());
    return check != null && answer.items().size() == 1
        ? check.differences(call.body().orElseThrow(), answer.items().get(0), before)
        : Differences.NONE;
  }

  /** What is wrong with which fields of which item; empty when there are none. */
  private static String complaint(
      Call call, Answer<JsonNode> answer, String what, List<String> fields) {
    return fields.isEmpty()
        ? ""
        : "%s PATCH %s → %d, but %s: field %s of item %s."
            .formatted(
                call.operation().id(),
                call.operation().path(),
                answer.status(),
                what,
                String.join(", ", fields),
                answer.items().get(0).path("id").asText("without an id"));
  }
}
