package io.psastream.connectwise.source;

import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.offset.KnownIds;
import io.psastream.connectwise.source.offset.KnownIds.FreshIds;
import io.psastream.connectwise.source.offset.SourceOffset;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.roaringbitmap.RoaringBitmap;

/**
 * How far the records of a query have come in all of its passes. Each record carries all of it, so
 * that any of them restores every pass that was under way.
 */
final class PassProgress {

  private final Optional<KnownIds> known;
  private Supplier<SourceOffset> windows;
  private Optional<Long> refreshed;

  /**
   * @param known the ids of the items sent; empty where deletions are not detected
   * @param windows how far the windows have come
   * @param refreshed the last id that a full refresh has sent; empty where none is under way
   */
  PassProgress(Optional<KnownIds> known, Supplier<SourceOffset> windows, Optional<Long> refreshed) {
    this.known = known;
    this.windows = windows;
    this.refreshed = refreshed;
  }

  /** The offset after everything so far. */
  Map<String, Object> offset() {
    Supplier<SourceOffset> at = windows;
    Optional<Long> refresh = refreshed;
    Optional<FreshIds> fresh = known.map(KnownIds::mark);
    return new SourceOffset.Lazy(
        () -> at.get().with(refresh, fresh.map(FreshIds::ids).orElseGet(RoaringBitmap::new)));
  }

  /** The item is sent. */
  void passed(Accepted item) {
    item.windows().ifPresent(this::windows);
    item.position().ifPresent(id -> refreshed = Optional.of(id));
  }

  /** The windows have come so far, with or without an item. */
  void windows(Supplier<SourceOffset> state) {
    windows = state;
  }

  /** The last id that a full refresh has sent; empty where none is under way. */
  Optional<Long> refreshed() {
    return refreshed;
  }

  /** No full refresh is under way any more. */
  void endRefresh() {
    refreshed = Optional.empty();
  }
}
