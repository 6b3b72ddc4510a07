package io.psastream.connectwise.catalog.generator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Corrections of known defects of the specification; {@code overlay.txt} says how they are written.
 *
 * <p>A correction that no longer corrects anything is an error: the specification has moved on.
 */
record Overlay(List<Entry> entries) {

  /** One correction of one or more operations, and why. */
  record Entry(List<String> ids, Map<String, String> changes, String reason) {}

  static Overlay parse(List<String> lines) {
    List<Entry> entries = new ArrayList<>();
    List<String> block = new ArrayList<>();
    for (String line : lines) {
      if (line.isBlank() && !block.isEmpty()) {
        entries.add(entry(block));
        block.clear();
      } else if (!line.isBlank() && !line.startsWith("#")) {
        block.add(line);
      }
    }
    if (!block.isEmpty()) {
      entries.add(entry(block));
    }
    return new Overlay(List.copyOf(entries));
  }

  private static Entry entry(List<String> block) {
    List<String> ids = new ArrayList<>();
    Map<String, String> changes = new LinkedHashMap<>();
    for (String line : block) {
      if (!line.startsWith(" ")) {
        ids.add(line.strip());
      } else {
        String[] words = line.strip().split(" ", 2);
        check(words.length == 2, block);
        changes.merge(words[0], words[1].strip(), (first, more) -> first + " " + more);
      }
    }
    String reason = changes.remove("because");
    check(!ids.isEmpty() && !changes.isEmpty() && reason != null, block);
    return new Entry(List.copyOf(ids), changes, reason);
  }

  private static void check(boolean complete, List<String> block) {
    if (!complete) {
      throw new IllegalArgumentException(
          "Needs operations, changes with their values, and a reason: " + block);
    }
  }

  List<SpecOperation> apply(List<SpecOperation> operations) {
    Map<String, SpecOperation> byId = new LinkedHashMap<>();
    operations.forEach(operation -> byId.put(operation.id(), operation));
    for (Entry entry : entries) {
      for (String id : entry.ids()) {
        entry.changes().forEach((column, value) -> correct(byId, id, column, value));
      }
    }
    return List.copyOf(byId.values());
  }

  private static void correct(
      Map<String, SpecOperation> operations, String id, String column, String value) {
    SpecOperation defective = operations.get(id);
    SpecOperation corrected = defective == null ? null : defective.with(column, value);
    if (corrected == null || corrected.equals(defective)) {
      throw new IllegalArgumentException("Corrects nothing: " + id + " " + column + " " + value);
    }
    operations.put(id, corrected);
  }
}
