package io.psastream.connectwise.source.offset;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.roaringbitmap.RoaringBitmap;

/**
 * The offset of a query: all that is needed to continue after any item.
 *
 * @param window the current window
 * @param position the last id read, or the number of items read where a list has no ids; at the
 *     beginning the lowest number there is, or 0
 * @param byId whether the position is an id
 * @param sent the versions sent that the overlap of the next window will return again
 * @param reach they are complete after this time; what lies before is never read again
 * @param seen the newest {@code lastUpdated} so far that the next window may begin at
 * @param opened the local time at which the window was opened
 * @param refresh the last id that the current full refresh has read
 * @param fresh known ids that are in no stored chunk yet
 */
public record SourceOffset(
    Window window,
    long position,
    boolean byId,
    VersionSet sent,
    Optional<Instant> reach,
    Optional<Instant> seen,
    Optional<Instant> opened,
    Optional<Long> refresh,
    RoaringBitmap fresh) {

  public static final String VERSION = "version";
  static final String START = "start";
  static final String FROM = "from";
  static final String TO = "to";
  static final String ID = "id";
  static final String COUNT = "count";
  static final String SENT = "sent";
  static final String REACH = "reach";
  static final String SEEN = "seen";
  static final String OPENED = "opened";
  static final String REFRESH = "refresh";
  static final String FRESH = "fresh";

  private static final long CURRENT_VERSION = 1;

  /** A position that is not stored, since any other may be an id. */
  private static final long BEFORE_ALL_IDS = Long.MIN_VALUE;

  /** A position in a window, and nothing else. */
  public static SourceOffset at(Window window, long position, boolean byId) {
    return new SourceOffset(
        window,
        position,
        byId,
        new VersionSet(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new RoaringBitmap());
  }

  /** The same with what other passes than windows have to say. */
  public SourceOffset with(Optional<Long> refreshed, RoaringBitmap freshIds) {
    return new SourceOffset(window, position, byId, sent, reach, seen, opened, refreshed, freshIds);
  }

  /** The map that Connect stores: primitives only, readable and editable where possible. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(VERSION, CURRENT_VERSION);
    window.from().ifPresent(from -> map.put(window.first() ? START : FROM, from.toString()));
    if (!window.equals(Window.EVERYTHING)) {
      map.put(TO, window.to().toString());
    }
    if (!byId || position != BEFORE_ALL_IDS) {
      map.put(byId ? ID : COUNT, position);
    }
    if (!sent.isEmpty()) {
      map.put(SENT, sent.encode());
    }
    reach.ifPresent(time -> map.put(REACH, time.toString()));
    seen.ifPresent(newest -> map.put(SEEN, newest.toString()));
    opened.ifPresent(time -> map.put(OPENED, time.toString()));
    refresh.ifPresent(id -> map.put(REFRESH, id));
    if (!fresh.isEmpty()) {
      map.put(FRESH, Bitmaps.encode(fresh));
    }
    return map;
  }

  /**
   * Reads a stored map.
   *
   * @throws IllegalArgumentException that names the key and what it should be
   */
  public static SourceOffset fromMap(Map<String, ?> map) {
    checkVersion(map);
    boolean byId = !map.containsKey(COUNT);
    return new SourceOffset(
        window(map),
        byId
            ? number(map, ID, Long.MIN_VALUE).orElse(BEFORE_ALL_IDS)
            : number(map, COUNT, 0).orElse(0L),
        byId,
        sent(map),
        instant(map, REACH),
        instant(map, SEEN),
        instant(map, OPENED),
        number(map, REFRESH, Long.MIN_VALUE),
        fresh(map));
  }

  /**
   * Checks that a stored map is of a version that can be read.
   *
   * @throws IllegalArgumentException when it is not
   */
  public static void checkVersion(Map<String, ?> map) {
    Object version = map.get(VERSION);
    if (!(version instanceof Number number) || number.longValue() != CURRENT_VERSION) {
      throw new IllegalArgumentException(
          VERSION + " is " + version + ", expected " + CURRENT_VERSION);
    }
  }

  private static Window window(Map<String, ?> map) {
    boolean first = map.get(FROM) == null;
    String key = first ? START : FROM;
    Optional<Instant> from = instant(map, key);
    Optional<Instant> to = instant(map, TO);
    if (from.isPresent() && to.isEmpty()) {
      throw new IllegalArgumentException(TO + " is missing; it goes with " + key);
    }
    if (from.isPresent() && from.get().isAfter(to.orElseThrow())) {
      throw new IllegalArgumentException(key + " is after " + TO);
    }
    return to.map(end -> new Window(from, end, first)).orElse(Window.EVERYTHING);
  }

  private static Optional<Instant> instant(Map<String, ?> map, String key) {
    Object value = map.get(key);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(value.toString()));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          key + " is \"" + value + "\", expected a UTC time such as 2026-01-31T12:00:00Z", e);
    }
  }

  private static Optional<Long> number(Map<String, ?> map, String key, long least) {
    Object value = map.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Long || value instanceof Integer) {
      long number = ((Number) value).longValue();
      if (number >= least) {
        return Optional.of(number);
      }
    }
    throw new IllegalArgumentException(
        key + " is \"" + value + "\", expected a whole number" + (least == 0 ? ", 0 or more" : ""));
  }

  private static VersionSet sent(Map<String, ?> map) {
    Object value = map.get(SENT);
    if (value == null) {
      return new VersionSet();
    }
    try {
      return VersionSet.decode(value.toString());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          SENT + " cannot be read; leave it out to have the overlap sent again", e);
    }
  }

  private static RoaringBitmap fresh(Map<String, ?> map) {
    Object value = map.get(FRESH);
    if (value == null) {
      return new RoaringBitmap();
    }
    try {
      return Bitmaps.decode(value.toString());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(FRESH + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * An offset that is computed when it is read. Thousands of records carry one, and Connect commits
   * only a few of them. Unlike other maps it equals nothing but itself, because Connect hashes and
   * compares every record, which must not compute its offset.
   */
  public static final class Lazy extends AbstractMap<String, Object> {

    private final Supplier<SourceOffset> offset;

    public Lazy(Supplier<SourceOffset> offset) {
      this.offset = offset;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
      return offset.get().toMap().entrySet();
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
