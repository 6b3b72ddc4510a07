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
import java.util.function.LongSupplier;
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

  /** Longer than a write takes while its topic can be written. */
  private static final Duration LONG = Duration.ofSeconds(2);

  private final Optional<ErrantRecordReporter> deadLetters;
  private final Optional<ReportTopics> topics;
  private final LongSupplier nanos;
  private final RejectionLog log;
  private final Deque<Unwritten> pending = new ArrayDeque<>();
  private boolean rejectionsPending;
  private boolean rejectionsWritten;

  /**
   * An outcome that is not written everywhere yet.
   *
   * @param applied whether it was applied, so that it must not be applied again
   * @param since when it came
   */
  private record Unwritten(
      SinkRecord record, boolean applied, long since, List<Future<?>> writes, Runnable written) {}

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

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   */
  public OutcomeReporter(
      Optional<ErrantRecordReporter> deadLetters,
      Optional<ReportTopics> topics,
      LongSupplier nanos) {
    this.deadLetters = deadLetters;
    this.topics = topics;
    this.nanos = nanos;
    this.log = new RejectionLog(nanos);
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
    pending.add(new Unwritten(record, true, nanos.getAsLong(), writes, written));
    log.delivered();
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
            "Record %s was not %s: %s"
                .formatted(
                    position(record),
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
    pending.add(new Unwritten(record, false, nanos.getAsLong(), writes, written));
    log.rejected(position(record), rejection);
    rejectionsPending = true;
  }

  private static String position(SinkRecord record) {
    return record.originalTopic()
        + "-"
        + record.originalKafkaPartition()
        + "@"
        + record.originalKafkaOffset();
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
   * Whether nothing more should be sent for now, since a restart would repeat what is not told: the
   * first rejection is not written yet, so that perhaps none can be, or an outcome has waited long.
   */
  public boolean behind() {
    return (rejectionsPending && !rejectionsWritten)
        || (pending() && nanos.getAsLong() - pending.element().since() > LONG.toNanos());
  }

  /**
   * Runs what is to follow the outcomes that are written everywhere, and also those of applied
   * records that cannot be written: these must not be applied again.
   *
   * @param bound how long to wait for all of them together
   * @throws ConnectException when one cannot be written; it names applied records that are not told
   */
  public void collect(Duration bound) {
    long deadline = System.nanoTime() + bound.toNanos();
    List<String> untold = new ArrayList<>();
    Optional<Throwable> failure = Optional.empty();
    for (Iterator<Unwritten> all = pending.iterator(); all.hasNext(); ) {
      Unwritten next = all.next();
      try {
        if (areWritten(next.writes(), deadline)) {
          all.remove();
          next.written().run();
          rejectionsWritten |= !next.applied();
        }
      } catch (ExecutionException e) {
        failure = Optional.of(e.getCause());
        if (next.applied()) {
          all.remove();
          next.written().run();
          untold.add(position(next.record()));
        }
      }
    }
    if (failure.isPresent()) {
      throw unwritten(untold, failure.get());
    }
  }

  private static ConnectException unwritten(List<String> untold, Throwable cause) {
    String applied =
        untold.isEmpty()
            ? " A restart applies again what was applied after a record that could not be reported;"
                + " without a look-up (lookup.operation.id) it creates those items again."
            : " Applied, and not reported anywhere else (they are not applied again): "
                + String.join(", ", untold)
                + ".";
    return new ConnectException(
        "Cannot write to the dead letter queue or to a reporter topic. Check that the topics exist"
            + " and the settings of errors.deadletterqueue.* and reporter.*; the task stops."
            + applied,
        cause);
  }

  private static boolean areWritten(List<Future<?>> writes, long deadline)
      throws ExecutionException {
    for (Future<?> write : writes) {
      long left = Math.max(0, deadline - System.nanoTime());
      if (!isWritten(write, left)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWritten(Future<?> write, long nanos) throws ExecutionException {
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
    }
  }

  /** Ends the producer of the topics. */
  public void close(Duration bound) {
    topics.ifPresent(it -> it.close(bound));
  }
}
