package io.psastream.connectwise.simulator.store;

import io.psastream.connectwise.simulator.recent.Recent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The most recent versions of all items, in the order in which they became visible; bounded over
 * all collections, since there may be one below each item.
 */
final class VersionLog {

  private static final long MOST_BYTES = 128 << 20;

  private record Entry(Series series, Version version) {}

  private final Recent<Entry> recent;

  /** Keeps at most so many versions, and of those at most 128 MB. */
  VersionLog(int most) {
    recent = new Recent<>(most, MOST_BYTES, VersionLog::bytes);
  }

  private static long bytes(Entry entry) {
    return entry.version().item().map(StoredItem::length).orElse(0);
  }

  void keepAll() {
    recent.keepAll();
  }

  void clear() {
    recent.clear();
  }

  /** The versions of one collection. */
  final class Series {

    private long next;

    synchronized Version add(long id, Instant visibleFrom, Optional<StoredItem> item) {
      Version version = new Version(next++, id, visibleFrom, item);
      recent.add(new Entry(this, version));
      return version;
    }

    List<Version> kept() {
      return recent.list().stream()
          .filter(entry -> entry.series() == this)
          .map(Entry::version)
          .toList();
    }

    /** How many there were before the first that is kept. */
    synchronized long leftOut() {
      List<Version> kept = kept();
      return kept.isEmpty() ? next : kept.get(0).sequence();
    }
  }
}
