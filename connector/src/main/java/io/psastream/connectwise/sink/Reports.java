package io.psastream.connectwise.sink;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.sink.lane.Offsets.Position;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.report.Reply;
import io.psastream.connectwise.sink.report.Report;
import io.psastream.connectwise.sink.report.Report.Problem;
import io.psastream.connectwise.sink.report.Report.Verdict;
import io.psastream.connectwise.sink.report.ReportTopics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * What became of records, on its way to the topics that are to know: the dead letter topic of
 * Connect, the result and the error topic. Where nobody takes a rejected record, because there is
 * no error topic and Connect does not tolerate errors, it is the task's failure.
 */
final class Reports {

  private final Optional<ErrantRecordReporter> deadLetters;
  private final Optional<ReportTopics> topics;
  private final Deque<Pending> pending = new ArrayDeque<>();

  /** A record whose outcome is not everywhere yet. */
  private record Pending(Position position, List<Future<?>> writes) {}

  /**
   * Why a record was not applied.
   *
   * @param replies to its calls; the last is the one that was not applied; empty where none was
   *     made
   */
  record Rejection(
      Verdict verdict, String reason, Optional<ApiException> failure, List<Reply> replies) {

    static Rejection unmapped(String reason) {
      return new Rejection(Verdict.REJECTED, reason, Optional.empty(), List.of());
    }

    static Rejection of(Outcome.Rejected outcome) {
      return new Rejection(
          Verdict.REJECTED, outcome.reason(), outcome.failure(), outcome.replies());
    }

    static Rejection of(Outcome.Ambiguous outcome) {
      return new Rejection(
          Verdict.AMBIGUOUS, outcome.reason(), Optional.of(outcome.failure()), outcome.replies());
    }

    private Report report(SinkRecord record) {
      Optional<Reply> last =
          replies.isEmpty() ? Optional.empty() : Optional.of(replies.get(replies.size() - 1));
      return new Report(
          record,
          verdict,
          last,
          Optional.of(new Problem(reason, failure.map(ApiException::failure))));
    }

    private List<Reply> before() {
      return replies.subList(0, Math.max(0, replies.size() - 1));
    }
  }

  Reports(Optional<ErrantRecordReporter> deadLetters, Optional<ReportTopics> topics) {
    this.deadLetters = deadLetters;
    this.topics = topics;
  }

  /** Whether rejected records are told to anybody, so that the others can go on. */
  boolean takesRejected() {
    return deadLetters.isPresent() || topics.filter(ReportTopics::takesErrors).isPresent();
  }

  /** Tells what the calls of a record were answered. */
  void delivered(SinkRecord record, Position position, List<Reply> replies) {
    List<Future<?>> writes = new ArrayList<>();
    topics.ifPresent(it -> tell(it, record, replies, writes));
    pending.add(new Pending(position, writes));
  }

  private static void tell(
      ReportTopics topics, SinkRecord record, List<Reply> replies, List<Future<?>> writes) {
    replies.forEach(reply -> writes.add(topics.send(Report.done(record, reply))));
  }

  /**
   * Tells that a record was not applied, and which of its calls were.
   *
   * @throws ConnectException when nobody takes it, so that the task must stop
   */
  void rejected(SinkRecord record, Position position, Rejection rejection) {
    DataException error =
        new DataException(
            "Record "
                + position
                + (rejection.replies().isEmpty() ? " was not sent: " : " was not applied: ")
                + rejection.reason(),
            rejection.failure().orElse(null));
    if (!takesRejected()) {
      throw failure(error);
    }
    List<Future<?>> writes = new ArrayList<>();
    try {
      deadLetters.ifPresent(reporter -> writes.add(reporter.report(record, error)));
    } catch (ConnectException e) {
      throw failure(error); // Connect's own way to say that errors are not tolerated.
    }
    topics.ifPresent(
        it -> {
          tell(it, record, rejection.before(), writes);
          writes.add(it.send(rejection.report(record)));
        });
    pending.add(new Pending(position, writes));
  }

  private static ConnectException failure(DataException error) {
    return new ConnectException(
        error.getMessage()
            + " The task stops: correct the cause, or go on without such records with"
            + " errors.tolerance=all and errors.deadletterqueue.topic.name, or with"
            + " reporter.error.topic.",
        error);
  }

  /** Whether there is anything that has not been written yet. */
  boolean underWay() {
    return !pending.isEmpty();
  }

  /**
   * Hands on the positions of the records whose outcome is everywhere.
   *
   * @param bound how long to wait for all of them together
   * @throws ConnectException when one cannot be written
   */
  void collect(Duration bound, Consumer<Position> written) {
    long deadline = System.nanoTime() + bound.toNanos();
    for (Iterator<Pending> all = pending.iterator(); all.hasNext(); ) {
      Pending next = all.next();
      if (areWritten(next.writes(), deadline)) {
        all.remove();
        written.accept(next.position());
      }
    }
  }

  private static boolean areWritten(List<Future<?>> writes, long deadline) {
    for (Future<?> write : writes) {
      long left = Math.max(0, deadline - System.nanoTime());
      if (!isWritten(write, left)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWritten(Future<?> write, long nanos) {
    if (nanos == 0 && !write.isDone()) {
      return false;
    }
    try {
      write.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new ConnectException(
          "What became of a record cannot be reported, to the dead letter topic or to a topic of"
              + " reporter.*; the task stops.",
          e.getCause());
    }
  }

  /** Ends the producer of the topics. */
  void close(Duration bound) {
    topics.ifPresent(it -> it.close(bound));
  }
}
