package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Reaction;
import io.psastream.connectwise.client.Reaction.Situation;
import io.psastream.connectwise.client.TroubleLog;
import io.psastream.connectwise.sink.ChangeResult.Applied;
import io.psastream.connectwise.sink.ChangeResult.NotApplied;
import io.psastream.connectwise.sink.body.PatchCheck;
import io.psastream.connectwise.sink.config.Rules.OnAmbiguousCreate;
import io.psastream.connectwise.sink.config.Rules.OnNotFound;
import io.psastream.connectwise.sink.lane.Lease;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.ledger.LedgerException;
import io.psastream.connectwise.sink.mapping.Change;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import io.psastream.connectwise.sink.report.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.DataException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies a record: its changes, one after the other, up to the first that is not applied, since
 * what follows in the record may build on it. Runs on a lane's thread.
 */
final class RecordApplier implements Function<PendingRecord, Outcome> {

  private static final Logger LOG = LoggerFactory.getLogger(RecordApplier.class);

  /** How long a record waits for the ledger before it is tried again. */
  private static final Duration LEDGER_DELAY = Duration.ofSeconds(5);

  private final Sender sender;
  private final CreatedItems created;
  private final CreateLedger ledger;
  private final Lease lease;
  private final LongSupplier nanos;
  private final TroubleLog troubles;
  private final AnswerCheck answers;

  /** How often each operation has succeeded. */
  private final Map<String, LongAdder> successes = new ConcurrentHashMap<>();

  /** The client: sends a call if it is permitted then, or fails with an {@link ApiException}. */
  @FunctionalInterface
  interface Sender extends BiFunction<Call, BooleanSupplier, Answer<JsonNode>> {}

  /**
   * @param checks how to verify the patches of those routes that want it, by operation
   * @param created what this task has created
   * @param lease what permits calls; a record that was begun before a gap in it begins again, so
   *     that nothing is written because of what was read before
   * @param nanos a clock such as {@link System#nanoTime}
   */
  RecordApplier(
      Sender sender,
      Map<String, PatchCheck> checks,
      CreatedItems created,
      Lease lease,
      LongSupplier nanos) {
    this(sender, checks, created, CreateLedger.NONE, lease, nanos);
  }

  /**
   * The same with a ledger.
   *
   * @param ledger remembers creates
   */
  RecordApplier(
      Sender sender,
      Map<String, PatchCheck> checks,
      CreatedItems created,
      CreateLedger ledger,
      Lease lease,
      LongSupplier nanos) {
    this.ledger = ledger;
    this.sender = sender;
    this.created = created;
    this.lease = lease;
    this.nanos = nanos;
    this.troubles = new TroubleLog(LOG, nanos);
    this.answers = new AnswerCheck(checks, troubles);
  }

  @Override
  public Outcome apply(PendingRecord record) {
    BooleanSupplier permitted = lease.heldSinceNow();
    Function<Call, Answer<JsonNode>> sending = call -> send(record, call, permitted);
    ChangeApplier changes =
        new ChangeApplier(sending, new ItemFinder(sending, created, ledger), ledger, answers);
    while (!record.finished()) {
      ChangeResult result = apply(changes, record, record.next());
      if (result instanceof NotApplied not) {
        return not.outcome();
      }
      record.advance(((Applied) result).reply());
    }
    return new Outcome.Delivered(record.replies());
  }

  private Answer<JsonNode> send(PendingRecord record, Call call, BooleanSupplier permitted) {
    record.progress().calling(call);
    Answer<JsonNode> answer = sender.apply(call, permitted);
    successes(call).increment();
    return answer;
  }

  private LongAdder successes(Call call) {
    return successes.computeIfAbsent(call.operation().id(), id -> new LongAdder());
  }

  private ChangeResult apply(ChangeApplier changes, PendingRecord record, Change change) {
    try {
      ledger.requireOwned(record);
      return changes.apply(record, change);
    } catch (DataException e) {
      return new NotApplied(
          new Outcome.Rejected(
              sentence(e) + record.itemOfSeveral(), Optional.empty(), record.replies()));
    } catch (ApiException e) {
      return failed(record, e);
    } catch (LedgerException e) {
      troubles.warn("ledger", e.getMessage());
      return new NotApplied(
          e.fatal() ? new Outcome.Fatal(e.getMessage(), e) : new Outcome.Delayed(LEDGER_DELAY));
    } catch (RuntimeException | StackOverflowError e) {
      return faulty(record, RecordRouter.fault("applied", e));
    }
  }

  /** A fault of the connector is the record's own failure, too: the others may be without it. */
  private static ChangeResult faulty(PendingRecord record, String fault) {
    if (record.creates()) {
      String call = record.progress().call().name();
      return lost(record, new ApiException(Failure.of(Kind.AMBIGUOUS, call, 0, fault)));
    }
    return new NotApplied(
        new Outcome.Rejected(
            fault + "." + record.itemOfSeveral(), Optional.empty(), record.replies()));
  }

  private ChangeResult failed(PendingRecord record, ApiException e) {
    Situation situation = record.creates() ? Situation.CREATE : Situation.RECORD;
    return switch (Reaction.to(e.failure().kind(), situation)) {
      case REJECT_RECORD -> rejected(record, e);
      case RETRY_LATER -> unavailable(record, e);
      case NOT_FOUND_RULE -> notFound(record, e);
      case AMBIGUOUS_RULE -> ambiguous(record, e);
      case NONE -> new NotApplied(new Outcome.Cancelled());
      case FAIL_TASK, RETRY_FOR_A_WHILE, SKIP_QUERY, SKIP_CHILD, CHILD_RULE, REFUSE_CONFIG, WARN ->
          new NotApplied(new Outcome.Fatal(sentence(e), e));
    };
  }

  private static ChangeResult rejected(PendingRecord record, ApiException e, String... more) {
    return new NotApplied(
        new Outcome.Rejected(
            sentence(e) + String.join("", more) + record.itemOfSeveral(),
            Optional.of(e),
            record.repliesWith(Reply.failed(record.progress().call(), e))));
  }

  private ChangeResult unavailable(PendingRecord record, ApiException e) {
    Call call = record.progress().call();
    Duration bound = record.route().rules().retryTimeout();
    boolean throttled = e.failure().kind() == Kind.THROTTLED; // says nothing of the call
    if (!throttled
        && record.progress().failsAlone(nanos.getAsLong(), successes(call).sum(), bound)) {
      return rejected(
          record,
          e,
          " It failed so for %d s while %s succeeded for other records, so it is given up; a"
                  .formatted(bound.toSeconds(), call.operation().id())
              + " firewall or gateway may refuse its content. record.retry.timeout.ms says how long"
              + " it is tried.");
    }
    record.addStats(e.stats());
    return new NotApplied(new Outcome.Unavailable(e.failure()));
  }

  private static String sentence(RuntimeException e) {
    return e.getMessage().endsWith(".") ? e.getMessage() : e.getMessage() + ".";
  }

  /** What is to be deleted and does not exist is as good as deleted (P43). */
  private static ChangeResult notFound(PendingRecord record, ApiException e) {
    boolean deletes =
        record
            .next()
            .edit()
            .filter(it -> it.call().operation().method() == HttpMethod.DELETE)
            .isPresent();
    return deletes || record.route().rules().onNotFound() == OnNotFound.IGNORE
        ? new Applied(Reply.failed(record.progress().call(), e))
        : rejected(record, e);
  }

  private ChangeResult ambiguous(PendingRecord record, ApiException e) {
    boolean again = e.failure().status() != 500; // which comes again (P8)
    if (again && record.route().rules().onAmbiguous() == OnAmbiguousCreate.RETRY) {
      return unavailable(record, e);
    }
    return lost(record, e);
  }

  private static ChangeResult lost(PendingRecord record, ApiException e) {
    return new NotApplied(
        new Outcome.Ambiguous(
            sentence(e)
                + " Its answer was lost, so it may have been applied: look it up in ConnectWise"
                + " before you replay the record."
                + record.itemOfSeveral(),
            e,
            record.repliesWith(Reply.failed(record.progress().call(), e))));
  }
}
