package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.config.Query.Mode;
import io.psastream.connectwise.config.Query.Reading;
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
  private final Map<Long, Integer> leftBefore;
  private final Map<Long, Integer> left = new HashMap<>();
  private long position;

  /** An item to send and the offset once it was. */
  record Accepted(Item item, Map<String, Object> offset) {}

  private WindowScan(
      SourceOffset start, Reading reading, SentVersions sent, Map<Long, Integer> leftBefore) {
    this.window = start.window();
    this.reading = reading;
    this.sent = sent;
    this.leftBefore = leftBefore;
    this.position = start.position();
  }

  /** Goes on where an offset says. */
  static WindowScan resume(SourceOffset offset, Reading reading) {
    return new WindowScan(offset, reading, new SentVersions(offset.sent()), Map.of());
  }

  /**
   * The very first scan: the snapshot up to {@code to}, or everything where there are no windows.
   */
  static WindowScan first(Instant to, Reading reading) {
    Window window =
        reading.mode() == Mode.INCREMENTAL ? new Window(Optional.empty(), to) : Window.EVERYTHING;
    return resume(new SourceOffset(window, 0, byId(reading), new Versions()), reading);
  }

  /** The scan after this one, once this one has come to its end. */
  WindowScan next(Instant to) {
    if (reading.mode() == Mode.SNAPSHOT) {
      return first(to, reading);
    }
    Window nextWindow = window.next(to);
    Versions remembered = sent.mark().versions(readFrom(nextWindow).orElseThrow());
    SourceOffset start = new SourceOffset(nextWindow, 0, byId(reading), remembered);
    return new WindowScan(start, reading, new SentVersions(remembered), left);
  }

  Window window() {
    return window;
  }

  long position() {
    return position;
  }

  /**
   * The lower bound as a condition of the API; empty for the snapshot. The upper bound is checked
   * here and not sent: items beyond it are few, and seeing them is how one that never rests is
   * noticed.
   */
  Optional<String> condition() {
    return readFrom(window).map(from -> "lastUpdated > [" + from + "]");
  }

  private Optional<Instant> readFrom(Window of) {
    return of.from().map(from -> from.minus(reading.overlap()));
  }

  /**
   * The items of a page that are to be sent; {@code pagePosition} is the position after the page.
   */
  List<Accepted> accept(List<Item> items, long pagePosition) {
    List<Accepted> accepted = new ArrayList<>(items.size());
    for (Item item : items) {
      position = item.id().isPresent() && byId(reading) ? item.id().getAsLong() : position + 1;
      if (wanted(item)) {
        accepted.add(new Accepted(item, offset()));
      }
    }
    position = pagePosition;
    return accepted;
  }

  private boolean wanted(Item item) {
    if (item.lastUpdated().isEmpty() || item.id().isEmpty()) {
      return window.from().isEmpty();
    }
    long id = item.id().getAsLong();
    Instant second = item.lastUpdated().get();
    if (readFrom(window).filter(from -> !second.isAfter(from)).isPresent()) {
      return false;
    }
    if (sent.contains(id, second, () -> fingerprint(item))) {
      return false;
    }
    return second.isAfter(window.to()) ? restless(id, item) : remember(id, second);
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

  private Map<String, Object> offset() {
    long at = position;
    SentVersions.Mark mark = sent.mark();
    Instant oldest = readFrom(window).orElse(Instant.MIN);
    return new SourceOffset.Lazy(
        () -> new SourceOffset(window, at, byId(reading), mark.versions(oldest)));
  }

  /** Whether positions are ids, which is so for every strategy but page numbers. */
  static boolean byId(Reading reading) {
    return switch (reading.strategy()) {
      case KEYSET, FORWARD_ONLY -> true;
      case PAGE -> false;
    };
  }

  private static long fingerprint(Item item) {
    try {
      byte[] text = String.valueOf(item.content()).getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
