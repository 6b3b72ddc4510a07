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
 * What to ask for when a list is read by id, and in which order it is handed on. It begins page by
 * page; once the list has proved long and its highest id is known, ranges of ids are asked for side
 * by side. Pure: it knows neither calls nor threads, and is used by one thread.
 *
 * <p>The ids to come are always covered by an unbroken, ascending row of parts, of which the last
 * is open and is asked for, as a plain keyset does, until {@code []}. At most so many pages as may
 * be in flight are asked for or kept; whatever comes first in the row is asked for first, so it
 * always finds a place.
 */
final class RangePlan {

  private static final long OPEN = Long.MAX_VALUE;

  /**
   * So many full pages in a row make a list long: shorter ones cost what they cost page by page.
   */
  private static final int LONG = 2;

  private static final int LONGER = 4;

  /**
   * Ids to ask for.
   *
   * @param after the id before the first; {@link Long#MIN_VALUE} for the beginning of the list
   * @param upTo the last id; {@link Long#MAX_VALUE} for no bound
   * @param size how many items to ask for
   * @param rest whether these follow a page that was shorter than asked for
   */
  record IdRange(long after, long upTo, int size, boolean rest) {

    boolean bounded() {
      return upTo != OPEN;
    }
  }

  private sealed interface Segment {}

  /** Not asked for yet. */
  private record Todo(long upTo, boolean rest) implements Segment {}

  private record Asked() implements Segment {}

  private record Ready(List<Item> items) implements Segment {}

  /** Not asked for again before its turn. */
  private record Failed(Todo again, RuntimeException failure) implements Segment {}

  private final NavigableMap<Long, Segment> segments = new TreeMap<>();
  private final PrefetchDepth depth;
  private final RangeWidth widths;
  private long position;
  private boolean ahead;
  private boolean troubled;
  private boolean highestAsked;
  private long bound = Long.MIN_VALUE;
  private int fullPages;
  private int enough = LONG;

  /**
   * @param start the id to start after; 0 for the beginning
   * @param depth how many pages may be asked for or kept at once
   */
  RangePlan(long start, PrefetchDepth depth) {
    this.depth = depth;
    this.widths = new RangeWidth(depth.most());
    this.position = start;
    segments.put(start == 0 ? Long.MIN_VALUE : start, new Todo(OPEN, false));
  }

  /** Whether ranges are asked for side by side. */
  boolean ahead() {
    return ahead;
  }

  /** How many pages are asked for or kept. */
  int outstanding() {
    return (int)
        segments.values().stream().filter(it -> it instanceof Asked || it instanceof Ready).count();
  }

  /** Whether to ask for the highest id now; then {@link #highest} is to follow. */
  boolean askHighest() {
    if (depth.most() == 1 || highestAsked || fullPages < enough) {
      return false;
    }
    highestAsked = true;
    return true;
  }

  /** Takes the highest id of the list; empty where it could not be found out. */
  void highest(OptionalLong id) {
    highestAsked = false;
    fullPages = 0;
    enough *= LONGER;
    if (id.isPresent() && segments.lastEntry() != null && id.getAsLong() > segments.lastKey()) {
      ahead = true;
      bound = id.getAsLong();
      splitAtBound();
    }
  }

  /** What is below the highest id has an end and can be cut; what is above it cannot. */
  private void splitAtBound() {
    Map.Entry<Long, Segment> last = segments.lastEntry();
    if (last != null && last.getValue() instanceof Todo todo && last.getKey() < bound) {
      segments.put(last.getKey(), new Todo(bound, todo.rest()));
      segments.put(bound, new Todo(OPEN, false));
    }
  }

  /** The next to ask for, in pages of this size; empty when enough is. */
  Optional<IdRange> ask(int size) {
    boolean underWay = segments.values().stream().anyMatch(Asked.class::isInstance);
    // What comes first in the row is wanted now, however little is to be read ahead.
    boolean wanted = !segments.isEmpty() && segments.firstEntry().getValue() instanceof Todo;
    if (outstanding() >= (wanted ? depth.most() : depth.pages()) || (troubled && underWay)) {
      return Optional.empty();
    }
    for (Map.Entry<Long, Segment> entry : segments.entrySet()) {
      if (entry.getValue() instanceof Failed) {
        break;
      }
      if (entry.getValue() instanceof Todo todo) {
        boolean early = todo.upTo() == OPEN && underWay;
        return early ? Optional.empty() : Optional.of(cut(entry.getKey(), todo, size));
      }
    }
    return Optional.empty();
  }

  private IdRange cut(long after, Todo todo, int size) {
    long upTo = todo.upTo();
    if (upTo != OPEN && widths.pays()) {
      long width = widths.width(size);
      if (width < upTo - after) {
        upTo = after + width;
        segments.put(upTo, new Todo(todo.upTo(), false));
      }
    }
    segments.put(after, new Asked());
    return new IdRange(after, upTo, size, todo.rest());
  }

  /**
   * Takes the answer of a slice; its ids ascend and lie above {@code after}.
   *
   * @param items what came, even if it lies above {@code upTo}
   * @param more whether the server says that more follows
   */
  void answered(IdRange range, List<Item> items, boolean more) {
    troubled = false;
    widths.sent(items.size(), range.rest());
    List<Item> within = within(items, range.upTo());
    boolean done =
        range.bounded()
            ? within.size() < items.size()
                || within.isEmpty()
                || last(within) == range.upTo()
                || (!more && widths.provesEnd(range, within))
            : items.isEmpty();
    learn(range, within, done);
    segments.remove(range.after());
    if (!within.isEmpty()) {
      segments.put(range.after(), new Ready(within));
    }
    if (!done) {
      segments.put(last(within), new Todo(range.upTo(), items.size() < range.size()));
      splitAtBound();
    }
  }

  private void learn(IdRange range, List<Item> within, boolean done) {
    if (range.bounded()) {
      widths.tried(within.size(), range.size());
    } else {
      fullPages = widths.full(within.size(), range.size()) ? fullPages + 1 : 0;
    }
    if (range.bounded() && done) {
      widths.density((double) range.upTo() - range.after(), within.size());
    } else if (!within.isEmpty()) {
      widths.density((double) last(within) - id(within.get(0)) + 1, within.size());
    }
  }

  /** A server that ignores the upper bound has sent what belongs to the next slice as well. */
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

  /** A slice is to be asked for once more, for less at once. */
  void again(IdRange range) {
    segments.put(range.after(), new Todo(range.upTo(), range.rest()));
  }

  /** A slice has failed, which shows when its turn comes. */
  void failed(IdRange range, RuntimeException failure) {
    segments.put(range.after(), new Failed(new Todo(range.upTo(), range.rest()), failure));
  }

  /**
   * The page whose turn it is; empty while it has not come. At the end an empty last one.
   *
   * @throws RuntimeException the failure of the slice whose turn it is; it is asked for again, and
   *     alone until something succeeds
   */
  Optional<Page> take() {
    Map.Entry<Long, Segment> first = segments.firstEntry();
    if (first == null) {
      return Optional.of(new Page(List.of(), position, true));
    }
    if (first.getValue() instanceof Failed failed) {
      troubled = true;
      segments.replaceAll(
          (after, segment) -> segment instanceof Failed other ? other.again() : segment);
      throw failed.failure();
    }
    if (first.getValue() instanceof Ready ready) {
      segments.pollFirstEntry();
      position = last(ready.items());
      if (ahead) {
        depth.taken();
      }
      return Optional.of(new Page(ready.items(), position, false));
    }
    return Optional.empty();
  }
}
