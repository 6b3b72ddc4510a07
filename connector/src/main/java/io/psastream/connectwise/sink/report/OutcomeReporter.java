package io.psastream.connectwise.sink.report;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.sink.report.Report.Problem;
import io.psastream.connectwise.sink.report.Report.Verdict;
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
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Reports the outcomes of records to the dead letter queue of Connect and to the result and error
 * topics, and tells when they are written. Where nobody takes a rejected record, because there is
 * no error topic and Connect does not tolerate errors, the task fails. Used by the task's own
 * thread alone.
 */
public final class OutcomeReporter {

  private final Optional<ErrantRecordReporter> deadLetters;
  private final Optional<ReportTopics> topics;
  private final Deque<Unwritten> pending = new ArrayDeque<>();

  /** An outcome that is not written everywhere yet. */
  private record Unwritten(List<Future<?>> writes, Runnable written) {}

  /**
   * Why a record was not applied.
   *
   * @param replies to its calls; the last is the one that was not applied; empty where none was
   *     made
   */
  public record Rejection(
      Verdict verdict, String reason, Optional<ApiException> failure, List<Reply> replies) {

    /** Of a record that no call could be made of. */
    public static Rejection unmapped(String reason) {
      return new Rejection(Verdict.REJECTED, reason, Optional.empty(), List.of());
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

  public OutcomeReporter(
      Optional<ErrantRecordReporter> deadLetters, Optional<ReportTopics> topics) {
    this.deadLetters = deadLetters;
    this.topics = topics;
  }

  /** Whether rejected records are reported anywhere, so that the others can go on. */
  public boolean takesRejected() {
    return deadLetters.isPresent() || topics.filter(ReportTopics::takesErrors).isPresent();
  }

  /**
   * Reports the answers to the calls of a record.
   *
   * @param written runs when all of it is written, during a {@link #collect}
   */
  public void delivered(SinkRecord record, List<Reply> replies, Runnable written) {
    List<Future<?>> writes = new ArrayList<>();
    topics.ifPresent(it -> send(it, record, replies, writes));
    pending.add(new Unwritten(writes, written));
  }

  private static void send(
      ReportTopics topics, SinkRecord record, List<Reply> replies, List<Future<?>> writes) {
    replies.forEach(reply -> writes.add(topics.send(Report.done(record, reply))));
  }

  /**
   * Reports that a record was not applied, and which of its calls were.
   *
   * @param written runs when all of it is written, during a {@link #collect}
   * @throws ConnectException when nobody takes it, so that the task must stop
   */
  public void rejected(SinkRecord record, Rejection rejection, Runnable written) {
    DataException error =
        new DataException(
            "Record %s-%d@%d was not %s: %s"
                .formatted(
                    record.originalTopic(),
                    record.originalKafkaPartition(),
                    record.originalKafkaOffset(),
                    rejection.replies().isEmpty() ? "sent" : "applied",
                    rejection.reason()),
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
          send(it, record, rejection.before(), writes);
          writes.add(it.send(rejection.report(record)));
        });
    pending.add(new Unwritten(writes, written));
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
  public boolean pending() {
    return !pending.isEmpty();
  }

  /**
   * Runs what is to follow the outcomes that are written everywhere.
   *
   * @param bound how long to wait for all of them together
   * @throws ConnectException when one cannot be written
   */
  public void collect(Duration bound) {
    long deadline = System.nanoTime() + bound.toNanos();
    for (Iterator<Unwritten> all = pending.iterator(); all.hasNext(); ) {
      Unwritten next = all.next();
      if (areWritten(next.writes(), deadline)) {
        all.remove();
        next.written().run();
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
          "Cannot write to the dead letter queue or to a reporter topic. Check that the topics exist"
              + " and the settings of errors.deadletterqueue.* and reporter.*; the task stops.",
          e.getCause());
    }
  }

  /** Ends the producer of the topics. */
  public void close(Duration bound) {
    topics.ifPresent(it -> it.close(bound));
  }
}
