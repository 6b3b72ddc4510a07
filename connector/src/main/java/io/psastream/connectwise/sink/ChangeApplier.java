package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.sink.config.Route.Lookup;
import io.psastream.connectwise.sink.config.Route.OnAmbiguousCreate;
import io.psastream.connectwise.sink.config.Route.OnExists;
import io.psastream.connectwise.sink.config.Route.OnNotFound;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.mapping.Change;
import io.psastream.connectwise.sink.mapping.Change.Edit;
import io.psastream.connectwise.sink.report.Reply;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;

/**
 * Makes the calls of one change in their order: edit what is addressed, look for what is not, edit
 * what is found, create what is not.
 *
 * <p>A create whose answer was lost is looked for at once and, if it is not there, after a wait
 * once more; only what both looks did not find is created again (P35). An edit that was worked out
 * from what the item was is worked out anew when its answer was lost.
 *
 * <p>An empty result means that the work has gone on to its next change.
 */
final class ChangeApplier {

  private static final Duration USUAL_REST = Duration.ofSeconds(5);

  private final Caller caller;
  private final UpdateApplier editor;

  ChangeApplier(Caller caller, UpdateApplier editor) {
    this.caller = caller;
    this.editor = editor;
  }

  /**
   * Makes a change, or goes on with it where an outage cut it short.
   *
   * @throws ApiException when a call fails and the change has no answer to that
   * @throws DataException when the change does not fit what is there
   */
  Optional<Outcome> change(PendingRecord record, Change change) {
    if (record.attempt().createLost()) {
      return settleLost(record, change);
    }
    if (change.addressed()) {
      return edit(record, change, change.edit().orElseThrow(), change.look().isPresent());
    }
    return change.look().isPresent() ? look(record, change) : create(record, change);
  }

  private Optional<Outcome> look(PendingRecord record, Change change) {
    Optional<Answer<JsonNode>> found = caller.find(record, change.look().orElseThrow());
    return found.isPresent() ? found(record, change, found.get()) : missing(record, change);
  }

  private Optional<Outcome> found(PendingRecord record, Change change, Answer<JsonNode> found) {
    if (change.edit().isPresent()) {
      record.spend(found.stats());
      Edit edit = change.edit().get().at(Caller.id(found));
      return edit(record, change, edit, false);
    }
    if (record.route().rules().onExists() == OnExists.FAIL) {
      throw new DataException(
          "the item that it is to create exists: the look-up found id " + Caller.id(found) + ".");
    }
    return done(record, change, found);
  }

  private Optional<Outcome> done(PendingRecord record, Change change, Answer<JsonNode> found) {
    record.advance(Reply.of(change.look().orElseThrow(), found));
    return Optional.empty();
  }

  private Optional<Outcome> missing(PendingRecord record, Change change) {
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
    record.advance(Reply.unsent(edit));
    return Optional.empty();
  }

  /**
   * @param looks whether to look for an item that is not there under its id
   */
  private Optional<Outcome> edit(PendingRecord record, Change change, Edit edit, boolean looks) {
    try {
      return editor.edit(record, edit);
    } catch (ApiException e) {
      boolean gone = e.failure().kind() == Kind.NOT_FOUND && change.create().isPresent();
      boolean lost = e.failure().kind() == Kind.AMBIGUOUS && edit.revision().diff();
      if (gone) {
        record.spend(e.stats());
        return looks ? look(record, change) : create(record, change);
      }
      if (lost && record.attempt().loseEdit()) {
        record.spend(e.stats());
        return later(record);
      }
      throw e;
    }
  }

  private Optional<Outcome> create(PendingRecord record, Change change) {
    Call call = change.create().orElseThrow();
    if (record.route().writing().dryRun()) {
      record.advance(Reply.unsent(call));
      return Optional.empty();
    }
    try {
      record.advance(Reply.of(call, caller.call(record, call)));
      return Optional.empty();
    } catch (ApiException e) {
      if (change.look().isEmpty()) {
        throw e;
      }
      return uncreated(record, change, e);
    }
  }

  private Optional<Outcome> uncreated(PendingRecord record, Change change, ApiException e) {
    boolean lost =
        e.failure().kind() == Kind.AMBIGUOUS
            && record.route().rules().onAmbiguous() == OnAmbiguousCreate.LOOKUP;
    if (lost) {
      record.attempt().loseCreate(e);
      record.spend(e.stats());
      return settleLost(record, change);
    }
    if (exists(e.failure())) {
      record.spend(e.stats());
      Optional<Answer<JsonNode>> found = caller.find(record, change.look().orElseThrow());
      if (found.isPresent()) {
        return found(record, change, found.get());
      }
      record.attempt().calls(change.create().orElseThrow());
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

  private Optional<Outcome> settleLost(PendingRecord record, Change change) {
    Optional<Answer<JsonNode>> found = caller.find(record, change.look().orElseThrow());
    if (found.isPresent()) {
      return done(record, change, found.get());
    }
    boolean again = record.attempt().missed(change.create().orElseThrow());
    return again ? create(record, change) : later(record);
  }

  private static Optional<Outcome> later(PendingRecord record) {
    return Optional.of(
        new Outcome.Later(record.route().lookup().map(Lookup::rest).orElse(USUAL_REST)));
  }
}
