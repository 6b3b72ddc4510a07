package io.psastream.connectwise.source;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.SourceConfig;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Queries, items and pages without a site. */
final class Queries {

  static final Map<String, String> PARTITION =
      Map.of("site", "na.myconnectwise.net", "company", "acme", "operation", "x", "options", "y");

  static final Catalog CATALOG = Catalog.load();

  private Queries() {}

  /** The queries of a configuration by alias, given as key, value, key, value. */
  static Map<String, Query> of(String... properties) {
    Map<String, String> all = new HashMap<>();
    all.put("connectwise.site.url", "https://na.myconnectwise.net");
    all.put("connectwise.username", "acme+public");
    all.put("connectwise.password", "private");
    all.put("connectwise.client.id", "client");
    all.put("schema.mode", "none");
    for (int i = 0; i < properties.length; i += 2) {
      all.put(properties[i], properties[i + 1]);
    }
    Map<String, Query> byAlias = new HashMap<>();
    new SourceConfig(all, CATALOG).queries().forEach(query -> byAlias.put(query.alias(), query));
    return byAlias;
  }

  static RecordMapper mapper(Query query) {
    return mapper(query, Integer.MAX_VALUE);
  }

  /**
   * A mapper of a query.
   *
   * @param most how many items of a page are sent together
   */
  static RecordMapper mapper(Query query, int most) {
    return new RecordMapper(
        query, PARTITION, false, new Decoders.Finish(UnaryOperator.identity(), most));
  }

  static Item item(long id, Map<String, Object> content) {
    return new Item(OptionalLong.of(id), Optional.empty(), content);
  }

  static Item item(long id) {
    return item(id, Map.of("id", id));
  }

  static Item[] items(long from, long to) {
    Item[] items = new Item[(int) (to - from + 1)];
    Arrays.setAll(items, i -> item(from + i));
    return items;
  }

  static Page page(boolean last, Item... items) {
    return new Page(List.of(items), 0, last);
  }

  /** These pages, and no more. */
  static Supplier<Page> pages(Page... pages) {
    Iterator<Page> all = List.of(pages).iterator();
    return all::next;
  }
}
