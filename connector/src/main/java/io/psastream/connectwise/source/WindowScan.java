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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
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

  /** A window that was opened so long ago is not known to have been. */
  private static final Duration LONG_AGO = Duration.ofDays(30);

  /** So many versions of seconds that may not be over carry a fingerprint; no bulk change does. */
  private static final int MOST_UNPROVEN = 1_000;

  private final Window window;
  private final Reach reach;
  private final Anchor anchor;
  private final SentVersions sent;

  /** What {@code skip.updated.by} has left out and may be read again; in no offset. */
  private final SentVersions leftOut;

  private final Reading reading;
  private final Optional<KnownIds> known;
  private final Metrics metrics;
  private final Map<Long, Integer> deferredBefore;
  private final Map<Long, Integer> deferred = new HashMap<>();
  private long position;
  private long items;
  private long emitted;
  private long undated;
  private int unproven;

  /**
   * When a window is opened.
   *
   * @param nanos on the monotonic clock
   * @param time on the local wall clock, which tells the same after a restart
   */
  record Opening(long nanos, Instant time) {

    static Opening now() {
      return new Opening(System.nanoTime(), Instant.now());
    }

    /** The opening of a window that was opened at this time, perhaps by another worker. */
    Opening of(Instant before) {
      Duration since = Duration.between(before, time);
      return since.isNegative() || since.compareTo(LONG_AGO) > 0
          ? this
          : new Opening(nanos - since.toNanos(), before);
    }
  }

  /**
   * An item to emit.
   *
   * @param windows how far the windows have come once it was emitted; empty where another pass
   *     emits it, so that it may be unchanged
   * @param position how far a full refresh has come with it; empty where none emits it
   */
  record Accepted(Item item, Optional<Supplier<SourceOffset>> windows, Optional<Long> position) {
    boolean refreshed() {
      return windows.isEmpty();
    }

    Accepted with(Item whole) {
      return new Accepted(whole, windows, position);
    }

    /** The same, sent for itself: no pass gets any further with it. */
    Accepted alone() {
      return new Accepted(item, Optional.empty(), Optional.empty());
    }
  }

  private WindowScan(
      Reach reach,
      long position,
      VersionSet sent,
      VersionSet leftOut,
      Reading reading,
      Optional<KnownIds> known,
      Metrics metrics,
      Map<Long, Integer> deferredBefore) {
    this.window = reach.window();
    this.reach = reach;
    this.anchor = reach.anchor();
    this.sent = new SentVersions(sent);
    this.leftOut = new SentVersions(leftOut);
    this.reading = reading;
    this.known = known;
    this.metrics = metrics;
    this.deferredBefore = deferredBefore;
    this.position = position;
  }

  /**
   * Continues at an offset.
   *
   * @param known the ids of the items sent; empty where deletions are not detected
   */
  static WindowScan resume(
      SourceOffset offset,
      Reading reading,
      Optional<KnownIds> known,
      Metrics metrics,
      Opening now) {
    return new WindowScan(
        Reach.resume(offset, reading, now),
        offset.position(),
        offset.sent(),
        new VersionSet(),
        reading,
        known,
        metrics,
        Map.of());
  }

  /** The first scan of a query: up to {@code to}, or everything where there are no windows. */
  static WindowScan first(
      Optional<Instant> start,
      Instant to,
      Reading reading,
      Optional<KnownIds> known,
      Metrics metrics,
      Opening now) {
    Window window =
        reading.mode() == Mode.INCREMENTAL ? Window.first(start, to) : Window.EVERYTHING;
    return resume(beginning(window, reading), reading, known, metrics, now);
  }

  private static SourceOffset beginning(Window window, Reading reading) {
    PagingStrategy strategy = reading.strategy();
    return SourceOffset.at(window, strategy.beginning(), strategy.byId());
  }

  /** The scan after this one, which must be complete. */
  WindowScan next(Instant to, Opening now) {
    if (reading.mode() == Mode.SNAPSHOT) {
      return resume(beginning(window, reading), reading, known, metrics, now);
    }
    Reach next = reach.next(to, now, emitted);
    VersionSet remembered = sent.mark().versions(next.closed());
    metrics.add(Metric.VERSIONS_FORGOTTEN, remembered.beyondBound());
    return new WindowScan(
        next,
        reading.strategy().beginning(),
        remembered,
        leftOut.mark().versions(next.closed()),
        reading,
        known,
        metrics,
        deferred);
  }

  /** The window has been read to its end. */
  void complete() {
    reach.complete(emitted);
  }

  /** Whether items came, and none of them said when it was updated: changes cannot be found. */
  boolean undated() {
    return items > 0 && undated == items;
  }

  /** Whether it has found nothing so far that is to be sent, now or by the next window. */
  boolean empty() {
    return emitted == 0 && deferred.isEmpty();
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
    return reach.readFrom();
  }

  /**
   * The items of a page to emit.
   *
   * @param pagePosition the position after the page
   * @param now the time when it was read, or later
   */
  List<Accepted> accept(List<Item> page, long pagePosition, long now) {
    List<Accepted> accepted = new ArrayList<>(page.size());
    for (Item item : page) {
      observe(item, now);
      position =
          item.id().isPresent() && reading.strategy().byId() ? item.id().getAsLong() : position + 1;
      if (wanted(item, now)) {
        accepted.add(accepted(item));
      }
    }
    position = pagePosition;
    sent.trim(reach.remembered());
    leftOut.trim(reach.remembered());
    return accepted;
  }

  private void observe(Item item, long now) {
    if (reading.mode() == Mode.SNAPSHOT) {
      return;
    }
    items++;
    if (item.lastUpdated().isEmpty()) {
      undated++;
    }
    item.lastUpdated().ifPresent(at -> anchor.observe(at, reading.safetyLag(), now));
  }

  /** What was sent so far of what this window or a later one may read again. */
  SentVersions sentSoFar() {
    return new SentVersions(sent.mark().versions(reach.remembered()));
  }

  /**
   * Whether this window or a later one reads what was updated at this time, once more or at all.
   */
  boolean readsStill(Instant second) {
    return second.isAfter(reach.remembered());
  }

  /**
   * Another pass has seen an item that was not sent. If it became visible late, the next window
   * reads it, and does not wait until what is late is looked for again.
   */
  void expect(Item item) {
    item.lastUpdated().filter(at -> !skips(item)).ifPresent(reach::expect);
  }

  /** An item that a full refresh emits; what this window has to do stays as it is. */
  Accepted refreshed(Item item) {
    known(item);
    return new Accepted(item, Optional.empty(), Optional.of(item.id().orElseThrow()));
  }

  /** The item is sent; one without an id is no more known than one whose id is out of range. */
  private void known(Item item) {
    known.ifPresent(ids -> ids.add(item.id().orElse(Long.MIN_VALUE)));
  }

  private Accepted accepted(Item item) {
    known(item);
    emitted++;
    return new Accepted(item, Optional.of(state()), Optional.empty());
  }

  private boolean wanted(Item item, long now) {
    if (item.lastUpdated().isEmpty() || item.id().isEmpty()) {
      return window.from().isEmpty() && !skipped(item);
    }
    long id = item.id().getAsLong();
    Instant second = item.lastUpdated().get();
    if (readFrom().filter(from -> !second.isAfter(from)).isPresent()) {
      return false;
    }
    if (skips(item)) {
      leaveOut(id, second);
      return false;
    }
    if (sent.contains(id, second, () -> Fingerprints.of(item))) {
      metrics.add(Metric.DUPLICATES_DROPPED, 1);
      if (anchor.over(second, now)) {
        sent.add(id, second);
      }
      return false;
    }
    return second.isAfter(window.to()) ? emitAnyway(id, item) : remember(id, item, second, now);
  }

  /** Counts an item that windows leave out, and not again where the overlap has it again. */
  private void leaveOut(long id, Instant second) {
    boolean before = leftOut.contains(id, second, () -> 0L);
    metrics.add(Metric.UPDATES_SKIPPED, before ? 0 : 1);
    if (reading.mode() == Mode.INCREMENTAL && !before && second.isAfter(reach.remembered())) {
      leftOut.add(id, second);
    }
  }

  /** Whether another pass leaves an item out, as windows do; counted. */
  boolean skipped(Item item) {
    boolean skipped = skips(item);
    metrics.add(Metric.UPDATES_SKIPPED, skipped ? 1 : 0);
    return skipped;
  }

  /** Whether {@code skip.updated.by} names the member who last changed the item. */
  boolean skips(Item item) {
    return item.updatedBy().filter(reading.skipUpdatedBy()::contains).isPresent();
  }

  private boolean remember(long id, Item item, Instant second, long now) {
    // Only what the overlap of the next window will return again.
    if (reading.mode() == Mode.INCREMENTAL && second.isAfter(reach.remembered())) {
      boolean settled = anchor.over(second, now) || unproven >= MOST_UNPROVEN;
      if (settled && VersionSet.takes(id)) {
        sent.add(id, second);
      } else {
        unproven++;
        sent.addUnsettled(id, second, Fingerprints.of(item));
      }
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
    sent.addUnsettled(id, item.lastUpdated().orElseThrow(), Fingerprints.of(item));
    return true;
  }

  /** How far the windows have come; worked out when it is read. */
  Supplier<SourceOffset> state() {
    long at = position;
    SentVersions.Mark versions = sent.mark();
    Optional<Instant> next = anchor.ofSeen();
    Instant oldest = reach.remembered();
    return () ->
        new SourceOffset(
            window,
            at,
            reading.strategy().byId(),
            versions.versions(oldest),
            Optional.of(oldest).filter(Instant.MIN::isBefore),
            readFrom().filter(from -> !window.first()),
            next,
            reading.mode() == Mode.INCREMENTAL ? Optional.of(anchor.opened()) : Optional.empty(),
            Optional.empty(),
            new RoaringBitmap());
  }
}
