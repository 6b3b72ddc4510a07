package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.sink.config.Lookup;
import io.psastream.connectwise.sink.config.Rules.OnAmbiguousCreate;
import io.psastream.connectwise.sink.config.Rules.OnExists;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.mapping.Change;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.errors.DataException;

/**
 * Finds the item that a change is for: by its address, by a look-up, or by its id where this task
 * has created it.
 *
 * <p>A create whose answer was lost is looked up at once and, if it is not there, once more after a
 * delay; only what neither look-up found is created again (P35).
 */
final class ItemFinder {

  private static final int SERVER_ERROR = 500;
  private static final Duration USUAL_DELAY = Duration.ofSeconds(5);

  private final Function<Call, Answer<JsonNode>> sender;
  private final CreatedItems created;
  private final CreateLedger ledger;

  /**
   * @param sender sends a call for the record, or fails with an {@link ApiException}
   * @param created what this task has created
   * @param ledger what it has begun to create
   */
  ItemFinder(Function<Call, Answer<JsonNode>> sender, CreatedItems created, CreateLedger ledger) {
    this.sender = sender;
    this.created = created;
    this.ledger = ledger;
  }

  /**
   * Identifies the item, or goes on with it where a failure has cut the change short.
   *
   * @throws ApiException when a call fails, or a create that was begun is not to be looked up
   * @throws DataException when the look-up finds what the change does not allow
   */
  Target identify(PendingRecord record, Change change) {
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

  /** A create that was begun, by this task or another, and nobody knows what came of it. */
  private Target begunBefore(PendingRecord record, Change change, ApiException doubt) {
    boolean looks = record.route().rules().onAmbiguous() == OnAmbiguousCreate.LOOKUP;
    if (change.look().isEmpty() || !looks) {
      record.progress().calling(change.create().orElseThrow());
      throw doubt;
    }
    record.progress().loseCreate(doubt, true);
    return afterLostCreate(record, change);
  }

  /**
   * Looks the item up, and says what its edit is then. What another task created just before this
   * one took over may not have been in the list yet when the look-up was sent.
   */
  Target lookUp(PendingRecord record, Change change) {
    Duration wait = created.wait(delay(record));
    return find(record, change.look().orElseThrow())
        .map(found -> found(record, change, found))
        .orElseGet(
            () ->
                wait.compareTo(Duration.ZERO) > 0
                    ? new Target.Unclear(wait)
                    : new Target.Missing());
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

  /**
   * What is found may be another's than the lost create's: it is edited, so that what the record
   * says is written in any case.
   */
  private Target afterLostCreate(PendingRecord record, Change change) {
    Optional<Answer<JsonNode>> found = find(record, change.look().orElseThrow());
    if (found.isPresent()) {
      return change.edit().isPresent()
          ? found(record, change, found.get())
          : new Target.Existing(found.get());
    }
    boolean createAgain = record.progress().notFound(change.create().orElseThrow());
    return createAgain ? new Target.Missing() : new Target.Unclear(delay(record));
  }

  /** How long a list may take to show what was written. */
  static Duration delay(PendingRecord record) {
    return record.route().lookup().map(Lookup::delay).orElse(USUAL_DELAY);
  }

  /**
   * What a create that failed leaves of an item that can be looked up.
   *
   * @throws ApiException the failure, when that is all there is to say
   */
  Target afterFailedCreate(PendingRecord record, Change change, ApiException e) {
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

  /** A create was answered with this: the look-up is to find it from now on. */
  void created(Change change, Answer<JsonNode> answer) {
    if (answer.items().size() == 1) {
      change.look().ifPresent(look -> created.remember(look, answer.items().get(0)));
    }
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
    return known.isPresent() ? known : search(look);
  }

  private Optional<Answer<JsonNode>> known(PendingRecord record, Call look, Call byId) {
    try {
      Answer<JsonNode> answer = sender.apply(byId);
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

  private Optional<Answer<JsonNode>> search(Call look) {
    Answer<JsonNode> answer = sender.apply(look);
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
