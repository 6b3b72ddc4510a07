package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PagingStrategy;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.config.Reading;
import io.psastream.connectwise.source.config.Reading.Mode;
import io.psastream.connectwise.source.offset.KnownIds;
import io.psastream.connectwise.source.offset.SentVersions;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.VersionSet;
import io.psastream.connectwise.source.offset.Window;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.roaringbitmap.RoaringBitmap;

/**
 * The scan of one window: decides which of the items that the server returns are emitted, and which
 * offset each carries. Pure. An item is emitted once if it lies in the window or in the overlap
 * before it; a newer one is deferred to the next window.
 */
final class WindowScan {

  /**
   * After this many windows in a row in which an item was newer than the window, emit it anyway; an
   * item that never rests would otherwise never be emitted.
   */
  private static final int MAX_DEFERRALS = 3;

  private final Window window;
  private final Reading reading;
  private final SentVersions sent;
  private final Optional<KnownIds> known;
  private final Metrics metrics;
  private final Map<Long, Integer> deferredBefore;
  private final Map<Long, Integer> deferred = new HashMap<>();
  private long position;

  /**
   * An item to emit.
   *
   * @param offset the offset once it was emitted
   * @param refreshed whether a full refresh emits it, so that it may be unchanged
   */
  record Accepted(Item item, Map<String, Object> offset, boolean refreshed) {}

  private WindowScan(
      SourceOffset start,
      Reading reading,
      Optional<KnownIds> known,
      Metrics metrics,
      Map<Long, Integer> deferredBefore) {
    this.window = start.window();
    this.reading = reading;
    this.sent = new SentVersions(start.sent());
    this.known = known;
    this.metrics = metrics;
    this.deferredBefore = deferredBefore;
    this.position = start.position();
  }

  /**
   * Continues at an offset.
   *
   * @param known the ids of the items sent; empty where deletions are not detected
   */
  static WindowScan resume(
      SourceOffset offset, Reading reading, Optional<KnownIds> known, Metrics metrics) {
    return new WindowScan(offset, reading, known, metrics, Map.of());
  }

  /** The first scan of a query: up to {@code to}, or everything where there are no windows. */
  static WindowScan first(
      Optional<Instant> start,
      Instant to,
      Reading reading,
      Optional<KnownIds> known,
      Metrics metrics) {
    Window window =
        reading.mode() == Mode.INCREMENTAL ? Window.first(start, to) : Window.EVERYTHING;
    return resume(beginning(window, reading), reading, known, metrics);
  }

  private static SourceOffset beginning(Window window, Reading reading) {
    PagingStrategy strategy = reading.strategy();
    return SourceOffset.at(window, strategy.beginning(), strategy.byId());
  }

  /** The scan after this one, which must be complete. */
  WindowScan next(Instant to) {
    if (reading.mode() == Mode.SNAPSHOT) {
      return resume(beginning(window, reading), reading, known, metrics);
    }
    Window following = window.next(to);
    Instant oldest = following.readFrom(reading.overlap()).orElseThrow();
    VersionSet remembered = sent.mark().versions(oldest);
    metrics.add(Metric.VERSIONS_FORGOTTEN, remembered.beyondBound());
    SourceOffset start =
        new SourceOffset(
            following,
            reading.strategy().beginning(),
            reading.strategy().byId(),
            remembered,
            Optional.empty(),
            new RoaringBitmap());
    return new WindowScan(start, reading, known, metrics, deferred);
  }

  Window window() {
    return window;
  }

  long position() {
    return position;
  }

  /**
   * The lower bound of the request, exclusive; empty for the snapshot. The upper bound is checked
   * here and is not part of the request: items beyond it are few, and must be seen to be counted as
   * deferred.
   */
  Optional<Instant> readFrom() {
    return window.readFrom(reading.overlap());
  }

  /**
   * The items of a page to emit.
   *
   * @param pagePosition the position after the page
   */
  List<Accepted> accept(List<Item> items, long pagePosition) {
    List<Accepted> accepted = new ArrayList<>(items.size());
    for (Item item : items) {
      position = reading.strategy().byId() ? item.id().orElse(position) : position + 1;
      if (wanted(item)) {
        accepted.add(accepted(item, Optional.empty()));
      }
    }
    position = pagePosition;
    return accepted;
  }

  /**
   * The items of a page of a full refresh to emit, between two windows: those up to the end of the
   * last window that {@code changed} accepts. Newer ones belong to the next window.
   */
  List<Accepted> refresh(List<Item> items, Predicate<Item> changed) {
    List<Accepted> accepted = new ArrayList<>(items.size());
    for (Item item : items) {
      long id = item.id().orElseThrow();
      boolean newer = item.lastUpdated().filter(at -> at.isAfter(window.to())).isPresent();
      if (!newer && !skipped(item) && changed.test(item)) {
        item.lastUpdated().ifPresent(second -> remember(id, second));
        accepted.add(accepted(item, Optional.of(id)));
      }
    }
    return accepted;
  }

  private Accepted accepted(Item item, Optional<Long> refresh) {
    known.ifPresent(ids -> item.id().ifPresent(ids::add));
    return new Accepted(item, offset(refresh), refresh.isPresent());
  }

  private boolean wanted(Item item) {
    if (skipped(item)) {
      return false;
    }
    if (item.lastUpdated().isEmpty() || item.id().isEmpty()) {
      return window.from().isEmpty();
    }
    long id = item.id().getAsLong();
    Instant second = item.lastUpdated().get();
    if (readFrom().filter(from -> !second.isAfter(from)).isPresent()) {
      return false;
    }
    if (sent.contains(id, second, () -> fingerprint(item))) {
      return false;
    }
    return second.isAfter(window.to()) ? emitAnyway(id, item) : remember(id, second);
  }

  /** Whether {@code skip.updated.by} names the member who last changed the item. */
  private boolean skipped(Item item) {
    if (item.updatedBy().filter(reading.skipUpdatedBy()::contains).isEmpty()) {
      return false;
    }
    metrics.add(Metric.UPDATES_SKIPPED, 1);
    return true;
  }

  private boolean remember(long id, Instant second) {
    // Only what the overlap of the next window will return again.
    if (reading.mode() == Mode.INCREMENTAL
        && second.isAfter(window.to().minus(reading.overlap()))) {
      sent.add(id, second);
    }
    return true;
  }

  /** Whether an item that is newer than the window is emitted all the same. */
  private boolean emitAnyway(long id, Item item) {
    int times = deferredBefore.getOrDefault(id, 0);
    if (times < MAX_DEFERRALS) {
      deferred.put(id, times + 1);
      return false;
    }
    sent.addUnsettled(id, item.lastUpdated().orElseThrow(), fingerprint(item));
    return true;
  }

  /** The current offset, for a heartbeat or as the one before the next item. */
  Map<String, Object> offset() {
    return offset(Optional.empty());
  }

  private Map<String, Object> offset(Optional<Long> refresh) {
    long at = position;
    SentVersions.Mark versions = sent.mark();
    Optional<KnownIds.FreshIds> fresh = known.map(KnownIds::mark);
    Instant oldest = readFrom().orElse(Instant.MIN);
    return new SourceOffset.Lazy(
        () ->
            new SourceOffset(
                window,
                at,
                reading.strategy().byId(),
                versions.versions(oldest),
                refresh,
                fresh.map(KnownIds.FreshIds::ids).orElseGet(RoaringBitmap::new)));
  }

  /** Distinguishes contents that have the same timestamp. */
  static long fingerprint(Item item) {
    try {
      byte[] text =
          item.content() instanceof byte[] file
              ? file
              : String.valueOf(item.content()).getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
