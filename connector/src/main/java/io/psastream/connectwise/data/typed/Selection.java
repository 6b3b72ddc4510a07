package io.psastream.connectwise.data.typed;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The fields that a query asks for ({@code id,company/name}); case does not matter, as it does not
 * to the API.
 *
 * @param fields what is asked for below each field; empty for everything
 */
record Selection(Map<String, Selection> fields) {

  static final Selection ALL = new Selection(Map.of());

  /** Reads the value of the {@code fields} option. */
  static Selection of(String text) {
    Selection root = new Selection(new TreeMap<>());
    for (String path : text.split(",", -1)) {
      if (!path.isBlank()) {
        root.add(path.strip());
      }
    }
    return root;
  }

  private void add(String path) {
    int slash = path.indexOf('/');
    String name = key(slash < 0 ? path : path.substring(0, slash));
    if (slash < 0) {
      fields.put(name, ALL);
    } else if (!ALL.equals(fields.get(name))) {
      fields
          .computeIfAbsent(name, key -> new Selection(new TreeMap<>()))
          .add(path.substring(slash + 1));
    }
  }

  /** Asks for this field as well, where some are asked for. */
  void require(String name) {
    if (!all()) {
      fields.put(key(name), ALL);
    }
  }

  boolean all() {
    return fields.isEmpty();
  }

  boolean has(String name) {
    return all() || fields.containsKey(key(name));
  }

  /** What is asked for of a field. */
  Selection below(String name) {
    return fields.getOrDefault(key(name), ALL);
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
