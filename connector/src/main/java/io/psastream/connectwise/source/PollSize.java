package io.psastream.connectwise.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * How much a poll hands over. With exactly-once support Connect ends a transaction with each poll
 * (unless {@code transaction.boundary} says otherwise), which takes it longer than to send a page;
 * so a poll then waits for several, and as much is made ready meanwhile for the next one. Without,
 * each batch is handed over as soon as it comes.
 */
final class PollSize {

  /** How long a poll waits for more of a pass that goes on; Connect cannot wake it. */
  private static final Duration LONGEST_WAIT = Duration.ofMillis(250);

  /**
   * Nothing is added to so much text and files. Connect holds what is not committed: more of it
   * makes young collections longer than Kafka's scripts let G1 pause, which costs more than the
   * commits that it saves.
   */
  private static final long MOST_BYTES = 4_000_000;

  /** What a record counts as at least, so that nothing is added to 1,250. */
  private static final long LEAST_BYTES = MOST_BYTES / 1_250;

  private final LongSupplier nanoTime;

  /** The weight of what is ready for polls to come. */
  private final AtomicLong waiting = new AtomicLong();

  private volatile Thread polling;
  private volatile boolean transactions;

  /**
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  PollSize(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The task is polled; what it gathers for the poll. */
  Gathered polled() {
    polling = Thread.currentThread();
    return new Gathered();
  }

  /**
   * Connect has written a record; called on any thread. With exactly-once support Connect says so
   * on the thread that polls, after each transaction; without, on the producer's.
   */
  void written() {
    transactions |= Thread.currentThread() == polling;
  }

  /** Whether Connect is known to end a transaction with each poll. */
  boolean transactions() {
    return transactions;
  }

  /**
   * Some records are ready to be handed over; called on any thread.
   *
   * @return whether there is room for more, so that its reader need not wait until they are
   */
  boolean ready(List<SourceRecord> records) {
    return transactions && waiting.addAndGet(weight(records)) < MOST_BYTES;
  }

  /** The records of one poll. */
  final class Gathered {
    private final long since = nanoTime.getAsLong();
    private final List<SourceRecord> records = new ArrayList<>();
    private long weight;

    List<SourceRecord> records() {
      return records;
    }

    void add(List<SourceRecord> more) {
      records.addAll(more);
      if (transactions) {
        long added = weight(more);
        weight += added;
        waiting.updateAndGet(before -> Math.max(0, before - added));
      }
    }

    /** Whether nothing more is to be added. */
    boolean complete() {
      return !transactions || weight >= MOST_BYTES;
    }

    /** How long to wait for more, in nanoseconds. */
    long left() {
      return Math.max(0, since + LONGEST_WAIT.toNanos() - nanoTime.getAsLong());
    }
  }

  private static long weight(List<SourceRecord> records) {
    return records.stream().mapToLong(record -> Math.max(LEAST_BYTES, bytes(record.value()))).sum();
  }

  /** The size of text and files; what has a structure counts as a record only. */
  private static int bytes(Object value) {
    if (value instanceof byte[] file) {
      return file.length;
    }
    return value instanceof String text ? text.length() : 0;
  }
}
