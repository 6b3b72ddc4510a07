package io.psastream.connectwise.simulator.http;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Header fields; names are matched without regard to case, the last of a name wins. */
public final class Headers {

  public static final Headers NONE = new Headers(Map.of());

  private final Map<String, String> fields;

  public Headers(Map<String, String> fields) {
    Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(fields);
    this.fields = Collections.unmodifiableMap(copy);
  }

  public Optional<String> get(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  public Map<String, String> asMap() {
    return fields;
  }

  /** These and one more, which replaces what has its name. */
  public Headers with(String name, String value) {
    Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    more.putAll(fields);
    more.put(name, value);
    return new Headers(more);
  }

  /** These and more, which replace what has their names. */
  public Headers withAll(Map<String, String> others) {
    Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    more.putAll(fields);
    more.putAll(others);
    return new Headers(more);
  }

  /** These without one. */
  public Headers without(String name) {
    Map<String, String> fewer = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    fewer.putAll(fields);
    fewer.remove(name);
    return new Headers(fewer);
  }

  @Override
  public String toString() {
    return String.join(", ", fields.keySet());
  }
}
