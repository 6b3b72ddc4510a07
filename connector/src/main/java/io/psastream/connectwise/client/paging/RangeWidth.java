package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.RangePlan.IdRange;
import java.util.List;

/**
 * Estimates how many ids a range must span for its items to fill one page, from the density of the
 * pages that were read. Too wide a range costs nothing, since its rest is requested afterwards; too
 * narrow a range costs a request, so the unfilled part of pages is counted and bounded. Pure.
 */
final class RangeWidth {

  /**
   * How many standard deviations below a full page the expected number of items is. With ids spread
   * at random the standard deviation is the square root of that number; with two of them, one range
   * in twenty needs a second request.
   */
  private static final double DEVIATIONS = 2;

  /** How many filled pages make up for one empty page. */
  private static final int FILLED_PER_EMPTY = 4;

  private final int emptyAllowed;
  private double idsPerItem;
  private int largestPage;
  private boolean serverLimitsPages;
  private double filled;
  private double empty;

  /**
   * @param emptyAllowed how many pages may be empty before any is filled
   */
  RangeWidth(int emptyAllowed) {
    this.emptyAllowed = emptyAllowed;
  }

  /**
   * Learns the largest page that the server sends (P17).
   *
   * @param sent the number of items of a page
   * @param rest whether it continues a page that had fewer items than were requested; if it has
   *     items, the server sends smaller pages than requested
   */
  void observePage(int sent, boolean rest) {
    serverLimitsPages |= rest && sent > 0;
    largestPage = Math.max(largestPage, sent);
  }

  /** Whether a page has as many items as the server is known to send at most. */
  boolean isFull(int sent, int size) {
    return sent >= fullPage(size);
  }

  /**
   * Whether the items of an answer prove that the range has no others: a larger page was requested,
   * the server has sent larger pages before, the page is at least half full, and the items reach
   * the end of the range. Without that proof the server may have truncated the page (P25), so the
   * rest of the range is requested rather than items lost.
   */
  boolean provesEnd(IdRange range, List<Item> items) {
    int sent = items.size();
    return sent < range.size()
        && sent < largestPage
        && sent >= fullPage(range.size()) / 2
        && reachesEnd(range, items);
  }

  /**
   * Whether the gap between the last item and the upper bound is smaller than the widest gap
   * between two items. A truncated page has a wide gap at its end. In a complete page that gap is
   * the widest one only by chance, in one of as many pages as a page has items.
   */
  private static boolean reachesEnd(IdRange range, List<Item> items) {
    long widest = 0;
    for (int i = 1; i < items.size(); i++) {
      widest =
          Math.max(widest, distance(RangePlan.id(items.get(i - 1)), RangePlan.id(items.get(i))));
    }
    return distance(RangePlan.id(items.get(items.size() - 1)), range.upTo()) < widest;
  }

  /** The distance to a higher id, or the greatest number where it is greater than that. */
  static long distance(long id, long higher) {
    long distance = higher - id;
    return distance < 0 ? Long.MAX_VALUE : distance;
  }

  private int fullPage(int size) {
    return serverLimitsPages ? Math.min(size, largestPage) : size;
  }

  /** Learns that a range of so many ids has so many items. */
  void observeDensity(double ids, int items) {
    if (items == 0) {
      idsPerItem *= 2;
    } else if (idsPerItem == 0) {
      idsPerItem = Math.max(1, ids / items);
    } else {
      idsPerItem = Math.sqrt(idsPerItem * Math.max(1, ids / items));
    }
  }

  /** Counts how much of a page the answer to a bounded range has filled. */
  void observeFill(int items, int size) {
    double share = Math.min(1, (double) items / fullPage(size));
    filled += share;
    empty += 1 - share;
  }

  /** Whether few enough pages were empty for further ranges to be split off. */
  boolean splittingPays() {
    return empty <= emptyAllowed + filled / FILLED_PER_EMPTY;
  }

  /** The number of ids whose items are expected to fit into a page; at least the page size. */
  long ids(int size) {
    int page = fullPage(size);
    double deviation = Math.sqrt(page * (1 - 1 / idsPerItem));
    double items = Math.max(page / 2.0, page - DEVIATIONS * deviation);
    return Math.max(page, (long) (items * idsPerItem));
  }
}
