package io.psastream.connectwise.source;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.source.Pass.Batch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The started task: starts each pass when its turn comes, takes batches as they arrive, and hands
 * over their records. One batch of each query is under way while Connect takes another. {@code
 * poll()} returns within a second whatever the site does, because nothing wakes a sleeping one.
 */
final class PollLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PollLoop.class);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(1);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

  private final List<Entry> entries;
  private final Duration backoff;
  private final Optional<Duration> heartbeat;
  private final ExecutorService readers;
  private final Runnable closeClient;
  private final LongSupplier nanoTime;
  private final BlockingQueue<Fetched> fetched = new LinkedBlockingQueue<>();

  /** A query, its turns, and what became of it. */
  static final class Entry {
    private final PassSource passes;
    private final PassScheduler scheduler;
    private PassKind kind = PassKind.WINDOW;
    private boolean refused;
    private long lastRecord;

    Entry(PassSource passes, PassScheduler scheduler, long now) {
      this.passes = passes;
      this.scheduler = scheduler;
      this.lastRecord = now;
    }

    private String name() {
      return passes.name();
    }
  }

  /** What a fetch came to: a batch or a failure. */
  private record Fetched(Entry entry, Optional<Batch> batch, Optional<RuntimeException> failure) {}

  /**
   * @param backoff how long a query waits when the site is busy or away and does not say how long
   * @param heartbeat after so long without a record, a query tells where it stands
   * @param closeClient ends the calls under way
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  PollLoop(
      List<Entry> entries,
      Duration backoff,
      Optional<Duration> heartbeat,
      ExecutorService readers,
      Runnable closeClient,
      LongSupplier nanoTime) {
    this.entries = entries;
    this.backoff = backoff;
    this.heartbeat = heartbeat;
    this.readers = readers;
    this.closeClient = closeClient;
    this.nanoTime = nanoTime;
  }

  /** The next records, or null when there are none within a second. */
  List<SourceRecord> poll() throws InterruptedException {
    startDue();
    Fetched next = fetched.poll(timeToWait(), TimeUnit.NANOSECONDS);
    if (next == null) {
      return orNull(heartbeats());
    }
    next.failure().ifPresent(failure -> delayOrFail(next.entry(), failure));
    return orNull(next.batch().map(batch -> take(next.entry(), batch)).orElse(List.of()));
  }

  private static List<SourceRecord> orNull(List<SourceRecord> records) {
    return records.isEmpty() ? null : records;
  }

  private void startDue() {
    long now = nanoTime.getAsLong();
    for (Entry entry : entries) {
      if (entry.scheduler.due(now)) {
        entry.kind = entry.scheduler.start(now);
        fetch(entry);
      }
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
    readers.execute(
        () -> {
          Fetched result;
          try {
            result = new Fetched(entry, Optional.of(entry.passes.next(kind)), Optional.empty());
          } catch (RuntimeException e) {
            result = new Fetched(entry, Optional.empty(), Optional.of(e));
          }
          fetched.add(result);
        });
  }

  private List<SourceRecord> take(Entry entry, Batch batch) {
    entry.refused = false;
    if (!batch.records().isEmpty()) {
      entry.lastRecord = nanoTime.getAsLong();
    }
    if (batch.last()) {
      entry.scheduler.finish(nanoTime.getAsLong(), entry.passes.finish());
      LOG.debug("Query {} has come to the end of its {}.", entry.name(), entry.kind);
    } else {
      // The next batch is on its way while this one is handed over.
      fetch(entry);
    }
    return batch.records();
  }

  /** Where the queries stand that have had nothing to send for long. */
  private List<SourceRecord> heartbeats() {
    if (heartbeat.isEmpty()) {
      return List.of();
    }
    long now = nanoTime.getAsLong();
    return entries.stream()
        .filter(entry -> now - entry.lastRecord >= heartbeat.get().toNanos())
        .filter(entry -> entry.scheduler.idle())
        .flatMap(
            entry -> {
              entry.lastRecord = now;
              return entry.passes.heartbeat().stream();
            })
        .toList();
  }

  private void delayOrFail(Entry entry, RuntimeException exception) {
    if (exception instanceof ConnectException ours) {
      throw ours;
    }
    if (!(exception instanceof ApiException api)) {
      throw new ConnectException("Query " + entry.name() + " failed; the task stops.", exception);
    }
    Failure failure = api.failure();
    switch (failure.kind()) {
      case THROTTLED, TIMEOUT, UNAVAILABLE, CONFLICT -> {
        Duration delay = failure.retryAfter().orElse(backoff);
        LOG.warn("Query {} goes on in {} ms: {}", entry.name(), delay.toMillis(), api.getMessage());
        entry.scheduler.delay(nanoTime.getAsLong(), delay);
      }
      case FORBIDDEN, NOT_FOUND -> refuse(entry, api);
      case CANCELLED -> LOG.debug("Query {} was stopped.", entry.name());
      default ->
          throw new ConnectException(
              "Query " + entry.name() + " failed: " + api.getMessage() + ". The task stops.", api);
    }
  }

  /** A refused query does not stop the others; a task that has no other would only seem to run. */
  private void refuse(Entry entry, ApiException api) {
    entry.refused = true;
    if (entries.stream().allMatch(each -> each.refused)) {
      throw new ConnectException(
          "Query "
              + entry.name()
              + " is refused, and the task has no other that is not: "
              + api.getMessage()
              + ". The task stops.",
          api);
    }
    LOG.warn(
        "Query {} is refused and tried again at its next schedule: {}",
        entry.name(),
        api.getMessage());
    entry.passes.refuse(entry.kind);
    entry.scheduler.skip(nanoTime.getAsLong());
  }

  /** Connect has taken a record; called on any thread. */
  void confirm(SourceRecord record) {
    // A tombstone tells of one id only, a checkpoint of all that its chunk holds.
    if (record.value() != null) {
      entries.forEach(entry -> entry.passes.confirm(record.sourcePartition()));
    }
  }

  /** Ends what is under way; bounded. */
  @Override
  public void close() {
    closeClient.run();
    readers.shutdownNow();
    try {
      if (!readers.awaitTermination(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("A reader did not stop within {} s; it is left behind.", LONGEST_STOP.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
