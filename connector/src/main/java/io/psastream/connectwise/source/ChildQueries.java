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
 * The queries that run once per item of another query, several levels deep. The items of a batch
 * are handled in parallel, the descendants of one item in order.
 */
final class ChildQueries {

  private static final Logger LOG = LoggerFactory.getLogger(ChildQueries.class);
  private static final Pattern PARENT = Pattern.compile("\\$\\{parent\\.([^}]+)}");

  /** Items of a batch, where each of them costs requests for its children. */
  private static final int BATCH_WITH_CHILDREN = 50;

  /**
   * A page with fewer children than this is the last. A short page alone is no proof, since servers
   * lower the page size as they like, but none to less than the API's default
   * (docs/connectwise-api.md section 3); asking for one more page of each parent would double the
   * requests.
   */
  private static final int SMALLEST_FULL_PAGE = 25;

  private final RecordMapper mapper;
  private final List<Child> children;
  private final ExecutorService readers;

  /**
   * A child query.
   *
   * @param mapper turns its items into records
   * @param pages reads its items with the given options, in which the fields of the parent are
   *     filled in
   * @param children the queries that run once per item of this one
   */
  record Child(
      Query query,
      RecordMapper mapper,
      Function<Options, Supplier<Page>> pages,
      List<Child> children) {}

  /** An item of a child query at any level, which becomes a record once its offset is known. */
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

  /** The most items of one batch. */
  int batchSize() {
    return children.isEmpty() ? Integer.MAX_VALUE : BATCH_WITH_CHILDREN;
  }

  SourceRecord record(Accepted parent, Map<String, Object> offset) {
    return parent.refreshed()
        ? mapper.refreshed(parent.item(), offset)
        : mapper.record(parent.item(), offset);
  }

  /**
   * The descendants of each of the items, in the order of the items.
   *
   * @throws ApiException when they could not be read
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
      throw new ConnectException("Interrupted while child queries were read.", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new ConnectException("Child queries could not be read.", e);
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
      } while (!page.last() && page.items().size() >= SMALLEST_FULL_PAGE);
    } catch (ApiException e) {
      if (!e.failure().ofOneItem()) {
        throw e;
      }
      if (e.failure().kind() == Kind.NOT_FOUND) {
        // The parent was deleted after it was read; a sweep detects that.
        LOG.debug(
            "Query {} reads the children of an item that no longer exists: {}",
            child.query().name(),
            e.getMessage());
      } else {
        LOG.warn(
            "Query {} skips an item that cannot be read: {}", child.query().name(), e.getMessage());
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
              + "}, a field that an item of the parent query does not have. The task stops.");
    }
    return value.toString();
  }
}
