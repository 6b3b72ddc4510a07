package io.psastream.connectwise.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that the answers which a client is reading may take together. One half of it is shared
 * out among the requests in flight, so that none of them ever waits within its share; the other
 * half belongs to one answer at a time, which has outgrown its share. So nothing waits for what
 * waits itself.
 *
 * <p>JSON takes more memory than bytes, by the number of its values; how many there are is
 * estimated.
 */
final class MemoryBudget {

  /** What a value of JSON takes besides its bytes. */
  private static final int VALUE = 48;

  /** One byte of so many is looked at, to estimate how many values there are. */
  private static final int STEP = 16;

  private static final long LEAST_SHARE = 64 * 1024;

  private final long share;
  private final long most;
  private final Duration longestWait;
  private final Semaphore one = new Semaphore(1, true);

  /**
   * @param bytes what all answers may take
   * @param inFlight how many requests share it
   * @param longestWait how long an answer waits until it is read alone, before it has timed out
   */
  MemoryBudget(long bytes, int inFlight, Duration longestWait) {
    this.share = Math.max(LEAST_SHARE, bytes / 2 / inFlight);
    this.most = Math.max(share, bytes / 2);
    this.longestWait = longestWait;
  }

  /** Thrown instead of reading more of an answer. */
  static final class Exceeded extends IOException {

    private static final long serialVersionUID = 1L;

    Exceeded(long bytes) {
      super("The answer takes more than " + bytes + " bytes of memory");
    }
  }

  /**
   * What an answer that is about to be read may take.
   *
   * @param divisible whether the answer can be asked for in smaller parts, so that it need not
   *     outgrow its share
   */
  Allotment allot(boolean divisible) {
    return new Allotment(divisible);
  }

  /** What one answer takes while it is read. Used by one thread. */
  final class Allotment implements AutoCloseable {

    private final boolean divisible;
    private long taken;
    private boolean alone;

    private Allotment(boolean divisible) {
      this.divisible = divisible;
    }

    /**
     * Takes so many bytes more.
     *
     * @throws Exceeded when there are not so many for this answer
     * @throws InterruptedIOException when another one is read alone for too long
     */
    void take(long bytes) throws IOException {
      taken += bytes;
      if (taken > share) {
        outgrow();
      }
    }

    private void outgrow() throws IOException {
      long limit = divisible ? share : most;
      if (taken > limit) {
        throw new Exceeded(limit);
      }
      if (alone) {
        return;
      }
      try {
        alone = one.tryAcquire(longestWait.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
      if (!alone) {
        throw new InterruptedIOException("timeout");
      }
    }

    /** Takes what the values in some JSON need. */
    void takeValues(byte[] json, int length) throws IOException {
      int values = 0;
      for (int i = 0; i < length; i += STEP) {
        byte each = json[i];
        if (each == ',' || each == '[' || each == '{') {
          values++;
        }
      }
      take((long) values * STEP * VALUE);
    }

    @Override
    public void close() {
      if (alone) {
        alone = false;
        one.release();
      }
    }
  }
}
