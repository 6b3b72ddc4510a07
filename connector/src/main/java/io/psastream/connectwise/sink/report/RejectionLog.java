package io.psastream.connectwise.sink.report;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.TroubleLog;
import io.psastream.connectwise.sink.report.OutcomeReporter.Rejection;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in the log that records are rejected: of each operation and status once, then once a
 * minute, and when there was none for a minute. Why a record was is in its report and not in a
 * line, since reasons may quote it.
 */
final class RejectionLog {

  private static final Logger LOG = LoggerFactory.getLogger(RejectionLog.class);

  private final TroubleLog troubles;

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   */
  RejectionLog(LongSupplier nanos) {
    troubles = new TroubleLog(LOG, nanos);
  }

  /**
   * A record was not applied, and is being reported.
   *
   * @param position its topic, partition and offset
   */
  void rejected(String position, Rejection rejection) {
    String kind = kind(rejection);
    troubles.warn(
        kind, "Record %s is reported, and the next ones go on: %s".formatted(position, kind));
  }

  /** A record was applied. */
  void delivered() {
    if (troubles.lasts()) {
      troubles.quiet();
    }
  }

  private static String kind(Rejection rejection) {
    String cause =
        rejection
            .failure()
            .map(ApiException::failure)
            .map(RejectionLog::answer)
            .orElse(rejection.replies().isEmpty() ? "not sent" : "not applied as they say");
    return "records are " + rejection.verdict().name().toLowerCase(Locale.ROOT) + ", " + cause;
  }

  private static String answer(Failure failure) {
    String status = failure.status() == 0 ? "no answer" : String.valueOf(failure.status());
    return failure.operation() + " → " + status;
  }
}
