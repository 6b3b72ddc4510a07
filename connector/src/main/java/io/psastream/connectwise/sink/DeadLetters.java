package io.psastream.connectwise.sink;

import io.psastream.connectwise.sink.Offsets.Position;
import java.time.Duration;
import java.util.ArrayList;
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
 * Rejected records on their way to the dead letter topic. Where Connect has none, or does not
 * tolerate errors, a rejected record is the task's failure.
 */
final class DeadLetters {

  private final Optional<ErrantRecordReporter> reporter;
  private final List<Report> reports = new ArrayList<>();

  private record Report(Position position, Future<Void> written) {}

  DeadLetters(Optional<ErrantRecordReporter> reporter) {
    this.reporter = reporter;
  }

  /**
   * Reports a record.
   *
   * @throws ConnectException when that cannot be done, so that the task must stop
   */
  void report(SinkRecord record, Position position, DataException error) {
    try {
      Future<Void> written = reporter.orElseThrow(() -> failure(error)).report(record, error);
      reports.add(new Report(position, written));
    } catch (ConnectException e) {
      // Ours, or Connect's own way to say that errors are not tolerated.
      throw failure(error);
    }
  }

  private static ConnectException failure(DataException error) {
    return new ConnectException(
        error.getMessage()
            + " The task stops: correct the cause, or go on without such records with"
            + " errors.tolerance=all and errors.deadletterqueue.topic.name.",
        error);
  }

  /** Whether there are reports that have not been written yet. */
  boolean underWay() {
    return !reports.isEmpty();
  }

  /**
   * Hands on the positions of the records that the topic has.
   *
   * @param bound how long to wait for all of them together
   * @throws ConnectException when one cannot be written
   */
  void collect(Duration bound, Consumer<Position> written) {
    long deadline = System.nanoTime() + bound.toNanos();
    for (Report report : List.copyOf(reports)) {
      if (isWritten(report, deadline - System.nanoTime())) {
        reports.remove(report);
        written.accept(report.position());
      }
    }
  }

  private static boolean isWritten(Report report, long nanos) {
    try {
      report.written().get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new ConnectException(
          "The dead letter topic cannot be written; the task stops.", e.getCause());
    }
  }
}
