package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.source.Pass.Batch;
import io.psastream.connectwise.source.QueryFailures.Waits;
import io.psastream.connectwise.source.config.Passes.PassKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
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

  private final List<PolledQuery> queries;
  private final Optional<Duration> heartbeat;
  private final ExecutorService readers;
  private final Runnable closeClient;
  private final LongSupplier nanoTime;

  private final PollSize pollSize;
  private final NotificationQueue notifications;

  private final QueryFailures failures;

  private final BlockingDeque<Fetched> fetched = new LinkedBlockingDeque<>();

  /** Why the task ends, and when it was to; first what is told of it is handed over. */
  private Optional<ConnectException> end = Optional.empty();

  private long endedAt;

  /**
   * The result of a fetch: a batch or a failure.
   *
   * @param notices what is told once the batch has been handed over
   * @param more whether the same reader has gone on with the next batch
   */
  private record Fetched(
      PolledQuery query,
      Optional<Batch> batch,
      QueryNotices.Notices notices,
      Optional<Throwable> failure,
      boolean more) {

    /** Ends a wait. */
    static final Fetched NOTHING = failed(null, Optional.empty());

    private static Fetched failed(PolledQuery query, Optional<Throwable> failure) {
      return new Fetched(query, Optional.empty(), QueryNotices.Notices.NONE, failure, false);
    }

    /** Whether the next batch of the same pass is being fetched. */
    private boolean goesOn() {
      return batch.filter(it -> !it.last()).isPresent();
    }
  }

  /**
   * @param waits how long a query that fails is waited for
   * @param heartbeat how long a query may be without a record in Kafka before it sends a heartbeat
   * @param notifications what is told besides records
   * @param closeClient cancels the calls in flight
   * @param retriedLater takes the line that tells of a temporary failure
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  PollLoop(
      List<PolledQuery> queries,
      Waits waits,
      Optional<Duration> heartbeat,
      NotificationQueue notifications,
      ExecutorService readers,
      Runnable closeClient,
      BiConsumer<Failure, String> retriedLater,
      LongSupplier nanoTime) {
    this.queries = queries;
    this.heartbeat = heartbeat;
    this.notifications = notifications;
    this.readers = readers;
    this.closeClient = closeClient;
    this.nanoTime = nanoTime;
    this.pollSize = new PollSize(nanoTime);
    this.failures = new QueryFailures(queries, waits, notifications, retriedLater, nanoTime);
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
    next.failure().ifPresent(failure -> failed(next.query(), failure));
    return next.batch().map(batch -> take(next, batch)).orElse(List.of());
  }

  private void startDue() {
    long now = nanoTime.getAsLong();
    queries.forEach(query -> query.passes().meter().polled());
    queries.forEach(query -> startDue(query, now));
  }

  private void startDue(PolledQuery query, long now) {
    if (query.starts(now)) {
      fetch(query);
    }
  }

  private long timeToWait() {
    long now = nanoTime.getAsLong();
    return queries.stream()
        .mapToLong(query -> query.scheduler().untilDue(now))
        .reduce(LONGEST_POLL.toNanos(), Math::min);
  }

  private void fetch(PolledQuery query) {
    PassKind kind = query.kind();
    long since = nanoTime.getAsLong();
    long turn = Math.min(LONGEST_TURN.toNanos(), query.scheduler().untilOtherDue(since));
    readers.execute(
        () -> {
          Fetched result;
          do {
            result = read(query, kind, since, turn);
            fetched.add(result);
          } while (result.more());
        });
  }

  /**
   * Reads a batch, and whatever ends that is the task's matter: nobody else sees it.
   *
   * @param turn so many nanoseconds after {@code since} other passes may want theirs
   */
  private Fetched read(PolledQuery query, PassKind kind, long since, long turn) {
    try {
      Batch batch = query.passes().next(kind);
      QueryNotices notices = query.passes().notices();
      notices.works(kind);
      boolean room = pollSize.ready(batch.records());
      boolean more = room && !batch.last() && nanoTime.getAsLong() - since < turn;
      return new Fetched(query, Optional.of(batch), notices.pending(), Optional.empty(), more);
    } catch (OutOfMemoryError e) {
      closeClient.run(); // at once, since what the other readers hold is needed to stop
      return Fetched.failed(query, Optional.of(e));
    } catch (RuntimeException | Error e) {
      return Fetched.failed(query, Optional.of(e));
    }
  }

  private List<SourceRecord> take(Fetched next, Batch batch) {
    PolledQuery query = next.query();
    query.succeeds(batch);
    next.notices().addTo(notifications);
    long now = nanoTime.getAsLong();
    failures.over(query, now);
    if (next.more()) {
      return batch.records();
    }
    query.rests(batch, now);
    // Fetch the next batch while Connect takes this one.
    startDue(query, now);
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
        queries.stream().flatMap(query -> query.passes().pauseToStore().stream());
    Stream<SourceRecord> beats =
        queries.stream().flatMap(query -> query.heartbeat(heartbeat.get(), now).stream());
    return Stream.concat(pauses, beats).toList();
  }

  /** Signals have come; called on any thread. */
  void wake() {
    if (fetched.isEmpty()) {
      fetched.add(Fetched.NOTHING);
    }
  }

  private void failed(PolledQuery query, Throwable failure) {
    try {
      failures.delayOrFail(query, failure);
    } catch (ConnectException e) {
      if (failure instanceof Error) {
        throw e; // there may be no memory for more
      }
      query.passes().notices().ends(query.kind(), e);
      query.passes().notices().pending().addTo(notifications);
      if (!notifications.waits()) {
        throw e;
      }
      end = Optional.of(e);
      endedAt = nanoTime.getAsLong();
    }
  }

  /** Connect has written a record to Kafka, or has dropped it; called on any thread. */
  void confirm(SourceRecord record, boolean written) {
    if (written) {
      pollSize.written();
    }
    notifications.confirmed();
    long now = nanoTime.getAsLong();
    queries.forEach(query -> query.confirm(record, written, now));
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
