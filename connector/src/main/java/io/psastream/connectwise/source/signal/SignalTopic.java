package io.psastream.connectwise.source.signal;

import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.config.SignalSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the signal topic, all of its partitions and from its end, and hands each signal to the
 * queries that it concerns. Nothing that is in the topic, and no failure to read it, fails the
 * task: signals are hints, and without them changes arrive as scheduled.
 */
public final class SignalTopic implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SignalTopic.class);

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration LOOK_UP = Duration.ofSeconds(10);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(2);

  /** How often new partitions are looked for, and a failure is told. */
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  /** Reasons are few; what is told of them is bounded all the same. */
  private static final int MOST_REASONS = 50;

  private final SignalSettings settings;
  private final Function<SignalSettings, Consumer<byte[], byte[]>> consumers;
  private final List<SignalInbox> inboxes;
  private final Metrics metrics;
  private final java.util.function.Consumer<SignalNews> news;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<String> told = new HashSet<>();
  private final Set<TopicPartition> assigned = new HashSet<>();
  private Runnable wake = () -> {};
  private Thread thread;
  private volatile Consumer<byte[], byte[]> current;
  private boolean fromEnd = true;
  private long toldFailure;

  /**
   * @param consumers opens a consumer of the topic
   * @param inboxes those of the task's queries
   * @param news told of signals that are not followed
   */
  public SignalTopic(
      SignalSettings settings,
      Function<SignalSettings, Consumer<byte[], byte[]>> consumers,
      List<SignalInbox> inboxes,
      Metrics metrics,
      java.util.function.Consumer<SignalNews> news) {
    this.settings = settings;
    this.consumers = consumers;
    this.inboxes = List.copyOf(inboxes);
    this.metrics = metrics;
    this.news = news;
  }

  /**
   * Begins to read on a thread of its own.
   *
   * @param threads makes the thread
   * @param onSignal called when a query has got a signal
   */
  public void start(ThreadFactory threads, Runnable onSignal) {
    wake = onSignal;
    toldFailure = System.nanoTime() - MINUTE;
    thread = threads.newThread(this::run);
    thread.start();
  }

  private void run() {
    while (closed.getCount() > 0) {
      try {
        read();
        closed.await(LOOK_UP.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Reads until it is closed or fails. */
  private void read() {
    try (Consumer<byte[], byte[]> consumer = consumers.apply(settings)) {
      current = consumer;
      assigned.clear();
      long looked = System.nanoTime() - MINUTE;
      while (closed.getCount() > 0) {
        if (System.nanoTime() - looked >= (assigned.isEmpty() ? LOOK_UP.toNanos() : MINUTE)) {
          looked = System.nanoTime();
          assign(consumer);
        }
        if (assigned.isEmpty()) {
          tell("it does not exist");
          return;
        }
        consumer.poll(POLL).forEach(this::take);
      }
    } catch (RuntimeException e) {
      fromEnd = true; // what has come meanwhile is old
      if (closed.getCount() > 0) {
        tell(String.valueOf(e.getMessage()));
      }
    } finally {
      current = null;
    }
  }

  /** Partitions that are added while it reads hold signals since then only. */
  private void assign(Consumer<byte[], byte[]> consumer) {
    List<PartitionInfo> found = consumer.partitionsFor(settings.topic(), LOOK_UP);
    List<TopicPartition> added = new ArrayList<>();
    for (PartitionInfo each : found == null ? List.<PartitionInfo>of() : found) {
      TopicPartition partition = new TopicPartition(each.topic(), each.partition());
      if (assigned.add(partition)) {
        added.add(partition);
      }
    }
    boolean end = fromEnd;
    fromEnd = false;
    if (added.isEmpty()) {
      return;
    }
    consumer.assign(assigned);
    if (end) {
      consumer.seekToEnd(added);
    } else {
      consumer.seekToBeginning(added);
    }
    added.forEach(partition -> consumer.position(partition, LOOK_UP));
    LOG.info("Signals are read from {} partitions of {}.", assigned.size(), settings.topic());
  }

  private void tell(String reason) {
    long now = System.nanoTime();
    if (now - toldFailure >= MINUTE) {
      toldFailure = now;
      LOG.warn(
          "Signals cannot be read from {}, and changes arrive as scheduled: {}. Check"
              + " signal.topic, signal.bootstrap.servers and signal.consumer.*.",
          settings.topic(),
          reason);
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> message) {
    byte[] key = message.key();
    if (key != null
        && key.length > 0
        && !new String(key, StandardCharsets.UTF_8).equals(settings.connector())) {
      return;
    }
    try {
      Signal signal = SignalParser.parse(message.value());
      boolean taken = false;
      for (SignalInbox inbox : inboxes) {
        taken |= inbox.offer(signal);
      }
      if (taken) {
        metrics.add(Metric.SIGNALS_TAKEN, 1);
        wake.run();
      } else if (signal instanceof Signal.ForQuery named
          && named.query().filter(name -> !settings.knows(name)).isPresent()) {
        throw new IllegalArgumentException("\"query\" names no query of the connector");
      }
    } catch (IllegalArgumentException e) {
      reject(message, e.getMessage());
    }
  }

  private void reject(ConsumerRecord<byte[], byte[]> message, String reason) {
    metrics.add(Metric.SIGNALS_REJECTED, 1);
    news.accept(SignalParser.rejected(message.value(), reason));
    if (told.size() < MOST_REASONS && told.add(reason)) {
      LOG.warn(
          "The signal at offset {} of {}-{} is dropped: {}. Others like it are dropped without a"
              + " word; docs/operations.md has the forms of signals.",
          message.offset(),
          message.topic(),
          message.partition(),
          reason);
    }
  }

  /** Stops reading; waits for it, but not for ever. */
  @Override
  public void close() {
    closed.countDown();
    Consumer<byte[], byte[]> reading = current;
    if (reading != null) {
      reading.wakeup();
    }
    if (thread != null) {
      try {
        thread.join(LONGEST_STOP.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
