package io.psastream.connectwise.source.offset;

import io.psastream.connectwise.config.Nearest;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.List;
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
 * @param after what the window reads was updated after this time; where it is not known, all that
 *     the overlap allows
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
    Optional<Instant> after,
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
  static final String AFTER = "after";
  static final String SEEN = "seen";
  static final String OPENED = "opened";
  static final String REFRESH = "refresh";
  static final String FRESH = "fresh";

  private static final List<String> KEYS =
      List.of(
          VERSION, START, FROM, TO, ID, COUNT, SENT, REACH, AFTER, SEEN, OPENED, REFRESH, FRESH);

  /** How far clocks may differ; what is dated later than this would find nothing until then. */
  private static final Duration AHEAD = Duration.ofDays(1);

  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

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
        Optional.empty(),
        new RoaringBitmap());
  }

  /** The same with what other passes than windows have to say. */
  public SourceOffset with(Optional<Long> refreshed, RoaringBitmap freshIds) {
    return new SourceOffset(
        window, position, byId, sent, reach, after, seen, opened, refreshed, freshIds);
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
    after.ifPresent(time -> map.put(AFTER, time.toString()));
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
        instant(map, AFTER),
        instant(map, SEEN),
        instant(map, OPENED),
        number(map, REFRESH, Long.MIN_VALUE),
        fresh(map));
  }

  /**
   * Reads an offset that somebody has written, which may hold what no query would store.
   *
   * @throws IllegalArgumentException that names the key and what it should be
   */
  public static SourceOffset fromHand(Map<String, ?> map, Instant now) {
    checkKeys(map, KEYS);
    checkOneOf(map, ID, COUNT);
    checkOneOf(map, START, FROM);
    for (String key : List.of(START, FROM, TO, REACH, AFTER, SEEN, OPENED)) {
      instant(map, key)
          .filter(time -> time.isAfter(now.plus(AHEAD)) || time.isBefore(EARLIEST))
          .ifPresent(
              time -> {
                throw new IllegalArgumentException(
                    key + " is \"" + time + "\", expected a time that is not in the future");
              });
    }
    return fromMap(map);
  }

  /**
   * The part of it that holds although mode or paging may have been changed; empty where the query
   * begins anew.
   *
   * @param windows whether the query reads in windows; else everything on each run
   * @param ids whether its positions are ids; else they are counts
   */
  public Optional<SourceOffset> usable(boolean windows, boolean ids) {
    if (windows == window.equals(Window.EVERYTHING)) {
      return Optional.empty();
    }
    return Optional.of(
        byId == ids
            ? this
            : new SourceOffset(
                window,
                ids ? BEFORE_ALL_IDS : 0,
                ids,
                sent,
                reach,
                after,
                seen,
                opened,
                Optional.empty(),
                fresh));
  }

  /**
   * Checks that a query goes on at this offset; it would begin anew with one of another kind.
   *
   * @param windows whether it reads in windows; else everything on each run
   * @param ids whether its positions are ids; else they are counts
   * @throws IllegalArgumentException that names the key to add or to leave out
   */
  public void checkUsable(boolean windows, boolean ids) {
    if (windows == window.equals(Window.EVERYTHING)) {
      throw new IllegalArgumentException(
          windows
              ? TO + " is missing; the query reads what was changed up to a time"
              : "leave out " + TO + ", " + FROM + " and " + START + "; the query reads everything");
    }
    boolean beginning = byId && position == BEFORE_ALL_IDS;
    if (byId != ids && !beginning) {
      throw new IllegalArgumentException(
          "the query reads by " + (byId ? COUNT + ", not " + ID : ID + ", not " + COUNT));
    }
  }

  /**
   * Checks that a map has known keys only: what is under another one would have no effect.
   *
   * @throws IllegalArgumentException that names the key and the nearest of those known
   */
  public static void checkKeys(Map<String, ?> map, List<String> known) {
    for (Object key : map.keySet()) {
      String name = String.valueOf(key);
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "there is no key \"" + name + "\". " + Nearest.hint(name, known));
      }
    }
  }

  private static void checkOneOf(Map<String, ?> map, String one, String other) {
    if (map.get(one) != null && map.get(other) != null) {
      throw new IllegalArgumentException(one + " and " + other + " exclude each other");
    }
  }

  /**
   * Checks that a stored map is of a version that can be read.
   *
   * @throws IllegalArgumentException when it is not
   */
  public static void checkVersion(Map<String, ?> map) {
    Object version = map.get(VERSION);
    if (!(version instanceof Number number) || number.doubleValue() != CURRENT_VERSION) {
      throw new IllegalArgumentException(
          VERSION
              + " is "
              + (version instanceof String ? "\"" + version + "\"" : version)
              + ", expected "
              + CURRENT_VERSION);
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
