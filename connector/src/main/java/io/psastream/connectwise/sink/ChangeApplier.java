package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.sink.ChangeResult.Applied;
import io.psastream.connectwise.sink.ChangeResult.NotApplied;
import io.psastream.connectwise.sink.config.Rules.OnNotFound;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.mapping.Change;
import io.psastream.connectwise.sink.mapping.Change.Edit;
import io.psastream.connectwise.sink.report.Reply;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.errors.DataException;

/**
 * Makes the calls of one change: has the item identified, maps the body onto it, writes, and has
 * what came back checked. An edit that depends on what the item was is worked out anew when its
 * answer was lost.
 */
final class ChangeApplier {

  private final Function<Call, Answer<JsonNode>> sender;
  private final ItemFinder items;
  private final CreateLedger ledger;
  private final AnswerCheck answers;

  /**
   * One for each time that a record is applied.
   *
   * @param sender sends a call for the record, while it may be applied
   * @param items finds the item
   * @param ledger remembers creates
   * @param answers what the answers to writes come to
   */
  ChangeApplier(
      Function<Call, Answer<JsonNode>> sender,
      ItemFinder items,
      CreateLedger ledger,
      AnswerCheck answers) {
    this.sender = sender;
    this.items = items;
    this.ledger = ledger;
    this.answers = answers;
  }

  /**
   * Applies a change, or goes on with it where a failure has cut it short.
   *
   * @throws ApiException when a call fails and the change has no answer to that
   * @throws DataException when the change does not fit the item
   */
  ChangeResult apply(PendingRecord record, Change change) {
    return change
        .create()
        .flatMap(create -> ledger.told(record, create))
        .<ChangeResult>map(Applied::new)
        .orElseGet(() -> apply(record, change, items.identify(record, change)));
  }

  private ChangeResult apply(PendingRecord record, Change change, Target target) {
    if (target instanceof Target.Known known) {
      return update(record, change, known);
    }
    if (target instanceof Target.Existing existing) {
      return new Applied(Reply.of(change.look().orElseThrow(), existing.found()));
    }
    return target instanceof Target.Unclear unclear
        ? new NotApplied(new Outcome.Delayed(unclear.delay()))
        : missing(record, change);
  }

  private ChangeResult missing(PendingRecord record, Change change) {
    if (change.create().isPresent()) {
      return create(record, change);
    }
    Call edit = change.edit().orElseThrow().call();
    boolean fine =
        edit.operation().method() == HttpMethod.DELETE
            || record.route().rules().onNotFound() == OnNotFound.IGNORE;
    if (!fine) {
      throw new DataException(
          "the look-up in "
              + change.look().orElseThrow().operation().id()
              + " found no item to change; behavior.on.not.found=create creates it.");
    }
    return new Applied(Reply.unsent(edit));
  }

  private ChangeResult create(PendingRecord record, Change change) {
    Call call = change.create().orElseThrow();
    if (record.route().writing().dryRun()) {
      return new Applied(Reply.unsent(call));
    }
    try {
      Answer<JsonNode> answer = ledger.send(record, call, () -> sender.apply(call));
      items.created(change, answer);
      return new Applied(Reply.of(call, answer));
    } catch (ApiException e) {
      if (change.look().isEmpty()) {
        throw e;
      }
      return apply(record, change, items.afterFailedCreate(record, change, e));
    }
  }

  private ChangeResult update(PendingRecord record, Change change, Target.Known target) {
    try {
      return update(record, target.edit());
    } catch (ApiException e) {
      boolean gone = e.failure().kind() == Kind.NOT_FOUND && change.create().isPresent();
      if (gone) {
        record.addStats(e.stats());
        Target there =
            change.look().isEmpty() ? new Target.Missing() : items.lookUp(record, change);
        if (target.lookedUp() && !(there instanceof Target.Missing)) {
          throw e; // it exists, and another path leads to it (P27a)
        }
        return apply(record, change, there);
      }
      boolean lost = e.failure().kind() == Kind.AMBIGUOUS && target.edit().merge().diff();
      if (lost && record.progress().loseEdit()) {
        record.addStats(e.stats());
        return new NotApplied(new Outcome.Delayed(ItemFinder.delay(record)));
      }
      throw e;
    }
  }

  private ChangeResult update(PendingRecord record, Edit edit) {
    if (edit.read().isEmpty()) {
      return write(record, edit.call(), MissingNode.getInstance());
    }
    Answer<JsonNode> current = read(edit.read().get());
    Optional<Call> call = edit.against(current.items().get(0));
    if (call.isEmpty()) {
      return new Applied(Reply.of(edit.read().get(), current));
    }
    record.addStats(current.stats());
    return write(record, call.get(), current.items().get(0));
  }

  private Answer<JsonNode> read(Call read) {
    Answer<JsonNode> current = sender.apply(read);
    if (current.items().size() != 1 || !current.items().get(0).isObject()) {
      throw new DataException(
          "reading the item by "
              + read.operation().id()
              + " gave "
              + (current.items().size() == 1 ? "no object" : current.items().size() + " items")
              + " instead of one item.");
    }
    return current;
  }

  /**
   * Writes, and has what came back checked.
   *
   * @param before the item as it was, where it was read
   */
  private ChangeResult write(PendingRecord record, Call call, JsonNode before) {
    if (record.route().writing().dryRun()) {
      return new Applied(Reply.unsent(call));
    }
    return answers.check(record, call, sender.apply(call), before);
  }
}
