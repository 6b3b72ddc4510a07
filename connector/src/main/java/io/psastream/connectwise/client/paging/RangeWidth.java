package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.RangePlan.IdRange;
import java.util.List;

/**
 * How wide a range of ids has to be for its items to fill a page: learned from the pages that have
 * come. Too wide costs nothing, since the rest of a range is asked for again; too narrow costs
 * requests, so what was wasted is counted and bounded. Pure.
 */
final class RangeWidth {

  /**
   * With ids spread at random, the items of a range vary by the square root of their number; two
   * such deviations below a full page, one range in twenty needs a second request.
   */
  private static final double DEVIATIONS = 2;

  /** How many pages' worth of items pay for one page's worth of nothing. */
  private static final int PAGES_PER_WASTE = 4;

  private final int slack;
  private double idsPerItem;
  private int most;
  private boolean clamped;
  private double filled;
  private double wasted;

  /**
   * @param slack how many pages may come empty before fewer ranges are tried
   */
  RangeWidth(int slack) {
    this.slack = slack;
  }

  /**
   * Learns how large the server's pages really are (P17).
   *
   * @param sent how many items came where {@code size} were asked for
   * @param follows whether a page before this one was shorter than asked for and this one follows
   *     it, which only a server does that sends less than it is asked for
   */
  void sent(int sent, boolean follows) {
    clamped |= follows && sent > 0;
    most = Math.max(most, sent);
  }

  /** Whether this is as much as the server is known to send at once. */
  boolean full(int sent, int size) {
    return sent >= effective(size);
  }

  /**
   * Whether the items that came are proof that a range holds no more of them: the server has sent
   * more at once before, more was asked for, and they end where the range does. A server may have
   * broken off (P25), and rather than lose items the rest is asked for.
   */
  boolean provesEnd(IdRange range, List<Item> items) {
    int sent = items.size();
    return sent < range.size()
        && sent < most
        && sent >= effective(range.size()) / 2
        && near(range, items);
  }

  /**
   * Whether the last item is nearer to the upper bound than two neighbours among the items are to
   * each other somewhere. A page that was cut short ends too early; of one that was not, chance
   * puts the widest gap at the end once in as many pages as a page has items.
   */
  private static boolean near(IdRange range, List<Item> items) {
    long widest = 0;
    for (int i = 1; i < items.size(); i++) {
      widest = Math.max(widest, RangePlan.id(items.get(i)) - RangePlan.id(items.get(i - 1)));
    }
    return range.upTo() - RangePlan.id(items.get(items.size() - 1)) < widest;
  }

  private int effective(int size) {
    return clamped ? Math.min(size, most) : size;
  }

  /** Learns that so many ids hold so many items. */
  void density(double ids, int items) {
    if (items == 0) {
      idsPerItem *= 2;
    } else if (idsPerItem == 0) {
      idsPerItem = Math.max(1, ids / items);
    } else {
      idsPerItem = Math.sqrt(idsPerItem * Math.max(1, ids / items));
    }
  }

  /** Counts a range that was asked for, so that ranges that hold little are not tried for long. */
  void tried(int items, int size) {
    double share = Math.min(1, (double) items / effective(size));
    filled += share;
    wasted += 1 - share;
  }

  /** Whether guessing where the next page begins has paid so far. */
  boolean pays() {
    return wasted <= slack + filled / PAGES_PER_WASTE;
  }

  /** The width of a range whose items will just fit into a page; at least the page itself. */
  long width(int size) {
    int page = effective(size);
    double deviation = Math.sqrt(page * (1 - 1 / idsPerItem));
    double items = Math.max(page / 2.0, page - DEVIATIONS * deviation);
    return Math.max(page, (long) (items * idsPerItem));
  }
}
