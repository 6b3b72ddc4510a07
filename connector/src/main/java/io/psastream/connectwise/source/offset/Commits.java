package io.psastream.connectwise.source.offset;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Which of the records that Kafka has acknowledged have their offsets stored, as far as Connect
 * tells a source task.
 *
 * <p>Without exactly-once support three threads are at it: the producer's acknowledges a record,
 * the task's takes the offsets of acknowledged records along before each poll, and a third stores
 * what was taken along when it began, and then calls {@code commit()}. So a record's offset is
 * stored for sure by the second commit after the second poll after its acknowledgement. With
 * exactly-once support it is stored sooner.
 */
public final class Commits {

  private static final int POLLS_UNTIL_TAKEN_ALONG = 2;

  private long polls;
  private long commits;
  private long pollsAtLastCommit;

  /** The polls before the last commit but one: what they took along is stored. */
  private long pollsStored;

  /** The task is polled. */
  public synchronized void polled() {
    polls++;
  }

  /** Connect has stored offsets. */
  public synchronized void committed() {
    commits++;
    pollsStored = pollsAtLastCommit;
    pollsAtLastCommit = polls;
    notifyAll();
  }

  /** The present moment, for {@link #storedSince}. */
  synchronized long now() {
    return polls;
  }

  /** Whether the offsets of the records that had been acknowledged at a moment are stored. */
  synchronized boolean storedSince(long acknowledged) {
    return pollsStored >= acknowledged + POLLS_UNTIL_TAKEN_ALONG;
  }

  /** Waits for the next commit, but not for longer than this. */
  synchronized void await(Duration longest) throws InterruptedException {
    long before = commits;
    long end = System.nanoTime() + longest.toNanos();
    for (long left = longest.toMillis(); commits == before && left > 0; ) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
  }
}
