package io.psastream.connectwise.client.paging;

/**
 * How many pages are prefetched, that is in flight or buffered: one more after each page that the
 * reader had to wait for, one fewer after as many pages without a wait as the depth. A buffered
 * page is memory that outlives young collections, so pages are fetched no earlier than they are
 * needed. Pure.
 */
final class PrefetchDepth {

  private final int max;
  private int current;
  private int takenWithoutWait;

  /**
   * @param max the upper bound, which is also the initial depth
   */
  PrefetchDepth(int max) {
    this.max = max;
    this.current = max;
  }

  int max() {
    return max;
  }

  int current() {
    return current;
  }

  /** The reader had to wait for the next page. */
  void waited() {
    takenWithoutWait = -1; // the awaited page is still to be taken
    current = Math.min(max, current + 1);
  }

  /** The reader took a page. */
  void taken() {
    takenWithoutWait++;
    if (takenWithoutWait >= current && current > 1) {
      takenWithoutWait = 0;
      current--;
    }
  }
}
