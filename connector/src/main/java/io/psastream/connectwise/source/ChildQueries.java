package io.psastream.connectwise.source;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.config.ChildOptions;
import io.psastream.connectwise.source.config.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The queries that run once per item of another query, several levels deep. The items of a batch
 * are handled in parallel, the descendants of one item in order.
 */
final class ChildQueries {

  /**
   * Items of a batch, where each of them costs requests for its children: few, since other passes
   * of the query wait for its end.
   */
  private static final int BATCH_WITH_CHILDREN = 20;

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
  private final ChildFailures failures = new ChildFailures(System::nanoTime);

  /**
   * A child query.
   *
   * @param options its options, into which each parent fills its fields
   * @param mapper turns its items into records
   * @param pages reads its items with the given options, in which the fields of the parent are
   *     filled in
   * @param metrics counts its items, and the children that are left out
   * @param children the queries that run once per item of this one
   */
  record Child(
      Query query,
      ChildOptions options,
      RecordMapper mapper,
      Function<Options, Supplier<Page>> pages,
      Metrics metrics,
      List<Child> children) {}

  /** An item of a child query at any level, which becomes a record once its offset is known. */
  record Descendant(Child child, Item item, Item parent) {
    SourceRecord record(Map<String, Object> offset) {
      return child.mapper().child(item, parent, offset);
    }

    /** Its record is sent. */
    void sent() {
      QueryMeter.sent(child.metrics(), List.of(item));
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

  /** As many of the items as are to be sent together, ready for it. */
  List<Accepted> ready(List<Accepted> waiting) {
    int most = Math.min(batchSize(), mapper.batchSize());
    List<Accepted> next = waiting.subList(0, Math.min(most, waiting.size()));
    List<Item> whole = mapper.whole(next.stream().map(Accepted::item).toList());
    List<Accepted> ready = new ArrayList<>(next.size());
    for (int i = 0; i < next.size(); i++) {
      ready.add(next.get(i).with(whole.get(i)));
    }
    return ready;
  }

  SourceRecord record(Accepted parent, Map<String, Object> offset) {
    return parent.refreshed()
        ? mapper.refreshed(parent.item(), offset)
        : mapper.record(parent.item(), offset);
  }

  /**
   * The descendants of each of the items, in the order of the items. Those that cannot be read are
   * left out, unless their query is to fail.
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
    failures.endBatch();
    return found;
  }

  private List<Descendant> below(Item parent, List<Child> children) {
    List<Descendant> all = new ArrayList<>();
    for (Child child : children) {
      for (Item item : items(child, parent)) {
        all.add(new Descendant(child, item, parent));
        all.addAll(below(item, child.children()));
      }
    }
    return all;
  }

  private List<Item> items(Child child, Item parent) {
    Optional<Options> options = options(child, parent);
    if (options.isEmpty()) {
      return List.of();
    }
    List<Item> items = new ArrayList<>();
    failures.asked(child);
    try {
      Supplier<Page> pages = child.pages().apply(options.get());
      Page page;
      do {
        page = pages.get();
        items.addAll(child.mapper().whole(page.items()));
      } while (!page.last() && page.items().size() >= SMALLEST_FULL_PAGE);
    } catch (ApiException e) {
      failures.failed(child, parent, e);
    }
    return items;
  }

  /** The options with the fields of the parent; empty where the parent has no such child. */
  private Optional<Options> options(Child child, Item parent) {
    try {
      Optional<Options> options = child.options().of(path -> field(parent, path));
      if (options.isEmpty()) {
        failures.withoutField(child, parent);
      }
      return options;
    } catch (IllegalArgumentException e) {
      failures.inexpressible(child, parent, e.getMessage());
      return Optional.empty();
    }
  }

  private static Object field(Item parent, String path) {
    return path.equals("id") && parent.id().isPresent()
        ? (Object) parent.id().getAsLong()
        : RecordKey.value(parent.content(), path);
  }
}
