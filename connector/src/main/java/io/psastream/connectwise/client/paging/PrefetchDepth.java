package io.psastream.connectwise.client.paging;

/**
 * How many pages to have asked for or kept: one more after each page that had to be waited for, one
 * fewer after a round in which none had to. A page that waits is memory that outlives young
 * collections, so pages are not fetched sooner than whoever takes them needs. Pure.
 */
final class PrefetchDepth {

  private final int most;
  private int pages;
  private int unwaited;

  /**
   * @param most never more than this; it begins there
   */
  PrefetchDepth(int most) {
    this.most = most;
    this.pages = most;
  }

  int most() {
    return most;
  }

  int pages() {
    return pages;
  }

  /** The next page was not there when it was wanted. */
  void waited() {
    unwaited = -1; // the page that was waited for is yet to be taken
    pages = Math.min(most, pages + 1);
  }

  /** A page was taken. */
  void taken() {
    unwaited++;
    if (unwaited >= pages && pages > 1) {
      unwaited = 0;
      pages--;
    }
  }
}
