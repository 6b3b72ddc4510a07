package io.psastream.connectwise.source;

import io.psastream.connectwise.client.TaskThreads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches whether Connect gets rid of the records that it was handed. It sends them on the thread
 * that polls, and where a topic does not exist it waits there for its producer, by default for ever
 * and without a word. Nothing of the task is called meanwhile, so a thread of its own looks.
 */
final class Deliveries implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(10);

  /** So many checks without a movement are a standstill. */
  private static final int PATIENCE = 3;

  private final Map<String, AtomicLong> waiting = new ConcurrentHashMap<>();
  private final ScheduledExecutorService threads =
      Executors.newSingleThreadScheduledExecutor(new TaskThreads("connectwise-watch"));
  private final Future<?> watch =
      threads.scheduleWithFixedDelay(
          () -> check().ifPresent(LOG::warn),
          CHECK_INTERVAL.toMillis(),
          CHECK_INTERVAL.toMillis(),
          TimeUnit.MILLISECONDS);

  private volatile boolean moved;
  private int still;

  /** Connect polls, so it has sent what it was handed before. */
  void polled() {
    moved = true;
  }

  /** Connect is handed records. */
  void handed(List<SourceRecord> records) {
    records.forEach(record -> of(record).incrementAndGet());
  }

  /** Connect is done with a record: it is written, or was dropped; called on any thread. */
  void confirmed(SourceRecord record) {
    of(record).decrementAndGet();
    moved = true;
  }

  private AtomicLong of(SourceRecord record) {
    return waiting.computeIfAbsent(record.topic(), topic -> new AtomicLong());
  }

  /** What to say of a standstill, once for each; called at an interval. */
  Optional<String> check() {
    List<String> topics =
        waiting.entrySet().stream()
            .filter(each -> each.getValue().get() > 0)
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    if (moved || topics.isEmpty()) {
      moved = false;
      still = 0;
      return Optional.empty();
    }
    still++;
    return still == PATIENCE
        ? Optional.of(
            "Kafka Connect has neither written records nor asked for more for "
                + CHECK_INTERVAL.multipliedBy(PATIENCE).toSeconds()
                + " s. It was handed records for "
                + String.join(", ", topics)
                + " (before transformations): does every topic exist? Where the brokers do not"
                + " create topics, create it, or set topic.creation.default.replication.factor and"
                + " topic.creation.default.partitions. Until it exists, nothing is written by this"
                + " task.")
        : Optional.empty();
  }

  @Override
  public void close() {
    watch.cancel(true);
    threads.shutdownNow();
  }
}
