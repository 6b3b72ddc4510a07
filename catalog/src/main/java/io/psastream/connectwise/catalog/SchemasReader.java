package io.psastream.connectwise.catalog;

import io.psastream.connectwise.catalog.ItemSchema.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code schemas.txt}: the name of a schema on a line of its own, below it one indented line
 * a field: its name, its type, {@code []} behind the type of a list, and {@code required}.
 */
final class SchemasReader {

  private final Map<String, String> words = new HashMap<>();

  Map<String, ItemSchema> read(List<String> lines) {
    Map<String, List<Field>> fields = new HashMap<>();
    List<Field> current = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith(" ")) {
        current.add(field(line.strip().split(" ", -1)));
      } else {
        current = new ArrayList<>();
        fields.put(word(line), current);
      }
    }
    Map<String, ItemSchema> schemas = new HashMap<>();
    fields.forEach((name, list) -> schemas.put(name, new ItemSchema(name, List.copyOf(list))));
    return schemas;
  }

  private Field field(String[] columns) {
    boolean array = columns[1].endsWith("[]");
    String type = array ? columns[1].substring(0, columns[1].length() - 2) : columns[1];
    return new Field(word(columns[0]), word(type), array, columns.length > 2);
  }

  /** The same text is the same object: "id" is a field of most schemas. */
  private String word(String text) {
    return words.computeIfAbsent(text, key -> key);
  }
}
