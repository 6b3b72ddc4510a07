package io.psastream.connectwise.client.paging;

import java.util.Arrays;

/**
 * How many pages are prefetched, that is in flight or buffered: as many as are taken while one is
 * waited for, so that the reader finds the next page ready and no page waits for long. A buffered
 * page is memory that outlives young collections. Pure.
 */
final class PrefetchDepth {

  private final int max;
  private final long mostBytes;
  private final Recent waits = new Recent();
  private final Recent takes = new Recent();
  private final Recent sizes = new Recent();

  /** The median of the latest values, so that one pause or hiccup changes nothing. */
  private static final class Recent {
    private static final int COUNT = 5;

    private final long[] values = new long[COUNT];
    private int added;

    void add(long value) {
      values[added++ % COUNT] = value;
    }

    /** The lower one of two; 0 before the first value. */
    long median() {
      int count = Math.min(added, COUNT);
      long[] sorted = Arrays.copyOf(values, count);
      Arrays.sort(sorted);
      return count == 0 ? 0 : sorted[(count - 1) / 2];
    }
  }

  /**
   * The initial depth is one page.
   *
   * @param max the most pages
   * @param mostBytes the most bytes of all prefetched pages, as they come over the network
   */
  PrefetchDepth(int max, long mostBytes) {
    this.max = max;
    this.mostBytes = mostBytes;
  }

  int max() {
    return max;
  }

  int current() {
    long pages = ceilDiv(waits.median(), takes.median());
    long fit = mostBytes / Math.max(1, sizes.median());
    return (int) Math.max(1, Math.min(Math.min(pages, fit), max));
  }

  private static long ceilDiv(long dividend, long divisor) {
    return -Math.floorDiv(-dividend, Math.max(1, divisor));
  }

  /**
   * A page has been answered.
   *
   * @param waited how long the site was waited for, in nanoseconds, without the work of this side
   * @param bytes its size
   */
  void answered(long waited, long bytes) {
    waits.add(waited);
    sizes.add(bytes);
  }

  /** The reader was busy with a page for so many nanoseconds, and comes for the next. */
  void taken(long nanos) {
    takes.add(nanos);
  }
}
