package io.psastream.connectwise.source;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.PageReader.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The started task: starts each query when its turn comes, takes pages as they arrive, and hands
 * over their records. One page of each query is under way while Connect takes another. {@code
 * poll()} returns within a second whatever the site does, because nothing wakes a sleeping one.
 */
final class PollLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PollLoop.class);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(1);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

  private final ConnectWiseClient client;
  private final Duration backoff;
  private final LongSupplier nanoTime;
  private final List<Entry> entries = new ArrayList<>();
  private final BlockingQueue<Fetched> fetched = new LinkedBlockingQueue<>();
  private final ExecutorService readers;

  /** A query and its turn. */
  private static final class Entry {
    private final QueryRun run;
    private final Turn turn;
    private boolean refused;

    private Entry(QueryRun run, Turn turn) {
      this.run = run;
      this.turn = turn;
    }

    private String name() {
      return run.query().name();
    }
  }

  /** What a fetch came to: a page or a failure. */
  private record Fetched(Entry entry, Optional<Page> page, Optional<RuntimeException> failure) {}

  /**
   * @param backoff how long a query waits when the site is busy or away and does not say how long
   */
  PollLoop(List<QueryRun> runs, ConnectWiseClient client, Duration backoff, LongSupplier nanoTime) {
    this.client = client;
    this.backoff = backoff;
    this.nanoTime = nanoTime;
    long now = nanoTime.getAsLong();
    runs.forEach(run -> entries.add(new Entry(run, new Turn(run.query().interval(), now))));
    AtomicInteger number = new AtomicInteger();
    this.readers =
        Executors.newFixedThreadPool(
            runs.size(),
            task -> {
              Thread thread = new Thread(task, "connectwise-reader-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The next records, or null when there are none within a second. */
  List<SourceRecord> poll() throws InterruptedException {
    startDue();
    Fetched next = fetched.poll(timeToWait(), TimeUnit.NANOSECONDS);
    if (next == null) {
      return null;
    }
    next.failure().ifPresent(failure -> delayOrFail(next.entry(), failure));
    List<SourceRecord> records =
        next.page().map(page -> take(next.entry(), page)).orElse(List.of());
    return records.isEmpty() ? null : records;
  }

  private void startDue() {
    long now = nanoTime.getAsLong();
    for (Entry entry : entries) {
      if (entry.turn.due(now)) {
        entry.turn.start(now);
        fetch(entry);
      }
    }
  }

  private long timeToWait() {
    long now = nanoTime.getAsLong();
    return entries.stream()
        .mapToLong(entry -> entry.turn.untilDue(now))
        .reduce(LONGEST_POLL.toNanos(), Math::min);
  }

  private void fetch(Entry entry) {
    readers.execute(
        () -> {
          Fetched result;
          try {
            result = new Fetched(entry, Optional.of(entry.run.fetch()), Optional.empty());
          } catch (RuntimeException e) {
            result = new Fetched(entry, Optional.empty(), Optional.of(e));
          }
          fetched.add(result);
        });
  }

  private List<SourceRecord> take(Entry entry, Page page) {
    entry.refused = false;
    if (!page.last()) {
      // The next page is on its way while this one is handed over.
      fetch(entry);
      return entry.run.records(page);
    }
    List<SourceRecord> records = entry.run.records(page);
    entry.turn.finish(nanoTime.getAsLong(), entry.run.finish());
    LOG.debug("Query {} has come to the end of its window.", entry.name());
    return records;
  }

  private void delayOrFail(Entry entry, RuntimeException exception) {
    if (!(exception instanceof ApiException api)) {
      throw new ConnectException("Query " + entry.name() + " failed; the task stops.", exception);
    }
    Failure failure = api.failure();
    switch (failure.kind()) {
      case THROTTLED, TIMEOUT, UNAVAILABLE, CONFLICT -> {
        Duration delay = failure.retryAfter().orElse(backoff);
        LOG.warn("Query {} goes on in {} ms: {}", entry.name(), delay.toMillis(), api.getMessage());
        entry.turn.delay(nanoTime.getAsLong(), delay);
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
    entry.turn.skip(nanoTime.getAsLong());
  }

  /** Ends what is under way; bounded. */
  @Override
  public void close() {
    client.close();
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
