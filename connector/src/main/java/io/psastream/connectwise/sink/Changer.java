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
import io.psastream.connectwise.sink.lane.Work;
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
final class Changer {

  private static final Duration USUAL_REST = Duration.ofSeconds(5);

  private final Caller caller;
  private final Editor editor;

  Changer(Caller caller, Editor editor) {
    this.caller = caller;
    this.editor = editor;
  }

  /**
   * Makes a change, or goes on with it where an outage cut it short.
   *
   * @throws ApiException when a call fails and the change has no answer to that
   * @throws DataException when the change does not fit what is there
   */
  Optional<Outcome> change(Work work, Change change) {
    if (work.attempt().createLost()) {
      return settleLost(work, change);
    }
    if (change.addressed()) {
      return edit(work, change, change.edit().orElseThrow(), change.look().isPresent());
    }
    return change.look().isPresent() ? look(work, change) : create(work, change);
  }

  private Optional<Outcome> look(Work work, Change change) {
    Optional<Answer<JsonNode>> found = caller.find(work, change.look().orElseThrow());
    return found.isPresent() ? found(work, change, found.get()) : missing(work, change);
  }

  private Optional<Outcome> found(Work work, Change change, Answer<JsonNode> found) {
    if (change.edit().isPresent()) {
      work.spend(found.effort());
      Edit edit = change.edit().get().at(Caller.id(found));
      return edit(work, change, edit, false);
    }
    if (work.route().rules().onExists() == OnExists.FAIL) {
      throw new DataException(
          "the item that it is to create exists: the look-up found id " + Caller.id(found) + ".");
    }
    return done(work, change, found);
  }

  private Optional<Outcome> done(Work work, Change change, Answer<JsonNode> found) {
    work.advance(Reply.of(change.look().orElseThrow(), found));
    return Optional.empty();
  }

  private Optional<Outcome> missing(Work work, Change change) {
    if (change.create().isPresent()) {
      return create(work, change);
    }
    Call edit = change.edit().orElseThrow().call();
    boolean fine =
        edit.operation().method() == HttpMethod.DELETE
            || work.route().rules().onNotFound() == OnNotFound.IGNORE;
    if (!fine) {
      throw new DataException(
          "the look-up in "
              + change.look().orElseThrow().operation().id()
              + " found no item to change; behavior.on.not.found=create creates it.");
    }
    work.advance(Reply.unsent(edit));
    return Optional.empty();
  }

  /**
   * @param looks whether to look for an item that is not there under its id
   */
  private Optional<Outcome> edit(Work work, Change change, Edit edit, boolean looks) {
    try {
      return editor.edit(work, edit);
    } catch (ApiException e) {
      boolean gone = e.failure().kind() == Kind.NOT_FOUND && change.create().isPresent();
      boolean lost = e.failure().kind() == Kind.AMBIGUOUS && edit.revision().diff();
      if (gone) {
        work.spend(e.effort());
        return looks ? look(work, change) : create(work, change);
      }
      if (lost && work.attempt().loseEdit()) {
        work.spend(e.effort());
        return later(work);
      }
      throw e;
    }
  }

  private Optional<Outcome> create(Work work, Change change) {
    Call call = change.create().orElseThrow();
    if (work.route().writing().dryRun()) {
      work.advance(Reply.unsent(call));
      return Optional.empty();
    }
    try {
      work.advance(Reply.of(call, caller.call(work, call)));
      return Optional.empty();
    } catch (ApiException e) {
      if (change.look().isEmpty()) {
        throw e;
      }
      return uncreated(work, change, e);
    }
  }

  private Optional<Outcome> uncreated(Work work, Change change, ApiException e) {
    boolean lost =
        e.failure().kind() == Kind.AMBIGUOUS
            && work.route().rules().onAmbiguous() == OnAmbiguousCreate.LOOKUP;
    if (lost) {
      work.attempt().loseCreate(e);
      work.spend(e.effort());
      return settleLost(work, change);
    }
    if (exists(e.failure())) {
      work.spend(e.effort());
      Optional<Answer<JsonNode>> found = caller.find(work, change.look().orElseThrow());
      if (found.isPresent()) {
        return found(work, change, found.get());
      }
      work.attempt().calls(change.create().orElseThrow());
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

  private Optional<Outcome> settleLost(Work work, Change change) {
    Optional<Answer<JsonNode>> found = caller.find(work, change.look().orElseThrow());
    if (found.isPresent()) {
      return done(work, change, found.get());
    }
    boolean again = work.attempt().missed(change.create().orElseThrow());
    return again ? create(work, change) : later(work);
  }

  private static Optional<Outcome> later(Work work) {
    return Optional.of(
        new Outcome.Later(work.route().lookup().map(Lookup::rest).orElse(USUAL_REST)));
  }
}
