package io.psastream.connectwise.sink;

import io.psastream.connectwise.sink.lane.Lanes;
import io.psastream.connectwise.sink.lane.Offsets;
import io.psastream.connectwise.sink.lane.Offsets.Position;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.report.OutcomeReporter;
import io.psastream.connectwise.sink.report.OutcomeReporter.Rejection;
import io.psastream.connectwise.sink.report.Report.Verdict;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles the records of a task: acts on the outcome of each, has it reported, and knows which
 * offsets may be committed. Used on the task's own thread.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A record is settled when it was applied, rejected or ignored, and that is written to every
 *       topic that reports it. Only offsets below which everything is settled are committed.
 *   <li>After the first failure of the task nothing starts, and what is in flight still gets its
 *       outcome.
 * </ul>
 */
final class Settlement {

  private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

  private final Lanes lanes;
  private final OutcomeReporter reporter;
  private final RouteMeters meters;
  private final LongSupplier nanos;
  private final Offsets offsets;
  private final StandingRecords standing;
  private final CommitPace commits;
  private final WorkPace pace;
  private ConnectException failure;

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   */
  Settlement(Lanes lanes, OutcomeReporter reporter, RouteMeters meters, LongSupplier nanos) {
    this.lanes = lanes;
    this.reporter = reporter;
    this.meters = meters;
    this.nanos = nanos;
    this.offsets = new Offsets(nanos);
    this.standing = new StandingRecords(offsets, nanos);
    this.commits = new CommitPace(nanos.getAsLong());
    this.pace = new WorkPace(nanos.getAsLong());
  }

  /** Notes a delivered record; empty when it is settled already, or still under way. */
  Optional<Position> begin(SinkRecord record) {
    return offsets.begin(record);
  }

  /** No call can be made of a record. */
  void unmapped(SinkRecord record, Position position, String reason) {
    meters.unmapped(record, position);
    reject(record, position, Rejection.unmapped(reason + "."));
  }

  /** Nothing is to be done for a record. */
  void ignored(Position position) {
    offsets.settle(position);
  }

  /** Acts on the outcomes that have come. */
  void settle() {
    lanes.drain().forEach(done -> settle(done.record(), done.outcome()));
    collect(Duration.ZERO);
  }

  private void collect(Duration bound) {
    try {
      reporter.collect(bound);
    } catch (ConnectException e) {
      fail(e);
    }
  }

  private void settle(PendingRecord record, Outcome outcome) {
    standing.note(record, outcome);
    if (outcome instanceof Outcome.Delivered delivered) {
      boolean created = delivered.created();
      record
          .parts()
          .forEach(
              part ->
                  reporter.delivered(
                      part.record(),
                      delivered.replies(),
                      () -> {
                        settled(part.position());
                        commits.settled(created);
                      }));
    } else if (outcome instanceof Outcome.Rejected rejected) {
      reject(
          record,
          new Rejection(
              Verdict.REJECTED, rejected.reason(), rejected.failure(), rejected.replies()));
    } else if (outcome instanceof Outcome.Ambiguous ambiguous) {
      reject(
          record,
          new Rejection(
              Verdict.AMBIGUOUS,
              ambiguous.reason(),
              Optional.of(ambiguous.failure()),
              ambiguous.replies()));
    } else if (outcome instanceof Outcome.Fatal fatal) {
      String reason = "Record " + record.position() + " was not applied: " + fatal.reason();
      fail(new ConnectException(reason + " The task stops.", fatal.cause()));
    } else {
      retry(record);
      return;
    }
    pace.done(record.parts().size(), nanos.getAsLong());
  }

  private void settled(Position position) {
    offsets.settle(position);
    meters.settled(position);
  }

  /** Tries again what was not applied; a record of a closed partition is left to its next owner. */
  private void retry(PendingRecord record) {
    if (record.position().orphaned()) {
      lanes.leave(record);
      record.parts().forEach(part -> offsets.forget(part.position()));
    } else {
      lanes.retry(record);
    }
  }

  private void reject(PendingRecord record, Rejection rejection) {
    record.parts().forEach(part -> reject(part.record(), part.position(), rejection));
  }

  private void reject(SinkRecord record, Position position, Rejection rejection) {
    try {
      reporter.rejected(record, rejection, () -> settled(position));
    } catch (ConnectException e) {
      fail(e);
    }
  }

  /** Remembers the first failure; what is in flight still gets its outcome. */
  private void fail(ConnectException cause) {
    lanes.stop();
    if (failure == null) {
      failure = cause;
    } else if (!failure.getMessage().equals(cause.getMessage())) {
      LOG.error("The task has failed, and then: {}", cause.getMessage());
    }
  }

  /** Whether the task has failed. */
  boolean failed() {
    return failure != null;
  }

  /**
   * Throws what the task has failed for, where it has.
   *
   * @throws ConnectException then
   */
  void throwFailure() {
    if (failure != null) {
      throw failure;
    }
  }

  /** Whether the next call has reports to collect or a failure to throw. */
  boolean awaitsCall() {
    return reporter.pending() || failed();
  }

  /** How many records two seconds take, at the pace of the last two. */
  int doneInTwoSeconds() {
    return pace.inTwoSeconds(nanos.getAsLong());
  }

  /** Those of these partitions in which much is settled after a record that stands. */
  Set<TopicPartition> farAhead(Set<TopicPartition> assigned) {
    return standing.farAhead(assigned);
  }

  /** Whether to ask Connect for a commit now; says so once. */
  boolean commitIsDue() {
    return commits.due(nanos.getAsLong());
  }

  /** Lets nothing start, and waits for the calls in flight and then for what reports them. */
  void settleInFlight(Duration calls, Duration reports) {
    long start = nanos.getAsLong();
    lanes.suspend();
    lanes.awaitIdle(calls);
    settle();
    // Connect waited for the reports of earlier calls, not for those of this one.
    collect(reports);
    commits.took(nanos.getAsLong() - start);
  }

  /** What may be committed where records were delivered up to these offsets. */
  Map<TopicPartition, OffsetAndMetadata> committable(
      Map<TopicPartition, OffsetAndMetadata> delivered) {
    return offsets.committable(delivered);
  }

  /**
   * Lets go of partitions: what was not started will be delivered again, here or elsewhere.
   *
   * @param bound for calls in flight, and once more after they were ended
   */
  void close(Set<TopicPartition> closed, Duration bound) {
    lanes.suspend();
    settle();
    lanes.drop(closed).forEach(record -> offsets.forget(record.position()));
    if (!lanes.awaitIdle(bound)) {
      // Ended, so that it cannot overtake the next owner; a create that was sent is ambiguous then.
      lanes.interrupt(
          record ->
              record.parts().stream()
                  .anyMatch(part -> closed.contains(part.position().partition())));
      lanes.awaitIdle(bound);
    }
    offsets.close(closed);
    settle();
    meters.forgotten(position -> closed.contains(position.partition()));
    standing.forget(closed);
  }
}
