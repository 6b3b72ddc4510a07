package io.psastream.connectwise.data.typed;

import io.psastream.connectwise.catalog.ItemSchema;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

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

  /** The first field, in the order of the alphabet, that the catalogue does not know of an item. */
  Optional<String> unknown(ItemSchema item, Function<String, Optional<ItemSchema>> schemas) {
    return fields.entrySet().stream()
        .flatMap(each -> unknown(each.getKey(), each.getValue(), item, schemas).stream())
        .findFirst();
  }

  private static Optional<String> unknown(
      String name,
      Selection below,
      ItemSchema item,
      Function<String, Optional<ItemSchema>> schemas) {
    Optional<ItemSchema.Field> field =
        item.fields().stream().filter(known -> known.name().equalsIgnoreCase(name)).findAny();
    return field.isEmpty()
        ? Optional.of(name)
        : schemas
            .apply(field.get().type())
            .filter(nested -> !nested.fields().isEmpty())
            .flatMap(nested -> below.unknown(nested, schemas))
            .map(path -> name + "/" + path);
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
