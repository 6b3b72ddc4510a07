package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Plans the reading of a list by id: which range of ids to request next, and which page to deliver
 * next. It begins page by page. Once the list has proved long and its highest id is known, ranges
 * of ids are requested concurrently. Pure: it knows neither calls nor threads, and is used by one
 * thread.
 *
 * <p>Invariants: the segments cover all ids that are not delivered yet, without a gap and in
 * ascending order. The last segment has no upper bound and is read, as by a plain keyset, until the
 * server answers {@code []}. At most as many pages as the prefetch depth permits are in flight or
 * buffered. The first segment is requested first, so later ones never block the next page.
 */
final class RangePlan {

  private static final long UNBOUNDED = Long.MAX_VALUE;

  /**
   * After so many full pages in a row a list counts as long. Shorter lists cost no request for the
   * highest id.
   */
  private static final int FULL_PAGES = 2;

  /** Each request for the highest id takes so many times as many full pages as the one before. */
  private static final int FULL_PAGES_FACTOR = 4;

  /**
   * A range of ids to request.
   *
   * @param after the lower bound, exclusive; {@link AscendingIds#BEGINNING} for none
   * @param upTo the upper bound, inclusive; {@link Long#MAX_VALUE} for none
   * @param size the page size to request
   * @param rest whether the range continues a page that had fewer items than were requested
   */
  record IdRange(long after, long upTo, int size, boolean rest) {

    boolean fromBeginning() {
      return after == AscendingIds.BEGINNING;
    }

    boolean bounded() {
      return upTo != UNBOUNDED;
    }
  }

  /** The state of one range of ids; its lower bound is its key in {@link #segments}. */
  private sealed interface Segment {}

  /** Not requested yet. */
  private record Pending(long upTo, boolean rest) implements Segment {}

  private record Requested() implements Segment {}

  /** Fetched and not delivered yet. */
  private record Buffered(List<Item> items) implements Segment {}

  /** Requested again only after its failure was delivered. */
  private record Failed(Pending retry, RuntimeException failure) implements Segment {}

  private final NavigableMap<Long, Segment> segments = new TreeMap<>();
  private final PrefetchDepth depth;
  private final RangeWidth width;
  private long position;
  private boolean readsAhead;
  private boolean recovering;
  private boolean highestRequested;
  private long highest = Long.MIN_VALUE;
  private int fullPages;
  private int fullPagesNeeded = FULL_PAGES;

  /**
   * @param start the id to start after; {@link AscendingIds#BEGINNING} for the beginning
   * @param depth how many pages may be in flight or buffered
   */
  RangePlan(long start, PrefetchDepth depth) {
    this.depth = depth;
    this.width = new RangeWidth(depth.max());
    this.position = start;
    segments.put(start, new Pending(UNBOUNDED, false));
  }

  /** Whether ranges are requested concurrently. */
  boolean readsAhead() {
    return readsAhead;
  }

  /** How many pages are in flight or buffered. */
  int outstanding() {
    return (int)
        segments.values().stream()
            .filter(it -> it instanceof Requested || it instanceof Buffered)
            .count();
  }

  /** Whether to request the highest id now; if so, {@link #highest} must be called afterwards. */
  boolean requestHighest() {
    if (depth.max() == 1 || highestRequested || fullPages < fullPagesNeeded) {
      return false;
    }
    highestRequested = true;
    return true;
  }

  /** Takes the highest id of the list; empty when the request failed or the list is empty. */
  void highest(OptionalLong id) {
    highestRequested = false;
    fullPages = 0;
    fullPagesNeeded *= FULL_PAGES_FACTOR;
    if (id.isPresent() && segments.lastEntry() != null && id.getAsLong() > segments.lastKey()) {
      readsAhead = true;
      highest = id.getAsLong();
      splitAtHighest();
    }
  }

  /** Ids up to the highest one can be split into ranges; ids above it have no upper bound. */
  private void splitAtHighest() {
    Map.Entry<Long, Segment> last = segments.lastEntry();
    if (last != null && last.getValue() instanceof Pending pending && last.getKey() < highest) {
      segments.put(last.getKey(), new Pending(highest, pending.rest()));
      segments.put(highest, new Pending(UNBOUNDED, false));
    }
  }

  /** The next range to request, with pages of this size; empty when none may be requested now. */
  Optional<IdRange> request(int size) {
    boolean inFlight = segments.values().stream().anyMatch(Requested.class::isInstance);
    // The first segment is the next page to deliver, so the depth that adapts does not bound it.
    boolean next = !segments.isEmpty() && segments.firstEntry().getValue() instanceof Pending;
    if (outstanding() >= (next ? depth.max() : depth.current()) || (recovering && inFlight)) {
      return Optional.empty();
    }
    for (Map.Entry<Long, Segment> entry : segments.entrySet()) {
      if (entry.getValue() instanceof Failed) {
        break;
      }
      if (entry.getValue() instanceof Pending pending) {
        boolean tooEarly = pending.upTo() == UNBOUNDED && inFlight;
        return tooEarly ? Optional.empty() : Optional.of(split(entry.getKey(), pending, size));
      }
    }
    return Optional.empty();
  }

  private IdRange split(long after, Pending pending, int size) {
    long upTo = pending.upTo();
    if (upTo != UNBOUNDED && width.splittingPays()) {
      long ids = width.ids(size);
      if (ids < RangeWidth.distance(after, upTo)) {
        upTo = after + ids;
        segments.put(upTo, new Pending(pending.upTo(), false));
      }
    }
    segments.put(after, new Requested());
    return new IdRange(after, upTo, size, pending.rest());
  }

  /**
   * Takes the answer to a range. The ids of the items ascend and are above {@code after}.
   *
   * @param items all items of the answer, also those with ids above {@code upTo}
   * @param more whether the server names a next page
   */
  void answered(IdRange range, List<Item> items, boolean more) {
    recovering = false;
    width.observePage(items.size(), range.rest());
    List<Item> within = within(items, range.upTo());
    boolean complete =
        range.bounded()
            ? within.size() < items.size()
                || within.isEmpty()
                || last(within) == range.upTo()
                || (!more && width.provesEnd(range, within))
            : items.isEmpty();
    observe(range, within, complete);
    segments.remove(range.after());
    if (!within.isEmpty()) {
      segments.put(range.after(), new Buffered(within));
    }
    if (!complete) {
      segments.put(last(within), new Pending(range.upTo(), items.size() < range.size()));
      splitAtHighest();
    }
  }

  private void observe(IdRange range, List<Item> within, boolean complete) {
    if (range.bounded()) {
      width.observeFill(within.size(), range.size());
    } else {
      fullPages = width.isFull(within.size(), range.size()) ? fullPages + 1 : 0;
    }
    if (range.bounded() && complete) {
      width.observeDensity((double) range.upTo() - range.after(), within.size());
    } else if (!within.isEmpty()) {
      width.observeDensity((double) last(within) - id(within.get(0)) + 1, within.size());
    }
  }

  /** A server that ignores the upper bound sends items of the next range as well. */
  private static List<Item> within(List<Item> items, long upTo) {
    int size = items.size();
    while (size > 0 && id(items.get(size - 1)) > upTo) {
      size--;
    }
    return items.subList(0, size);
  }

  private static long last(List<Item> items) {
    return id(items.get(items.size() - 1));
  }

  static long id(Item item) {
    return item.id().getAsLong();
  }

  /** Has a range requested again, with the page size that then applies. */
  void retry(IdRange range) {
    segments.put(range.after(), new Pending(range.upTo(), range.rest()));
  }

  /** Goes on behind an item of a range that cannot be read, which is the first of it. */
  void leftOut(IdRange range, long id) {
    recovering = false;
    segments.remove(range.after());
    if (id < range.upTo()) {
      segments.put(id, new Pending(range.upTo(), range.rest()));
    }
  }

  /** Takes the failure of a range, to be delivered in place of its page. */
  void failed(IdRange range, RuntimeException failure) {
    segments.put(range.after(), new Failed(new Pending(range.upTo(), range.rest()), failure));
  }

  /**
   * Delivers the next page; empty while it is not fetched. After the last item it delivers an empty
   * last page.
   *
   * @throws RuntimeException the failure of the range that is next; all failed ranges are requested
   *     again, one at a time until a request succeeds
   */
  Optional<Page> take() {
    Map.Entry<Long, Segment> first = segments.firstEntry();
    if (first == null) {
      return Optional.of(new Page(List.of(), position, true));
    }
    if (first.getValue() instanceof Failed failed) {
      recovering = true;
      segments.replaceAll(
          (after, segment) -> segment instanceof Failed other ? other.retry() : segment);
      throw failed.failure();
    }
    if (first.getValue() instanceof Buffered buffered) {
      segments.pollFirstEntry();
      position = last(buffered.items());
      return Optional.of(new Page(buffered.items(), position, false));
    }
    return Optional.empty();
  }
}
