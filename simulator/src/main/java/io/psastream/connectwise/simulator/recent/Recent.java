package io.psastream.connectwise.simulator.recent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The most recent entries of a series, as many as a number and their bytes allow, and how many
 * there were in all. The newest is always there. Safe to use from several threads.
 */
public final class Recent<T> {

  private final Deque<T> kept = new ArrayDeque<>();
  private final ToLongFunction<T> bytes;
  private int most;
  private long mostBytes;
  private long keptBytes;
  private long total;

  /** Keeps at most so many entries, and of those at most so many bytes. */
  public Recent(int most, long mostBytes, ToLongFunction<T> bytes) {
    this.most = most;
    this.mostBytes = mostBytes;
    this.bytes = bytes;
  }

  /** Adds the newest; the oldest leave for it. */
  public synchronized void add(T entry) {
    total++;
    kept.addLast(entry);
    keptBytes += bytes.applyAsLong(entry);
    while (kept.size() > most || (keptBytes > mostBytes && kept.size() > 1)) {
      keptBytes -= bytes.applyAsLong(kept.removeFirst());
    }
  }

  /** Keeps every entry from now on. */
  public synchronized void keepAll() {
    most = Integer.MAX_VALUE;
    mostBytes = Long.MAX_VALUE;
  }

  /** What is kept, oldest first. */
  public synchronized List<T> list() {
    return List.copyOf(kept);
  }

  /** How many there were since the last {@link #clear}. */
  public synchronized long total() {
    return total;
  }

  /** How many of {@link #total} are not kept any more. */
  public synchronized long leftOut() {
    return total - kept.size();
  }

  public synchronized void clear() {
    kept.clear();
    keptBytes = 0;
    total = 0;
  }
}
