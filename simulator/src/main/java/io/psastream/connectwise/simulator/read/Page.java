package io.psastream.connectwise.simulator.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.simulator.condition.Condition;
import io.psastream.connectwise.simulator.condition.Field;
import io.psastream.connectwise.simulator.condition.IdRange;
import io.psastream.connectwise.simulator.condition.Row;
import io.psastream.connectwise.simulator.query.OrderBy;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A page of a list.
 *
 * @param items its items
 * @param more whether items follow
 * @param lastPage the number of the last page, where it was worth finding out
 */
record Page(List<StoredItem> items, boolean more, OptionalInt lastPage) {

  /**
   * So many rows behind a page are looked at to find the last page; if they do not lead to the end,
   * the link to it is left out. The real API counts them all; a page here is to cost what it holds.
   */
  private static final int ROWS_LOOKED_AT = 10_000;

  /** The same where every row has to be parsed. */
  private static final int ROWS_PARSED = 500;

  static final Page EMPTY = new Page(List.of(), false, OptionalInt.empty());

  static Page of(ItemCollection collection, ItemQuery query, Paging paging) {
    IdRange range = IdRange.of(query.condition());
    if (paging.forwardOnly()) {
      range = range.and(new IdRange(paging.afterId() + 1, Long.MAX_VALUE));
    }
    if (paging.forwardOnly() || query.order().byId()) {
      return scan(collection.items(range), query.condition(), paging);
    }
    if (byIdDescending(query.order())) {
      return scan(collection.itemsDescending(range), query.condition(), paging);
    }
    return scan(sorted(collection.items(range), query), Condition.all(), paging);
  }

  private static boolean byIdDescending(OrderBy order) {
    return order.keys().get(0).field().type() == Field.Type.ID;
  }

  /** How many items match. */
  static int count(ItemCollection collection, Condition condition) {
    if (condition.equals(Condition.all())) {
      return collection.size();
    }
    Scanned row = new Scanned();
    int count = 0;
    for (StoredItem item : collection.items(IdRange.of(condition))) {
      count += condition.matches(row.at(item)) ? 1 : 0;
    }
    return count;
  }

  private static Page scan(Iterable<StoredItem> items, Condition condition, Paging paging) {
    List<StoredItem> page = new ArrayList<>(Math.min(paging.size(), 1000));
    Scanned row = new Scanned();
    long skip = (paging.page() - 1L) * paging.size();
    int budget = condition.readsTree() ? ROWS_PARSED : ROWS_LOOKED_AT;
    long beyond = 0;
    for (StoredItem item : items) {
      boolean full = page.size() == paging.size();
      if (full && beyond > 0 && (--budget < 0 || paging.forwardOnly())) {
        return new Page(page, true, OptionalInt.empty());
      }
      if (!condition.matches(row.at(item))) {
        continue;
      }
      if (skip > 0) {
        skip--;
      } else if (full) {
        beyond++;
      } else {
        page.add(item);
      }
    }
    long following = (beyond + paging.size() - 1) / paging.size();
    return new Page(page, beyond > 0, OptionalInt.of(paging.page() + (int) following));
  }

  private static List<StoredItem> sorted(Iterable<StoredItem> items, ItemQuery query) {
    List<Scanned> matching = new ArrayList<>();
    for (StoredItem item : items) {
      Scanned row = new Scanned().at(item);
      if (query.condition().matches(row)) {
        matching.add(row);
      }
    }
    matching.sort(query.order().comparator());
    return matching.stream().map(row -> row.item).toList();
  }

  /** An item under the eyes of a condition, parsed at most once. */
  private static final class Scanned implements Row {

    private StoredItem item;
    private JsonNode tree;

    Scanned at(StoredItem next) {
      item = next;
      tree = null;
      return this;
    }

    @Override
    public long id() {
      return item.id();
    }

    @Override
    public long lastUpdated() {
      return item.lastUpdated();
    }

    @Override
    public JsonNode tree() {
      if (tree == null) {
        tree = item.tree();
      }
      return tree;
    }
  }
}
