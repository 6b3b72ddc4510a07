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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

  /**
   * A second so far before the end of the window is over, whatever the clocks say. Younger ones are
   * over when {@link DataClock} proves it.
   */
  private static final Duration SURELY_OVER = Duration.ofDays(1);

  /** So many versions of seconds that may not be over carry a fingerprint; no bulk change does. */
  private static final int MOST_UNPROVEN = 1_000;

  private final Window window;
  private final Duration overlap;
  private final Reading reading;
  private final SentVersions sent;
  private final DataClock clock;
  private final Opening opening;
  private final Optional<KnownIds> known;
  private final Metrics metrics;
  private final Map<Long, Integer> deferredBefore;
  private final Map<Long, Integer> deferred = new HashMap<>();
  private long position;
  private Optional<Instant> seen;

  /** What is remembered reaches back from here, so that no later window may begin before it. */
  private final Optional<Instant> floor;

  /** Before this time it is not known what was sent, and nothing is read again. */
  private final Optional<Instant> reach;

  private long seenAt;
  private long items;
  private long undated;
  private int unproven;
  private boolean empty = true;

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
    private Opening of(Instant before) {
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

    /** The same, sent for itself: no pass gets any further with it. */
    Accepted alone() {
      return new Accepted(item, Optional.empty(), Optional.empty());
    }
  }

  private WindowScan(
      SourceOffset start,
      Duration overlap,
      Reading reading,
      Optional<KnownIds> known,
      Metrics metrics,
      DataClock clock,
      Opening opening,
      Map<Long, Integer> deferredBefore) {
    this.window = start.window();
    this.overlap = overlap;
    this.reading = reading;
    this.sent = new SentVersions(start.sent());
    this.known = known;
    this.metrics = metrics;
    this.clock = clock;
    this.opening = opening;
    this.deferredBefore = deferredBefore;
    this.position = start.position();
    this.seen = start.seen();
    this.floor = start.seen().or(window::from);
    this.reach = start.reach().or(() -> window.from().filter(from -> window.first()));
    this.seenAt = opening.nanos();
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
    Opening opening = offset.opened().map(now::of).orElse(now);
    WindowScan resumed =
        new WindowScan(
            offset, reading.overlap(), reading, known, metrics, new DataClock(), opening, Map.of());
    resumed.seenAt = now.nanos(); // when it was really seen is not known
    return resumed;
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
    Window following =
        seen.isEmpty() && window.first()
            ? window.again(to)
            : Window.between(anchor().orElseThrow(), to);
    VersionSet remembered = sent.mark().versions(oldest());
    metrics.add(Metric.VERSIONS_FORGOTTEN, remembered.beyondBound());
    SourceOffset start =
        new SourceOffset(
            following,
            reading.strategy().beginning(),
            reading.strategy().byId(),
            remembered,
            Optional.of(oldest()).filter(Instant.MIN::isBefore),
            following.from(),
            Optional.of(now.time()),
            Optional.empty(),
            new RoaringBitmap());
    WindowScan next =
        new WindowScan(
            start,
            nothingLate() ? Duration.ZERO : reading.overlap(),
            reading,
            known,
            metrics,
            clock,
            now,
            deferred);
    next.seen = seen;
    next.seenAt = seenAt;
    return next;
  }

  /** Whether what was late for the newest second has come, as the scan began so long after it. */
  private boolean nothingLate() {
    return opening.nanos() - seenAt >= reading.overlap().toNanos();
  }

  /**
   * Where the next window begins: at the newest {@code lastUpdated} that was read, but not after
   * the end of this window, and not after what the clock behind the data is known to have shown
   * when this scan was opened. A wrong {@code Date} header costs requests that way and no change.
   */
  private Optional<Instant> anchor() {
    if (seen.isEmpty()) {
      return window.from();
    }
    Instant at = earlier(seen.get(), window.to());
    Instant proven = clock.at(opening.nanos()).map(least -> earlier(at, least)).orElse(at);
    Instant second = proven.truncatedTo(ChronoUnit.SECONDS);
    return floor.filter(second::isBefore).or(() -> Optional.of(second));
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  /** The next window needs to know the versions after this time. */
  private Instant oldest() {
    return notBeforeReach(anchor().map(at -> at.minus(reading.overlap()))).orElse(Instant.MIN);
  }

  /** What was sent after this time is remembered, whatever the overlap is after a restart. */
  private Instant remembered() {
    return window.first()
        ? oldest()
        : notBeforeReach(window.readFrom(reading.overlap())).orElseThrow();
  }

  private Optional<Instant> notBeforeReach(Optional<Instant> time) {
    return time.map(at -> reach.filter(at::isBefore).orElse(at));
  }

  /** Whether items came, and none of them said when it was updated: changes cannot be found. */
  boolean undated() {
    return items > 0 && undated == items;
  }

  /** Whether it has found nothing so far that is to be sent, now or by the next window. */
  boolean empty() {
    return empty && deferred.isEmpty();
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
    return window.first() ? window.from() : notBeforeReach(window.readFrom(overlap));
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
    sent.trim(remembered());
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
    item.lastUpdated().ifPresent(at -> observe(at, now));
  }

  /** What lies ahead of the server's clock says nothing of it. */
  private void observe(Instant at, long now) {
    if (!at.isAfter(window.to().plus(reading.safetyLag()).plusSeconds(1))) {
      clock.observe(at, now);
    }
    if (at.isAfter(window.to())) {
      return;
    }
    if (seen.isEmpty() || at.isAfter(seen.get())) {
      seen = Optional.of(at);
      seenAt = now;
    }
  }

  /** What was sent so far of what this window or a later one may read again. */
  SentVersions sentSoFar() {
    return new SentVersions(sent.mark().versions(remembered()));
  }

  /**
   * Whether this window or a later one reads what was updated at this time, once more or at all.
   */
  boolean readsStill(Instant second) {
    Instant upTo = nothingLate() ? anchor().orElse(Instant.MIN) : remembered();
    return second.isAfter(upTo);
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
    empty = false;
    return new Accepted(item, Optional.of(state()), Optional.empty());
  }

  private boolean wanted(Item item, long now) {
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
      metrics.add(Metric.DUPLICATES_DROPPED, 1);
      if (over(second, now)) {
        sent.add(id, second);
      }
      return false;
    }
    return second.isAfter(window.to()) ? emitAnyway(id, item) : remember(id, item, second, now);
  }

  /** Whether {@code skip.updated.by} names the member who last changed the item. */
  boolean skipped(Item item) {
    if (item.updatedBy().filter(reading.skipUpdatedBy()::contains).isEmpty()) {
      return false;
    }
    metrics.add(Metric.UPDATES_SKIPPED, 1);
    return true;
  }

  private boolean remember(long id, Item item, Instant second, long now) {
    // Only what the overlap of the next window will return again.
    if (reading.mode() == Mode.INCREMENTAL && second.isAfter(remembered())) {
      boolean settled = over(second, now) || unproven >= MOST_UNPROVEN;
      if (settled && VersionSet.takes(id)) {
        sent.add(id, second);
      } else {
        unproven++;
        sent.addUnsettled(id, second, fingerprint(item));
      }
    }
    return true;
  }

  /** Whether no more can be written with this timestamp. */
  private boolean over(Instant second, long now) {
    return second.isBefore(window.to().minus(SURELY_OVER))
        || clock.at(now).filter(at -> !at.isBefore(second.plusSeconds(1))).isPresent();
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

  /** How far the windows have come; worked out when it is read. */
  Supplier<SourceOffset> state() {
    long at = position;
    SentVersions.Mark versions = sent.mark();
    Optional<Instant> anchor = seen.isEmpty() ? Optional.empty() : anchor();
    Instant oldest = remembered();
    return () ->
        new SourceOffset(
            window,
            at,
            reading.strategy().byId(),
            versions.versions(oldest),
            Optional.of(oldest).filter(Instant.MIN::isBefore),
            anchor,
            reading.mode() == Mode.INCREMENTAL ? Optional.of(opening.time()) : Optional.empty(),
            Optional.empty(),
            new RoaringBitmap());
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
