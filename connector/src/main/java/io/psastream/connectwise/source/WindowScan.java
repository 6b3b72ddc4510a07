package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.source.config.Query.Mode;
import io.psastream.connectwise.source.config.Query.Reading;
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
 * The scan of one window: which of the items that the server returns are sent, and what offset each
 * carries. It decides only; nothing here waits or calls. An item is sent once if it lies in the
 * window or in the overlap before it; what is newer is left to the next window.
 */
final class WindowScan {

  /** Left this often in a row, an item is sent as it is, or it would never be. */
  private static final int LEFT_TOO_OFTEN = 3;

  private final Window window;
  private final Reading reading;
  private final SentVersions sent;
  private final Notes notes;
  private final Map<Long, Integer> leftBefore;
  private final Map<Long, Integer> left = new HashMap<>();
  private long position;

  /** An item to send and the offset once it was; a refreshed one may be as it was. */
  record Accepted(Item item, Map<String, Object> offset, boolean refreshed) {}

  /**
   * What a query keeps beside its offsets.
   *
   * @param known where the ids of what is sent are kept; empty where nobody asks for deletions
   */
  record Notes(Optional<KnownIds> known, Counters counters) {

    static final Notes NONE = new Notes(Optional.empty(), Counters.none());
  }

  private WindowScan(
      SourceOffset start, Reading reading, Notes notes, Map<Long, Integer> leftBefore) {
    this.window = start.window();
    this.reading = reading;
    this.sent = new SentVersions(start.sent());
    this.notes = notes;
    this.leftBefore = leftBefore;
    this.position = start.position();
  }

  /** Goes on where an offset says. */
  static WindowScan resume(SourceOffset offset, Reading reading, Notes notes) {
    return new WindowScan(offset, reading, notes, Map.of());
  }

  /** The very first scan: everything up to {@code to}, or everything where there are no windows. */
  static WindowScan first(Optional<Instant> start, Instant to, Reading reading, Notes notes) {
    Window window =
        reading.mode() == Mode.INCREMENTAL ? Window.first(start, to) : Window.EVERYTHING;
    return resume(SourceOffset.at(window, 0, reading.strategy().byId()), reading, notes);
  }

  /** The scan after this one, once this one has come to its end. */
  WindowScan next(Instant to) {
    if (reading.mode() == Mode.SNAPSHOT) {
      return resume(SourceOffset.at(window, 0, reading.strategy().byId()), reading, notes);
    }
    Window following = window.next(to);
    Instant oldest = following.readFrom(reading.overlap()).orElseThrow();
    VersionSet remembered = sent.mark().versions(oldest);
    notes.counters().forgotten().add(remembered.beyondBound());
    SourceOffset start =
        new SourceOffset(
            following,
            0,
            reading.strategy().byId(),
            remembered,
            Optional.empty(),
            new RoaringBitmap());
    return new WindowScan(start, reading, notes, left);
  }

  Window window() {
    return window;
  }

  long position() {
    return position;
  }

  /**
   * The lower bound, exclusive; empty for the snapshot. The upper bound is checked here and not
   * sent: items beyond it are few, and seeing them is how one that never rests is noticed.
   */
  Optional<Instant> readFrom() {
    return window.readFrom(reading.overlap());
  }

  /**
   * The items of a page that are to be sent; {@code pagePosition} is the position after the page.
   */
  List<Accepted> accept(List<Item> items, long pagePosition) {
    List<Accepted> accepted = new ArrayList<>(items.size());
    for (Item item : items) {
      position =
          item.id().isPresent() && reading.strategy().byId() ? item.id().getAsLong() : position + 1;
      if (wanted(item)) {
        accepted.add(accepted(item, Optional.empty()));
      }
    }
    position = pagePosition;
    return accepted;
  }

  /**
   * The items of a page of a full refresh, between two windows: all up to the end of the last
   * window that {@code changed} lets through. What is newer is for the next window.
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
    notes.known().ifPresent(ids -> item.id().ifPresent(ids::add));
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
    return second.isAfter(window.to()) ? restless(id, item) : remember(id, second);
  }

  /** Whether the item was last written by somebody whose writes are not to come back. */
  private boolean skipped(Item item) {
    if (item.updatedBy().filter(reading.skipUpdatedBy()::contains).isEmpty()) {
      return false;
    }
    notes.counters().skipped().add(1);
    return true;
  }

  private boolean remember(long id, Instant second) {
    // Only what the next window's overlap will return again.
    if (reading.mode() == Mode.INCREMENTAL
        && second.isAfter(window.to().minus(reading.overlap()))) {
      sent.add(id, second);
    }
    return true;
  }

  /** Whether an item that is newer than the window has to be sent all the same. */
  private boolean restless(long id, Item item) {
    int times = leftBefore.getOrDefault(id, 0);
    if (times < LEFT_TOO_OFTEN) {
      left.put(id, times + 1);
      return false;
    }
    sent.addUnsettled(id, item.lastUpdated().orElseThrow(), fingerprint(item));
    return true;
  }

  /** The offset at this moment, for a record that tells no news but where the query stands. */
  Map<String, Object> offset() {
    return offset(Optional.empty());
  }

  private Map<String, Object> offset(Optional<Long> refresh) {
    long at = position;
    SentVersions.Mark versions = sent.mark();
    Optional<KnownIds.FreshIds> fresh = notes.known().map(KnownIds::mark);
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

  /** Tells contents apart that have the same timestamp. */
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
