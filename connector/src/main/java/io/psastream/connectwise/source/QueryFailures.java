package io.psastream.connectwise.source;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Reaction;
import io.psastream.connectwise.client.Reaction.Situation;
import io.psastream.connectwise.client.TroubleLog;
import io.psastream.connectwise.source.PolledQuery.Trouble;
import io.psastream.connectwise.source.QueryMeter.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a query whose batch could not be read: it is delayed, skipped until its next run,
 * or ends the task. Used by the task's thread.
 */
final class QueryFailures {

  private static final Logger LOG = LoggerFactory.getLogger(QueryFailures.class);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);
  private static final int MOST_DOUBLINGS = 10;

  private final List<PolledQuery> queries;
  private final Waits waits;
  private final NotificationQueue notifications;
  private final BiConsumer<Failure, String> retriedLater;
  private final LongSupplier nanoTime;

  /** What is retried for a while, until the task fails. */
  private final TroubleLog troubles;

  /** Refused queries, which somebody has to be permitted. */
  private final TroubleLog refusals;

  /**
   * How long a query is waited for.
   *
   * @param backoff after a temporary failure without {@code Retry-After}
   * @param unavailable how long a query that has worked may get answers that are not the API's
   */
  record Waits(Duration backoff, Duration unavailable) {}

  /**
   * @param queries all of the task
   * @param notifications what is told besides records
   * @param retriedLater takes the line that tells of a temporary failure
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  QueryFailures(
      List<PolledQuery> queries,
      Waits waits,
      NotificationQueue notifications,
      BiConsumer<Failure, String> retriedLater,
      LongSupplier nanoTime) {
    this.queries = queries;
    this.waits = waits;
    this.notifications = notifications;
    this.retriedLater = retriedLater;
    this.nanoTime = nanoTime;
    this.troubles = new TroubleLog(LOG, nanoTime);
    this.refusals = new TroubleLog(LOG, nanoTime, Duration.ofHours(1));
  }

  /** A query has read a batch. */
  void over(PolledQuery query, long now) {
    if (troubles.lasts()) {
      troubles.over(failing(query), now);
    }
    if (refusals.lasts()) {
      refusals.over(refused(query), now);
    }
  }

  private static String failing(PolledQuery query) {
    return "query " + query.name() + " fails in a pass: " + query.kind();
  }

  private static String refused(PolledQuery query) {
    return "query " + query.name() + " is refused in a pass: " + query.kind();
  }

  /**
   * Delays or skips a query.
   *
   * @throws ConnectException where the task has to fail
   */
  void delayOrFail(PolledQuery query, Throwable exception) {
    if (exception instanceof ConnectException ours) {
      throw ours;
    }
    if (!(exception instanceof ApiException api)) {
      throw new ConnectException(
          "Query " + query.name() + " failed" + reason(exception) + "; the task stops.", exception);
    }
    Failure failure = api.failure();
    Situation situation = query.proven() ? Situation.PROVEN_QUERY : Situation.NEW_QUERY;
    switch (Reaction.to(failure.kind(), situation)) {
      case RETRY_LATER ->
          delay(
              query,
              failure.retryAfter().orElse(waits.backoff()),
              api,
              text -> retriedLater.accept(failure, text));
      case RETRY_FOR_A_WHILE -> delayForAWhile(query, api);
      case SKIP_QUERY -> skipOrFail(query, api);
      case NONE -> LOG.debug("Query {} was stopped.", query.name());
      case FAIL_TASK,
          SKIP_CHILD,
          CHILD_RULE,
          REJECT_RECORD,
          NOT_FOUND_RULE,
          AMBIGUOUS_RULE,
          REFUSE_CONFIG,
          WARN ->
          throw new ConnectException(
              "Query " + query.name() + " failed: " + api.getMessage() + ". The task stops.", api);
    }
  }

  private static String reason(Throwable exception) {
    if (exception instanceof OutOfMemoryError) {
      return " because the worker's memory does not hold what it reads ("
          + exception.getMessage()
          + "). Lower http.memory.max.bytes, page.size or max.in.flight.requests, or give the"
          + " worker more memory (KAFKA_HEAP_OPTS)";
    }
    return exception instanceof Error ? ": " + exception : "";
  }

  private void delay(PolledQuery query, Duration delay, ApiException api, Consumer<String> log) {
    log.accept(
        "Query %s failed and is retried in %d ms: %s"
            .formatted(query.name(), delay.toMillis(), api.getMessage()));
    tell(query, "query.delayed", api, Optional.of(delay));
    query.passes().meter().waits(Phase.DELAYED);
    query.scheduler().delay(nanoTime.getAsLong(), delay);
  }

  private void tell(PolledQuery query, String type, ApiException api, Optional<Duration> retry) {
    query.passes().notices().fails(query.kind(), type, api, retry);
    query.passes().notices().pending().addTo(notifications);
  }

  /** Waits longer each time, as a maintenance window takes minutes; but not for ever. */
  private void delayForAWhile(PolledQuery query, ApiException api) {
    long now = nanoTime.getAsLong();
    Trouble trouble = query.trouble(now);
    Duration lasted = Duration.ofNanos(now - trouble.since());
    if (lasted.compareTo(waits.unavailable()) >= 0) {
      throw new ConnectException(
          "Query "
              + query.name()
              + " has failed for "
              + lasted.toSeconds()
              + " s, longer than unavailable.timeout.ms: "
              + api.getMessage()
              + ". The task stops.",
          api);
    }
    Duration backoff = waits.backoff();
    Duration grown = backoff.multipliedBy(1L << Math.min(trouble.count(), MOST_DOUBLINGS));
    Duration bounded = grown.compareTo(LONGEST_DELAY) < 0 ? grown : LONGEST_DELAY;
    Duration delay = bounded.compareTo(backoff) < 0 ? backoff : bounded;
    delay(query, delay, api, text -> troubles.warn(failing(query), text));
  }

  /**
   * Skips a query that is denied until its next scheduled run, so that it does not stop the others.
   * A task with no other query fails, because it would be RUNNING and read nothing.
   */
  private void skipOrFail(PolledQuery query, ApiException api) {
    String problem =
        api.failure().kind() == Failure.Kind.NOT_FOUND
            ? "reads what does not exist"
            : "is forbidden";
    query.denies();
    if (queries.stream().allMatch(PolledQuery::denied)) {
      throw new ConnectException(
          "Query "
              + query.name()
              + " "
              + problem
              + ", and the task has no other query to run: "
              + api.getMessage()
              + ". The task stops.",
          api);
    }
    refusals.warn(
        refused(query),
        "Query %s %s and is tried again at its next scheduled run: %s"
            .formatted(query.name(), problem, api.getMessage()));
    tell(query, "query.refused", api, Optional.empty());
    query.passes().meter().waits(Phase.REFUSED);
    query.passes().skip(query.kind());
    query.scheduler().skip(nanoTime.getAsLong());
  }
}
