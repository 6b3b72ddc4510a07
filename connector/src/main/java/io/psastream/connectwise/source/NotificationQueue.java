package io.psastream.connectwise.source;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Notifications that wait for a poll. None reaches Kafka before what it speaks of: in the
 * transaction of the records before it, or else once Kafka has confirmed them. Bounded; what has no
 * room is counted, and the next one says how many there were. Safe for use by several threads.
 */
final class NotificationQueue {

  /** As many may wait for a poll, and as many signals are told of in a second. */
  private static final int MOST = 1_000;

  private static final int MOST_OF_SIGNALS = 100;
  private static final Duration LONGEST_WAIT = Duration.ofMillis(250);

  private final boolean used;
  private final LongSupplier nanoTime;
  private final Deque<LongFunction<SourceRecord>> waiting = new ArrayDeque<>();
  private long unconfirmed;
  private long leftOut;
  private long second;
  private int signals;

  /**
   * @param used whether anything is ever told
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  NotificationQueue(boolean used, LongSupplier nanoTime) {
    this.used = used;
    this.nanoTime = nanoTime;
    this.second = nanoTime.getAsLong();
  }

  /**
   * Adds one.
   *
   * @param notification makes it, given how many were left out before it
   */
  synchronized void add(LongFunction<SourceRecord> notification) {
    if (waiting.size() < MOST) {
      waiting.add(notification);
    } else {
      leftOut++;
    }
  }

  /** Adds one about a signal, of which anyone can send many. */
  synchronized void addOfSignal(LongFunction<SourceRecord> notification) {
    long now = nanoTime.getAsLong();
    if (now - second >= TimeUnit.SECONDS.toNanos(1)) {
      second = now;
      signals = 0;
    }
    if (signals < MOST_OF_SIGNALS) {
      signals++;
      add(notification);
    } else {
      leftOut++;
    }
  }

  /**
   * What waits until Kafka has confirmed the records of former polls, which is waited for, though
   * not for long: with longer transactions it comes with more records only.
   */
  synchronized List<SourceRecord> afterFormer() throws InterruptedException {
    if (waiting.isEmpty()) {
      return List.of();
    }
    long until = System.nanoTime() + LONGEST_WAIT.toNanos();
    for (long left = LONGEST_WAIT.toNanos();
        unconfirmed > 0 && left > 0;
        left = until - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
    }
    return following(List.of(), false);
  }

  /**
   * The records of a poll, followed by what is to be told.
   *
   * @param transaction whether Kafka takes all of a poll or nothing
   */
  synchronized List<SourceRecord> following(List<SourceRecord> records, boolean transaction) {
    if (!used) {
      return records;
    }
    unconfirmed += records.size();
    if (waiting.isEmpty() || (!transaction && unconfirmed > 0)) {
      return records;
    }
    List<SourceRecord> all = new ArrayList<>(records);
    while (!waiting.isEmpty()) {
      all.add(waiting.remove().apply(leftOut));
      leftOut = 0;
    }
    unconfirmed += all.size() - records.size();
    return all;
  }

  /** Whether there is something that was not handed over. */
  synchronized boolean waits() {
    return !waiting.isEmpty();
  }

  /** Connect is done with a record; called on any thread. */
  void confirmed() {
    if (used) {
      countDown();
    }
  }

  private synchronized void countDown() {
    if (--unconfirmed == 0) {
      notifyAll();
    }
  }
}
