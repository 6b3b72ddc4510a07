package io.psastream.connectwise.client;

import io.psastream.connectwise.client.Failure.Kind;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is logged of the calls to a site. The retries of a call and its being made again later are
 * one trouble, told by one voice, which also says when it is over. Safe for use by several threads.
 */
final class SiteTroubles {

  private static final Logger LOG = LoggerFactory.getLogger(SiteTroubles.class);

  private final TroubleLog troubles;
  private final TroubleLog remarks;

  /** The operation that had each kind of trouble last. */
  private final Map<Kind, String> inTrouble = new ConcurrentHashMap<>();

  /**
   * @param nanos the clock by which lines are a minute apart, and remarks an hour
   */
  SiteTroubles(LongSupplier nanos) {
    troubles = new TroubleLog(LOG, nanos);
    remarks = new TroubleLog(LOG, nanos, Duration.ofHours(1));
  }

  /**
   * A call has failed and is retried after a delay; logged where such retries may last.
   *
   * @param label what the line begins with
   */
  void retrying(String label, ApiException e, Duration delay, int attempt) {
    if (lasting(e.failure().kind())) {
      String text = "%s%s. Retrying in %d ms (attempt %d)";
      troubles.begin(
          trouble(e.failure()), text.formatted(label, e.getMessage(), delay.toMillis(), attempt));
    }
  }

  /** A call has failed after all retries and is made again later; the text is the whole line. */
  void retriedLater(Failure failure, String text) {
    troubles.warn(trouble(failure), text);
  }

  /** Warns of how an operation is read from now on. */
  void remark(String remark, String text) {
    remarks.warn(remark, text);
  }

  /** Whether calls are retried for long; of others the caller soon tells what came of them. */
  private static boolean lasting(Kind kind) {
    return kind == Kind.UNAVAILABLE || kind == Kind.THROTTLED || kind == Kind.TIMEOUT;
  }

  private String trouble(Failure failure) {
    inTrouble.put(failure.kind(), failure.operation());
    return trouble(failure.kind(), failure.operation());
  }

  /** What is away or limits requests is the site; other troubles are those of an operation. */
  private static String trouble(Kind kind, String operation) {
    return switch (kind) {
      case UNAVAILABLE -> "the site is unavailable";
      case THROTTLED -> "the site limits requests";
      default -> operation + " fails: " + kind.name().toLowerCase(Locale.ROOT);
    };
  }

  /** The time of the clock, in nanoseconds. */
  long now() {
    return troubles.now();
  }

  /**
   * An answer ends the troubles of its operation. Those of the site it ends where it is of the
   * operation that had them last, or a minute after them: a single path may be away.
   *
   * @param sent when the call was sent, by the clock
   */
  void answered(Call call, long sent) {
    if (troubles.lasts()) {
      String operation = Failure.operation(call.name());
      for (Kind kind : Kind.values()) {
        boolean ofSite = kind == Kind.UNAVAILABLE || kind == Kind.THROTTLED;
        boolean own = !ofSite || operation.equals(inTrouble.get(kind));
        troubles.over(trouble(kind, operation), own ? sent : sent - TroubleLog.INTERVAL.toNanos());
      }
    }
  }
}
