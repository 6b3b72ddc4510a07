package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.offset.SentVersions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides which items of a full refresh are emitted while windows go on: those that windows do not
 * bring any more. What a window has accepted since the refresh began is overtaken ({@link
 * Pass#overtaken}), and does not come here. Pure.
 */
final class RefreshScan {

  /** What windows had sent when the refresh began, of what they may read again. */
  private final SentVersions sent;

  private final Predicate<Item> changed;

  /**
   * @param last the last window before the refresh, which is complete; or the one that a stop has
   *     interrupted, before it continues
   * @param changed whether an item is to be sent at all; not asked for those that windows bring
   */
  RefreshScan(WindowScan last, Predicate<Item> changed) {
    this.sent = last.sentSoFar();
    this.changed = changed;
  }

  /**
   * The items of a page to emit.
   *
   * @param current the current window, or the last one
   */
  List<Accepted> accept(List<Item> page, WindowScan current) {
    List<Accepted> accepted = new ArrayList<>(page.size());
    for (Item item : page) {
      if (!leftToWindows(item, current) && !current.skipped(item) && changed.test(item)) {
        accepted.add(current.refreshed(item));
      }
    }
    return accepted;
  }

  /** Whether a window, this one or a later one, brings the item; it is told to. */
  boolean leftToWindows(Item item, WindowScan current) {
    Optional<Instant> second = item.lastUpdated().filter(current::readsStill);
    boolean left =
        second.isPresent()
            && !sent.contains(item.id().orElseThrow(), second.get(), () -> Fingerprints.of(item));
    if (left) {
      current.expect(item);
    }
    return left;
  }
}
