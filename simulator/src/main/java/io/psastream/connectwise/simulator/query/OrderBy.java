package io.psastream.connectwise.simulator.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.simulator.condition.Field;
import io.psastream.connectwise.simulator.condition.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The order of a list: fields with directions, the id last of all. Without any it is by id.
 *
 * @param keys what to order by, the first one first
 */
public record OrderBy(List<Key> keys) {

  public static final OrderBy BY_ID = new OrderBy(List.of());

  /** A field and its direction. */
  public record Key(Field field, boolean descending) {}

  /** Parses {@code name [asc|desc] {, name [asc|desc]}}. */
  public static OrderBy parse(String text, Fields fields) {
    if (text.isBlank()) {
      return BY_ID;
    }
    List<Key> keys = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String[] words = part.strip().split("\\s+", -1);
      String direction = words.length > 1 ? words[1].toLowerCase(Locale.ROOT) : "asc";
      if (words.length > 2 || words[0].isEmpty() || !direction.matches("asc|desc")) {
        throw new QueryException("The orderBy clause '" + part.strip() + "' is not valid.");
      }
      keys.add(new Key(fields.require(words[0]), direction.equals("desc")));
    }
    return new OrderBy(List.copyOf(keys));
  }

  /** Whether this is ascending by id, the order in which items are kept. */
  public boolean byId() {
    return keys.isEmpty()
        || (keys.get(0).field().type() == Field.Type.ID && !keys.get(0).descending());
  }

  /** The order of rows; items without a value come first, as in the database. */
  public Comparator<Row> comparator() {
    Comparator<Row> order = null;
    for (Key key : keys) {
      Comparator<Row> next = comparator(key.field());
      next = key.descending() ? next.reversed() : next;
      order = order == null ? next : order.thenComparing(next);
    }
    Comparator<Row> byId = Comparator.comparingLong(Row::id);
    return order == null ? byId : order.thenComparing(byId);
  }

  private static Comparator<Row> comparator(Field field) {
    return switch (field.type()) {
      case ID -> Comparator.comparingLong(Row::id);
      case LAST_UPDATED -> Comparator.comparingLong(Row::lastUpdated);
      default -> (a, b) -> compare(field.value(a), field.value(b));
    };
  }

  private static int compare(JsonNode a, JsonNode b) {
    if (a.isMissingNode() || b.isMissingNode()) {
      return Boolean.compare(!a.isMissingNode(), !b.isMissingNode());
    }
    return a.isNumber() && b.isNumber()
        ? a.decimalValue().compareTo(b.decimalValue())
        : a.asText().compareToIgnoreCase(b.asText());
  }
}
