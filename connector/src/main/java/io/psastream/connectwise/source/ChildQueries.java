package io.psastream.connectwise.source;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.config.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A query and the queries that run for each of its items, several levels deep. The items of one
 * batch are looked after in parallel, what is below one of them in order.
 */
final class ChildQueries {

  private static final Logger LOG = LoggerFactory.getLogger(ChildQueries.class);
  private static final Pattern PARENT = Pattern.compile("\\$\\{parent\\.([^}]+)}");

  /** Parents whose children are fetched before any of them is handed over. */
  private static final int TOGETHER = 50;

  private final RecordMapper mapper;
  private final List<Child> children;
  private final ExecutorService readers;

  /**
   * Fewer children than this are all there are. A short page is no proof of the end of a long list,
   * since servers lower the page size as they like, but none to less than the API's default (api.md
   * section 3); asking once more would double the requests.
   */
  private static final int SURELY_ALL = 25;

  /**
   * A child query.
   *
   * @param mapper makes records of its items
   * @param pages the pages of its items, by its options with the fields of the parent filled in
   * @param children the queries that run for each of its items
   */
  record Child(
      Query query,
      RecordMapper mapper,
      Function<Options, Supplier<Page>> pages,
      List<Child> children) {}

  /** An item somewhere below, that lacks but its offset to be a record. */
  record Descendant(RecordMapper mapper, Item item, Item parent) {
    SourceRecord record(Map<String, Object> offset) {
      return mapper.child(item, parent, offset);
    }
  }

  ChildQueries(RecordMapper mapper, List<Child> children, ExecutorService readers) {
    this.mapper = mapper;
    this.children = children;
    this.readers = readers;
  }

  /** How many items are handed over together. */
  int together() {
    return children.isEmpty() ? Integer.MAX_VALUE : TOGETHER;
  }

  SourceRecord record(Accepted parent, Map<String, Object> offset) {
    return parent.refreshed()
        ? mapper.refreshed(parent.item(), offset)
        : mapper.record(parent.item(), offset);
  }

  /**
   * What is below each of the items.
   *
   * @throws ApiException when one of them could not be read
   */
  List<List<Descendant>> descendants(List<Accepted> parents) {
    if (children.isEmpty()) {
      return parents.stream().map(parent -> List.<Descendant>of()).toList();
    }
    List<Callable<List<Descendant>>> tasks = new ArrayList<>();
    parents.forEach(parent -> tasks.add(() -> below(parent.item(), children)));
    List<List<Descendant>> found = new ArrayList<>();
    try {
      for (Future<List<Descendant>> each : readers.invokeAll(tasks)) {
        found.add(each.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("Interrupted while children were read.", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new ConnectException("Children could not be read.", e);
    }
    return found;
  }

  private static List<Descendant> below(Item parent, List<Child> children) {
    List<Descendant> all = new ArrayList<>();
    for (Child child : children) {
      for (Item item : items(child, parent)) {
        all.add(new Descendant(child.mapper(), item, parent));
        all.addAll(below(item, child.children()));
      }
    }
    return all;
  }

  private static List<Item> items(Child child, Item parent) {
    List<Item> items = new ArrayList<>();
    Options options = options(child.query(), parent);
    try {
      Supplier<Page> pages = child.pages().apply(options);
      Page page;
      do {
        page = pages.get();
        items.addAll(page.items());
      } while (!page.last() && page.items().size() >= SURELY_ALL);
    } catch (ApiException e) {
      if (!e.failure().ofOneItem()) {
        throw e;
      }
      if (e.failure().kind() == Kind.NOT_FOUND) {
        // The parent was deleted since it was read; a sweep will say so.
        LOG.debug("Query {} finds its parent gone: {}", child.query().name(), e.getMessage());
      } else {
        LOG.warn("Query {} leaves out a child: {}", child.query().name(), e.getMessage());
      }
    }
    return items;
  }

  /** The options with the fields of the parent filled in. */
  private static Options options(Query query, Item parent) {
    return new Options(
        filled(query, query.options().path(), parent),
        filled(query, query.options().query(), parent));
  }

  private static Map<String, String> filled(
      Query query, Map<String, String> templates, Item parent) {
    Map<String, String> values = new LinkedHashMap<>();
    templates.forEach(
        (name, template) ->
            values.put(
                name,
                PARENT
                    .matcher(template)
                    .replaceAll(
                        found -> Matcher.quoteReplacement(field(query, parent, found.group(1))))));
    return values;
  }

  private static String field(Query query, Item parent, String path) {
    Object value =
        path.equals("id") && parent.id().isPresent()
            ? (Object) parent.id().getAsLong()
            : RecordKey.value(parent.content(), path);
    if (value == null) {
      throw new ConnectException(
          "Query "
              + query.name()
              + " refers to ${parent."
              + path
              + "}, which an item of its parent does not have. The task stops.");
    }
    return value.toString();
  }
}
