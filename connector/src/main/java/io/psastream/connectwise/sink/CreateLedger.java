package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.TroubleLog;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.ledger.Ledger;
import io.psastream.connectwise.sink.ledger.LedgerEntry;
import io.psastream.connectwise.sink.ledger.LedgerException;
import io.psastream.connectwise.sink.report.Reply;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The creates of records in the {@link Ledger}, where there is one: what it knows of them, and the
 * notes before and after one is sent.
 */
final class CreateLedger {

  /** Remembers nothing. */
  static final CreateLedger NONE = new CreateLedger(Optional.empty());

  private static final Logger LOG = LoggerFactory.getLogger(CreateLedger.class);

  private final TroubleLog troubles = new TroubleLog(LOG, System::nanoTime);
  private final Optional<Ledger> ledger;

  CreateLedger(Optional<Ledger> ledger) {
    this.ledger = ledger;
  }

  /**
   * Fails where another task has taken over the partition of this record.
   *
   * @throws LedgerException then
   */
  void requireOwned(PendingRecord record) {
    ledger.ifPresent(it -> it.requireOwned(record.record()));
  }

  /** What the next change of a record was answered before; empty when that is not known. */
  Optional<Reply> told(PendingRecord record, Call create) {
    return entry(record)
        .filter(LedgerEntry::done)
        .map(
            entry ->
                new Reply(
                    create,
                    entry.status(),
                    false,
                    entry.ids().stream().map(CreateLedger::item).toList(),
                    CallStats.NONE));
  }

  private static JsonNode item(JsonNode id) {
    return JsonNodeFactory.instance.objectNode().set("id", id);
  }

  /** Why the next change of a record may have created its item; empty when it has not. */
  Optional<ApiException> doubt(PendingRecord record, Call create) {
    return entry(record)
        .filter(entry -> !entry.done())
        .map(
            entry ->
                new ApiException(
                    Failure.of(
                        Kind.AMBIGUOUS,
                        create.name(),
                        0,
                        "The ledger says that this create was begun, and not what came of it")));
  }

  private Optional<LedgerEntry> entry(PendingRecord record) {
    return ledger.flatMap(it -> it.entry(record.record(), record.applied()));
  }

  /**
   * Sends a create between its two notes.
   *
   * @throws LedgerException when it cannot be noted, so that it is not sent
   * @throws ApiException when it fails
   */
  Answer<JsonNode> send(PendingRecord record, Call create, Supplier<Answer<JsonNode>> send) {
    if (ledger.isEmpty()) {
      return send.get();
    }
    Ledger notes = ledger.get();
    List<SinkRecord> records = record.parts().stream().map(PendingRecord::record).toList();
    int change = record.applied();
    String operation = create.operation().id();
    notes.begin(records, change, operation);
    try {
      Answer<JsonNode> answer = send.get();
      note(record, () -> notes.done(records, change, operation, answer.status(), ids(answer)));
      return answer;
    } catch (ApiException e) {
      if (createdNothing(e)) {
        note(record, () -> notes.undo(records, change));
      }
      throw e;
    }
  }

  private static List<JsonNode> ids(Answer<JsonNode> answer) {
    return answer.items().stream().map(it -> it.path("id")).filter(JsonNode::isValueNode).toList();
  }

  /** Of a bulk operation that failed, some items may have been created. */
  private static boolean createdNothing(ApiException e) {
    Kind kind = e.failure().kind();
    return kind != Kind.AMBIGUOUS && kind != Kind.UNKNOWN && e.items().isEmpty();
  }

  /** Without the note, the record is one in doubt when it is delivered again. */
  private void note(PendingRecord record, Runnable note) {
    try {
      note.run();
    } catch (LedgerException e) {
      troubles.warn(
          "the ledger does not take what came of creates",
          "What came of the create of %s is not in the ledger, so it is in doubt if it is delivered"
                  .formatted(record.position())
              + " again: "
              + e.getMessage());
    }
  }
}
