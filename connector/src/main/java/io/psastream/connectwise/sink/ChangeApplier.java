package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.TroubleLog;
import io.psastream.connectwise.sink.ChangeResult.Applied;
import io.psastream.connectwise.sink.ChangeResult.NotApplied;
import io.psastream.connectwise.sink.body.PatchCheck;
import io.psastream.connectwise.sink.body.PatchCheck.Differences;
import io.psastream.connectwise.sink.config.Lookup;
import io.psastream.connectwise.sink.config.Rules.OnAmbiguousCreate;
import io.psastream.connectwise.sink.config.Rules.OnExists;
import io.psastream.connectwise.sink.config.Rules.OnNotFound;
import io.psastream.connectwise.sink.config.Writing.OnProblem;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.mapping.Change;
import io.psastream.connectwise.sink.mapping.Change.Edit;
import io.psastream.connectwise.sink.report.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.errors.DataException;

/**
 * Makes the calls of one change: identifies the item, maps the body onto it, writes, and checks
 * what came back.
 *
 * <p>A create whose answer was lost is looked up at once and, if it is not there, once more after a
 * delay; only what neither look-up found is created again (P35). An edit that depends on what the
 * item was is worked out anew when its answer was lost.
 */
final class ChangeApplier {

  private static final int SERVER_ERROR = 500;
  private static final Duration USUAL_DELAY = Duration.ofSeconds(5);

  private final Function<Call, Answer<JsonNode>> sender;
  private final Map<String, PatchCheck> checks;
  private final CreatedItems created;
  private final CreateLedger ledger;
  private final TroubleLog troubles;

  /** The item that a change is for, as far as it is known. */
  private sealed interface Target {

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

  /**
   * One for each time that a record is applied.
   *
   * @param sender sends a call while the record may be applied
   * @param ledger remembers creates
   * @param troubles takes what many records share
   */
  ChangeApplier(
      Function<Call, Answer<JsonNode>> sender,
      Map<String, PatchCheck> checks,
      CreatedItems created,
      CreateLedger ledger,
      TroubleLog troubles) {
    this.sender = sender;
    this.ledger = ledger;
    this.checks = checks;
    this.created = created;
    this.troubles = troubles;
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
        .orElseGet(() -> apply(record, change, identify(record, change)));
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

  private Target identify(PendingRecord record, Change change) {
    if (record.progress().createLost()) {
      return afterLostCreate(record, change);
    }
    Optional<ApiException> doubt = change.create().flatMap(it -> ledger.doubt(record, it));
    if (doubt.isPresent() && record.route().rules().onAmbiguous() != OnAmbiguousCreate.RETRY) {
      return begunBefore(record, change, doubt.get());
    }
    if (change.addressed()) {
      return new Target.Known(change.edit().orElseThrow(), false);
    }
    return change.look().isPresent() ? lookUp(record, change) : new Target.Missing();
  }

  /** What is found may be the work of another record that was coalesced with this one. */
  private Target begunBefore(PendingRecord record, Change change, ApiException doubt) {
    boolean looks = record.route().rules().onAmbiguous() == OnAmbiguousCreate.LOOKUP;
    if (change.look().isEmpty() || !looks) {
      record.progress().calling(change.create().orElseThrow());
      throw doubt;
    }
    record.progress().loseCreate(doubt, true);
    Target target = afterLostCreate(record, change);
    return target instanceof Target.Existing existing && change.edit().isPresent()
        ? found(record, change, existing.found())
        : target;
  }

  private Target lookUp(PendingRecord record, Change change) {
    return find(record, change.look().orElseThrow())
        .map(found -> found(record, change, found))
        .orElseGet(() -> notFound(record, change));
  }

  /** What another task created just before this one took over may not be in the list yet. */
  private Target notFound(PendingRecord record, Change change) {
    Duration wait = created.wait(record.record().timestamp(), delay(record));
    return change.create().isPresent() && wait.compareTo(Duration.ZERO) > 0
        ? new Target.Unclear(wait)
        : new Target.Missing();
  }

  private static Target found(PendingRecord record, Change change, Answer<JsonNode> found) {
    if (change.edit().isPresent()) {
      record.addStats(found.stats());
      return new Target.Known(change.edit().get().at(id(found)), true);
    }
    if (record.route().rules().onExists() == OnExists.FAIL) {
      throw new DataException(
          "the item to create exists already: the look-up found id " + id(found) + ".");
    }
    return new Target.Existing(found);
  }

  /** What was created after all is left as it is: the lost call said all there is to say. */
  private Target afterLostCreate(PendingRecord record, Change change) {
    Optional<Answer<JsonNode>> found = find(record, change.look().orElseThrow());
    if (found.isPresent()) {
      return new Target.Existing(found.get());
    }
    boolean createAgain = record.progress().notFound(change.create().orElseThrow());
    return createAgain ? new Target.Missing() : new Target.Unclear(delay(record));
  }

  private static Duration delay(PendingRecord record) {
    return record.route().lookup().map(Lookup::delay).orElse(USUAL_DELAY);
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
      Answer<JsonNode> answer = ledger.send(record, call, () -> send(record, call));
      if (answer.items().size() == 1) {
        change.look().ifPresent(look -> created.remember(look, answer.items().get(0)));
      }
      return new Applied(Reply.of(call, answer));
    } catch (ApiException e) {
      if (change.look().isEmpty()) {
        throw e;
      }
      return apply(record, change, afterFailedCreate(record, change, e));
    }
  }

  private Target afterFailedCreate(PendingRecord record, Change change, ApiException e) {
    Kind kind = e.failure().kind();
    boolean lost =
        (kind == Kind.AMBIGUOUS || kind == Kind.UNKNOWN)
            && record.route().rules().onAmbiguous() == OnAmbiguousCreate.LOOKUP;
    if (lost) {
      // A 500 may come after the item was created, and comes again when it did not (P8).
      record.progress().loseCreate(e, e.failure().status() != SERVER_ERROR);
      record.addStats(e.stats());
      return afterLostCreate(record, change);
    }
    if (exists(e.failure())) {
      record.addStats(e.stats());
      Optional<Answer<JsonNode>> found = find(record, change.look().orElseThrow());
      if (found.isPresent()) {
        return found(record, change, found.get());
      }
      if (record.progress().missExisting()) {
        return new Target.Unclear(delay(record));
      }
      record.progress().calling(change.create().orElseThrow());
    }
    throw e;
  }

  /** Somebody was faster, or the item was created by a request that was given up (P36). */
  private static boolean exists(Failure failure) {
    return failure.code().filter("ObjectExists"::equalsIgnoreCase).isPresent()
        || failure.details().stream()
            .flatMap(detail -> detail.code().stream())
            .anyMatch("ObjectExists"::equalsIgnoreCase);
  }

  private ChangeResult update(PendingRecord record, Change change, Target.Known target) {
    try {
      return update(record, target.edit());
    } catch (ApiException e) {
      boolean gone = e.failure().kind() == Kind.NOT_FOUND && change.create().isPresent();
      if (gone) {
        record.addStats(e.stats());
        Target there = change.look().isEmpty() ? new Target.Missing() : lookUp(record, change);
        if (target.lookedUp() && !(there instanceof Target.Missing)) {
          throw e; // it exists, and another path leads to it (P27a)
        }
        return apply(record, change, there);
      }
      boolean lost = e.failure().kind() == Kind.AMBIGUOUS && target.edit().merge().diff();
      if (lost && record.progress().loseEdit()) {
        record.addStats(e.stats());
        return new NotApplied(new Outcome.Delayed(delay(record)));
      }
      throw e;
    }
  }

  private ChangeResult update(PendingRecord record, Edit edit) {
    if (edit.read().isEmpty()) {
      return write(record, edit.call(), MissingNode.getInstance());
    }
    Answer<JsonNode> current = read(record, edit.read().get());
    Optional<Call> call = edit.against(current.items().get(0));
    if (call.isEmpty()) {
      return new Applied(Reply.of(edit.read().get(), current));
    }
    record.addStats(current.stats());
    return write(record, call.get(), current.items().get(0));
  }

  private Answer<JsonNode> read(PendingRecord record, Call read) {
    Answer<JsonNode> current = send(record, read);
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
   * Writes, and says what came back as something else.
   *
   * @param before the item as it was, where it was read
   */
  private ChangeResult write(PendingRecord record, Call call, JsonNode before) {
    if (record.route().writing().dryRun()) {
      return new Applied(Reply.unsent(call));
    }
    Answer<JsonNode> answer = send(record, call);
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

  private Answer<JsonNode> send(PendingRecord record, Call call) {
    record.progress().calling(call);
    return sender.apply(call);
  }

  /**
   * Looks for an item, by its id where this task has created it; empty when there is none.
   *
   * @throws DataException when there is more than one
   */
  private Optional<Answer<JsonNode>> find(PendingRecord record, Call look) {
    record.lookedUp();
    Lookup lookup = record.route().lookup().orElseThrow();
    Optional<Answer<JsonNode>> known =
        created
            .id(look, lookup.memory())
            .flatMap(id -> lookup.byId(look, id))
            .flatMap(call -> known(record, look, call));
    return known.isPresent() ? known : search(record, look);
  }

  private Optional<Answer<JsonNode>> known(PendingRecord record, Call look, Call byId) {
    try {
      Answer<JsonNode> answer = send(record, byId);
      if (answer.items().size() == 1 && created.isStill(look, answer.items().get(0))) {
        return Optional.of(answer);
      }
      record.addStats(answer.stats());
    } catch (ApiException e) {
      if (e.failure().kind() != Kind.NOT_FOUND) {
        throw e;
      }
      record.addStats(e.stats());
    }
    created.forget(look);
    return Optional.empty();
  }

  private Optional<Answer<JsonNode>> search(PendingRecord record, Call look) {
    Answer<JsonNode> answer = send(record, look);
    if (answer.items().size() > 1) {
      throw new DataException(
          "the look-up in "
              + look.operation().id()
              + " found more than one item. Make its conditions unique, or remove the duplicate.");
    }
    return answer.items().isEmpty() ? Optional.empty() : Optional.of(answer);
  }

  /** The id of the item that was found. */
  private static String id(Answer<JsonNode> found) {
    JsonNode id = found.items().get(0).path("id");
    if (!id.isValueNode() || id.asText().isBlank()) {
      throw new DataException("the item that the look-up found has no id");
    }
    return id.asText();
  }
}
