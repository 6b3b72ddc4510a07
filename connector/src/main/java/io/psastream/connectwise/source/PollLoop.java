package io.psastream.connectwise.source;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Reaction;
import io.psastream.connectwise.client.Reaction.Situation;
import io.psastream.connectwise.client.TroubleLog;
import io.psastream.connectwise.source.Pass.Batch;
import io.psastream.connectwise.source.QueryMeter.Phase;
import io.psastream.connectwise.source.config.Passes.PassKind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running task: fetches a batch of each pass whose turn it is, and hands over the records of
 * those that arrive. While Connect takes one batch of a query, the next is being fetched. {@code
 * poll()} returns within a second whatever the site does, because Connect cannot wake a waiting
 * one.
 */
final class PollLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PollLoop.class);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(1);

  /** How long one pass is read at most, before a poll looks which is next. */
  private static final Duration LONGEST_TURN = Duration.ofMillis(250);

  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);
  private static final int MOST_DOUBLINGS = 10;

  private final List<Entry> entries;
  private final Duration backoff;
  private final Duration unavailableTimeout;
  private final Optional<Duration> heartbeat;
  private final ExecutorService readers;
  private final Runnable closeClient;
  private final BiConsumer<Failure, String> retriedLater;
  private final LongSupplier nanoTime;

  /** What is retried for a while, until the task fails. */
  private final TroubleLog troubles;

  private final PollSize pollSize;
  private final NotificationQueue notifications;

  /** Refused queries, which somebody has to be permitted. */
  private final TroubleLog refusals;

  private final BlockingDeque<Fetched> fetched = new LinkedBlockingDeque<>();

  /** Why the task ends, and when it was to; first what is told of it is handed over. */
  private Optional<ConnectException> end = Optional.empty();

  private long endedAt;

  /** A query, its schedule, and the state of its reading. */
  static final class Entry {
    private final PassSource passes;
    private final PassScheduler scheduler;
    private PassKind kind = PassKind.WINDOW;

    /** Whether its last request was refused for good: forbidden, or for what does not exist. */
    private boolean denied;

    /** Whether the query has ever succeeded. */
    private boolean proven;

    /** The troubles of each pass, which another one that works does not end. */
    private final Map<PassKind, Trouble> troubles = new EnumMap<>(PassKind.class);

    /** When Kafka last took a record of the query, or a heartbeat was sent. */
    private volatile long lastRecord;

    /** The offset after the last batch that was handed over. */
    private Optional<Map<String, ?>> standing = Optional.empty();

    /**
     * @param proven whether it has succeeded before, perhaps in another task
     */
    Entry(PassSource passes, PassScheduler scheduler, boolean proven, long now) {
      this.passes = passes;
      this.scheduler = scheduler;
      this.proven = proven;
      this.lastRecord = now;
    }

    private String name() {
      return passes.name();
    }

    private String refusal() {
      return "query " + name() + " is refused in a pass: " + kind;
    }

    /** The name of a trouble of the present pass. */
    private String trouble() {
      return "query " + name() + " fails in a pass: " + kind;
    }
  }

  /** Failures in a row that are retried for a while. */
  private static final class Trouble {
    private final long since;
    private int failures;

    private Trouble(long since) {
      this.since = since;
    }
  }

  /**
   * The result of a fetch: a batch or a failure.
   *
   * @param notices what is told once the batch has been handed over
   * @param more whether the same reader has gone on with the next batch
   */
  private record Fetched(
      Entry entry,
      Optional<Batch> batch,
      QueryNotices.Notices notices,
      Optional<Throwable> failure,
      boolean more) {

    /** Ends a wait. */
    static final Fetched NOTHING = failed(null, Optional.empty());

    private static Fetched failed(Entry entry, Optional<Throwable> failure) {
      return new Fetched(entry, Optional.empty(), QueryNotices.Notices.NONE, failure, false);
    }

    /** Whether the next batch of the same pass is being fetched. */
    private boolean goesOn() {
      return batch.filter(it -> !it.last()).isPresent();
    }
  }

  /**
   * @param backoff how long a query waits after a temporary failure without {@code Retry-After}
   * @param unavailableTimeout how long a query that has worked may get answers that are not the
   *     API's
   * @param heartbeat how long a query may be without a record in Kafka before it sends a heartbeat
   * @param notifications what is told besides records
   * @param closeClient cancels the calls in flight
   * @param retriedLater takes the line that tells of a temporary failure
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  PollLoop(
      List<Entry> entries,
      Duration backoff,
      Duration unavailableTimeout,
      Optional<Duration> heartbeat,
      NotificationQueue notifications,
      ExecutorService readers,
      Runnable closeClient,
      BiConsumer<Failure, String> retriedLater,
      LongSupplier nanoTime) {
    this.notifications = notifications;
    this.entries = entries;
    this.backoff = backoff;
    this.unavailableTimeout = unavailableTimeout;
    this.heartbeat = heartbeat;
    this.readers = readers;
    this.closeClient = closeClient;
    this.retriedLater = retriedLater;
    this.nanoTime = nanoTime;
    this.troubles = new TroubleLog(LOG, nanoTime);
    this.pollSize = new PollSize(nanoTime);
    this.refusals = new TroubleLog(LOG, nanoTime, Duration.ofHours(1));
  }

  /** The next records; null when none arrive within a second. */
  List<SourceRecord> poll() throws InterruptedException {
    if (end.isEmpty()) {
      startDue();
    }
    List<SourceRecord> told = notifications.afterFormer();
    if (!told.isEmpty()) {
      return told;
    }
    if (end.isPresent()) {
      return orEnd(end.get());
    }
    Fetched next = fetched.poll(timeToWait(), TimeUnit.NANOSECONDS);
    List<SourceRecord> records = next == null ? List.of() : gather(next);
    List<SourceRecord> heartbeats = heartbeats();
    List<SourceRecord> all =
        records.isEmpty() || heartbeats.isEmpty()
            ? records.isEmpty() ? heartbeats : records
            : Stream.concat(records.stream(), heartbeats.stream()).toList();
    return orNull(notifications.following(all, pollSize.transactions()));
  }

  private static List<SourceRecord> orNull(List<SourceRecord> records) {
    return records.isEmpty() ? null : records;
  }

  /** Ends the task, unless Kafka has yet to confirm what the last notifications follow. */
  private List<SourceRecord> orEnd(ConnectException reason) {
    if (notifications.waits() && nanoTime.getAsLong() - endedAt < LONGEST_STOP.toNanos()) {
      return null;
    }
    throw reason;
  }

  /** The records of a batch, and of those that follow it soon where that pays. */
  private List<SourceRecord> gather(Fetched first) throws InterruptedException {
    PollSize.Gathered gathered = pollSize.polled();
    gathered.add(take(first));
    for (Fetched before = first; !gathered.complete(); ) {
      Fetched next = fetched.poll(before.goesOn() ? gathered.left() : 0, TimeUnit.NANOSECONDS);
      if (next == null) {
        break;
      }
      if (next.failure().isPresent()) {
        fetched.addFirst(next); // it may end the task, which has to hand over these records first
        break;
      }
      gathered.add(take(next));
      before = next;
    }
    return gathered.records();
  }

  private List<SourceRecord> take(Fetched next) {
    next.failure().ifPresent(failure -> failed(next.entry(), failure));
    return next.batch().map(batch -> take(next, batch)).orElse(List.of());
  }

  private void startDue() {
    long now = nanoTime.getAsLong();
    entries.forEach(entry -> entry.passes.meter().polled());
    entries.forEach(entry -> startDue(entry, now));
  }

  private void startDue(Entry entry, long now) {
    entry.passes.signalled(entry.scheduler, now);
    if (entry.scheduler.due(now)) {
      entry.kind = entry.scheduler.start(now);
      fetch(entry);
    }
  }

  private long timeToWait() {
    long now = nanoTime.getAsLong();
    return entries.stream()
        .mapToLong(entry -> entry.scheduler.untilDue(now))
        .reduce(LONGEST_POLL.toNanos(), Math::min);
  }

  private void fetch(Entry entry) {
    PassKind kind = entry.kind;
    entry.passes.meter().reads(kind);
    long since = nanoTime.getAsLong();
    long turn = Math.min(LONGEST_TURN.toNanos(), entry.scheduler.untilOtherDue(since));
    readers.execute(
        () -> {
          Fetched result;
          do {
            result = read(entry, kind, since, turn);
            fetched.add(result);
          } while (result.more());
        });
  }

  /**
   * Reads a batch, and whatever ends that is the task's matter: nobody else sees it.
   *
   * @param turn so many nanoseconds after {@code since} other passes may want theirs
   */
  private Fetched read(Entry entry, PassKind kind, long since, long turn) {
    try {
      Batch batch = entry.passes.next(kind);
      QueryNotices notices = entry.passes.notices();
      notices.works(kind);
      boolean room = pollSize.ready(batch.records());
      boolean more = room && !batch.last() && nanoTime.getAsLong() - since < turn;
      return new Fetched(entry, Optional.of(batch), notices.pending(), Optional.empty(), more);
    } catch (OutOfMemoryError e) {
      closeClient.run(); // at once, since what the other readers hold is needed to stop
      return Fetched.failed(entry, Optional.of(e));
    } catch (RuntimeException | Error e) {
      return Fetched.failed(entry, Optional.of(e));
    }
  }

  private List<SourceRecord> take(Fetched next, Batch batch) {
    Entry entry = next.entry();
    entry.passes.meter().succeeded();
    entry.denied = false;
    entry.proven = true;
    entry.troubles.remove(entry.kind);
    entry.standing = batch.standing();
    next.notices().addTo(notifications);
    long now = nanoTime.getAsLong();
    if (troubles.lasts()) {
      troubles.over(entry.trouble(), now);
    }
    if (refusals.lasts()) {
      refusals.over(entry.refusal(), now);
    }
    if (next.more()) {
      return batch.records();
    }
    if (batch.last()) {
      entry.scheduler.finish(now, entry.passes.finish(entry.kind));
      LOG.debug("Query {} has finished a pass: {}.", entry.name(), entry.kind);
    } else {
      entry.scheduler.rest(now);
    }
    // Fetch the next batch while Connect takes this one.
    startDue(entry, now);
    return batch.records();
  }

  /**
   * One record for each query of which Kafka has taken none for the heartbeat interval: because it
   * has nothing to send, or because transformations drop what it sends.
   */
  private List<SourceRecord> heartbeats() {
    if (heartbeat.isEmpty()) {
      return List.of();
    }
    long now = nanoTime.getAsLong();
    Stream<SourceRecord> pauses =
        entries.stream().flatMap(entry -> entry.passes.pauseToStore().stream());
    Stream<SourceRecord> beats =
        entries.stream()
            .filter(entry -> now - entry.lastRecord >= heartbeat.get().toNanos())
            .flatMap(
                entry -> {
                  entry.lastRecord = now;
                  return entry.passes.heartbeat(entry.standing).stream();
                });
    return Stream.concat(pauses, beats).toList();
  }

  /** Signals have come; called on any thread. */
  void wake() {
    if (fetched.isEmpty()) {
      fetched.add(Fetched.NOTHING);
    }
  }

  private void failed(Entry entry, Throwable failure) {
    try {
      delayOrFail(entry, failure);
    } catch (ConnectException e) {
      if (failure instanceof Error) {
        throw e; // there may be no memory for more
      }
      entry.passes.notices().ends(entry.kind, e);
      entry.passes.notices().pending().addTo(notifications);
      if (!notifications.waits()) {
        throw e;
      }
      end = Optional.of(e);
      endedAt = nanoTime.getAsLong();
    }
  }

  private void delayOrFail(Entry entry, Throwable exception) {
    if (exception instanceof ConnectException ours) {
      throw ours;
    }
    if (!(exception instanceof ApiException api)) {
      throw new ConnectException(
          "Query " + entry.name() + " failed" + reason(exception) + "; the task stops.", exception);
    }
    Failure failure = api.failure();
    Situation situation = entry.proven ? Situation.PROVEN_QUERY : Situation.NEW_QUERY;
    switch (Reaction.to(failure.kind(), situation)) {
      case RETRY_LATER ->
          delay(
              entry,
              failure.retryAfter().orElse(backoff),
              api,
              text -> retriedLater.accept(failure, text));
      case RETRY_FOR_A_WHILE -> delayForAWhile(entry, api);
      case SKIP_QUERY -> skipOrFail(entry, api);
      case NONE -> LOG.debug("Query {} was stopped.", entry.name());
      case FAIL_TASK,
          SKIP_CHILD,
          CHILD_RULE,
          REJECT_RECORD,
          NOT_FOUND_RULE,
          AMBIGUOUS_RULE,
          REFUSE_CONFIG,
          WARN ->
          throw new ConnectException(
              "Query " + entry.name() + " failed: " + api.getMessage() + ". The task stops.", api);
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

  private void delay(Entry entry, Duration delay, ApiException api, Consumer<String> log) {
    log.accept(
        "Query %s failed and is retried in %d ms: %s"
            .formatted(entry.name(), delay.toMillis(), api.getMessage()));
    entry.passes.notices().fails(entry.kind, "query.delayed", api, Optional.of(delay));
    entry.passes.notices().pending().addTo(notifications);
    entry.passes.meter().waits(Phase.DELAYED);
    entry.scheduler.delay(nanoTime.getAsLong(), delay);
  }

  /** Waits longer each time, as a maintenance window takes minutes; but not for ever. */
  private void delayForAWhile(Entry entry, ApiException api) {
    long now = nanoTime.getAsLong();
    Trouble trouble = entry.troubles.computeIfAbsent(entry.kind, kind -> new Trouble(now));
    long since = trouble.since;
    if (now - since >= unavailableTimeout.toNanos()) {
      throw new ConnectException(
          "Query "
              + entry.name()
              + " has failed for "
              + Duration.ofNanos(now - since).toSeconds()
              + " s, longer than unavailable.timeout.ms: "
              + api.getMessage()
              + ". The task stops.",
          api);
    }
    Duration grown = backoff.multipliedBy(1L << Math.min(trouble.failures++, MOST_DOUBLINGS));
    Duration bounded = grown.compareTo(LONGEST_DELAY) < 0 ? grown : LONGEST_DELAY;
    Duration delay = bounded.compareTo(backoff) < 0 ? backoff : bounded;
    delay(entry, delay, api, text -> troubles.warn(entry.trouble(), text));
  }

  /**
   * Skips a query that is denied until its next scheduled run, so that it does not stop the others.
   * A task with no other query fails, because it would be RUNNING and read nothing.
   */
  private void skipOrFail(Entry entry, ApiException api) {
    String problem =
        api.failure().kind() == Failure.Kind.NOT_FOUND
            ? "reads what does not exist"
            : "is forbidden";
    entry.denied = true;
    if (entries.stream().allMatch(each -> each.denied)) {
      throw new ConnectException(
          "Query "
              + entry.name()
              + " "
              + problem
              + ", and the task has no other query to run: "
              + api.getMessage()
              + ". The task stops.",
          api);
    }
    refusals.warn(
        entry.refusal(),
        "Query %s %s and is tried again at its next scheduled run: %s"
            .formatted(entry.name(), problem, api.getMessage()));
    entry.passes.notices().fails(entry.kind, "query.refused", api, Optional.empty());
    entry.passes.notices().pending().addTo(notifications);
    entry.passes.meter().waits(Phase.REFUSED);
    entry.passes.skip(entry.kind);
    entry.scheduler.skip(nanoTime.getAsLong());
  }

  /** Connect has written a record to Kafka, or has dropped it; called on any thread. */
  void confirm(SourceRecord record, boolean written) {
    if (written) {
      pollSize.written();
    }
    notifications.confirmed();
    for (Entry entry : entries) {
      if (entry.passes.confirm(record, written)) {
        entry.lastRecord = nanoTime.getAsLong();
      }
    }
  }

  /** Stops the readers; waits for them, but not for ever. */
  @Override
  public void close() {
    closeClient.run();
    readers.shutdownNow();
    fetched.clear();
    try {
      if (!readers.awaitTermination(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn(
            "A reader thread did not stop within {} s; it is abandoned.", LONGEST_STOP.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
