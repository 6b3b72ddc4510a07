package io.psastream.connectwise.sink.config;

import java.util.Locale;
import java.util.Map;

/**
 * The parsed values of one route.
 *
 * @param all the values of every key of the connector
 */
record RouteValues(Map<String, ?> all, String alias) {

  /** The full name of a key, for problems. */
  String key(String name) {
    return SinkConfig.ALIASES.key(alias, name);
  }

  Object value(String name) {
    return all.get(key(name));
  }

  /** The text of a value; empty where there is none. */
  String text(String name) {
    Object value = value(name);
    return value == null ? "" : value.toString().strip();
  }

  boolean flag(String name) {
    return (Boolean) value(name);
  }

  <E extends Enum<E>> E choice(Class<E> type, String name) {
    return Enum.valueOf(type, text(name).toUpperCase(Locale.ROOT));
  }
}
