package io.psastream.connectwise.source;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where a query stands: its window, what it has read of it, and what it has sent that the overlap
 * will return again. Enough to go on at the next item.
 *
 * @param position the last id read, or the number of items read where a list has no ids; 0 for the
 *     beginning
 * @param byId which of the two
 */
record SourceOffset(Window window, long position, boolean byId, Versions sent) {

  static final String VERSION = "version";
  static final String FROM = "from";
  static final String TO = "to";
  static final String ID = "id";
  static final String COUNT = "count";
  static final String SENT = "sent";

  private static final long CURRENT_VERSION = 1;

  /** The map that Connect stores: primitives only, readable and editable where possible. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(VERSION, CURRENT_VERSION);
    window.from().ifPresent(from -> map.put(FROM, from.toString()));
    if (!window.equals(Window.EVERYTHING)) {
      map.put(TO, window.to().toString());
    }
    map.put(byId ? ID : COUNT, position);
    if (!sent.isEmpty()) {
      map.put(SENT, sent.encode());
    }
    return map;
  }

  /**
   * Reads a stored map.
   *
   * @throws IllegalArgumentException that names the key and what it should be
   */
  static SourceOffset fromMap(Map<String, ?> map) {
    Object version = map.get(VERSION);
    if (!(version instanceof Number number) || number.longValue() != CURRENT_VERSION) {
      throw new IllegalArgumentException(
          VERSION + " is " + version + ", expected " + CURRENT_VERSION);
    }
    Optional<Instant> from = instant(map, FROM);
    Optional<Instant> to = instant(map, TO);
    if (from.isPresent() && to.isEmpty()) {
      throw new IllegalArgumentException(TO + " is missing; it goes with " + FROM);
    }
    if (from.isPresent() && from.get().isAfter(to.orElseThrow())) {
      throw new IllegalArgumentException(FROM + " is after " + TO);
    }
    boolean byId = !map.containsKey(COUNT);
    return new SourceOffset(
        to.map(end -> new Window(from, end)).orElse(Window.EVERYTHING),
        position(map, byId ? ID : COUNT),
        byId,
        sent(map));
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

  private static long position(Map<String, ?> map, String key) {
    Object value = map.get(key);
    if (value == null) {
      return 0;
    }
    if (value instanceof Long || value instanceof Integer) {
      long position = ((Number) value).longValue();
      if (position >= 0) {
        return position;
      }
    }
    throw new IllegalArgumentException(
        key + " is \"" + value + "\", expected a whole number from 0 on");
  }

  private static Versions sent(Map<String, ?> map) {
    Object value = map.get(SENT);
    if (value == null) {
      return new Versions();
    }
    try {
      return Versions.decode(value.toString());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          SENT + " cannot be read; leave it out to have the overlap sent again", e);
    }
  }

  /**
   * An offset that is worked out when somebody looks: of the thousands of records that carry one,
   * Connect commits but a few.
   */
  static final class Lazy extends AbstractMap<String, Object> {

    private final Supplier<SourceOffset> offset;

    Lazy(Supplier<SourceOffset> offset) {
      this.offset = offset;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
      return offset.get().toMap().entrySet();
    }
  }
}
