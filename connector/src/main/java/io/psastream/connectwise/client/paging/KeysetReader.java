package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.PageReader.Paging;
import io.psastream.connectwise.client.paging.RangePlan.IdRange;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a list by {@code id > last}, sorted by id (P18): page by page on the caller's thread while
 * the list is short, ranges of ids concurrently on the client's threads once it is long. The
 * client's threads only send requests; their results are applied to the {@link RangePlan} on the
 * caller's thread.
 */
final class KeysetReader {

  private static final Logger LOG = LoggerFactory.getLogger(KeysetReader.class);

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** The pages that wait to be taken are at most such a part of the heap. */
  private static final int SHARE_OF_MEMORY = 16;

  private final ConnectWiseClient client;
  private final ListCall list;

  private final Call highest;
  private final ItemDecoder<Item> decoder;
  private final PageSize size;
  private final PrefetchDepth depth;
  private final RangePlan plan;

  /** Since when the caller is busy with a page; empty while it has none. */
  private OptionalLong busySince = OptionalLong.empty();

  /** The results from the client's threads, as actions to run on the caller's thread. */
  private final BlockingQueue<Runnable> results = new LinkedBlockingQueue<>();

  /**
   * @param calls makes the call of the list anew each time
   */
  KeysetReader(ConnectWiseClient client, Supplier<ListCall> calls, Paging paging, long start) {
    this.client = client;
    this.decoder = paging.decoder();
    this.list = calls.get();
    list.requireField("id");
    list.orderBy("id asc");
    ListCall reversed = calls.get();
    reversed.selectOnly("id");
    reversed.orderBy("id desc");
    this.highest = reversed.page(1, Optional.empty(), Map.of(), Map.of());
    this.size = new PageSize(paging.pageSize(), true);
    this.depth =
        new PrefetchDepth(client.maxInFlight(), Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY);
    this.plan = new RangePlan(start, depth);
  }

  /** The next page; calling again after a failure requests the same ids again. */
  Page next() {
    busySince.ifPresent(since -> depth.taken(System.nanoTime() - since));
    busySince = OptionalLong.empty();
    Page page = read();
    busySince = OptionalLong.of(System.nanoTime());
    return page;
  }

  private Page read() {
    while (true) {
      for (Runnable each = results.poll(); each != null; each = results.poll()) {
        each.run();
      }
      Optional<Page> page = plan.take();
      if (plan.readsAhead()) {
        requestAhead();
      }
      if (page.isPresent()) {
        return page.get();
      }
      if (plan.outstanding() > 0) {
        await();
      } else {
        readOnCallersThread();
      }
    }
  }

  private void requestAhead() {
    if (plan.requestHighest()) {
      submit(this::readHighest);
    }
    for (Optional<IdRange> next = nextRange(); next.isPresent(); next = nextRange()) {
      submit(next.get());
    }
  }

  /** Reads the next page and, when it is needed, the highest id concurrently. */
  private void readOnCallersThread() {
    IdRange range = nextRange().orElseThrow();
    if (plan.requestHighest()) {
      submit(range);
      readHighest().run();
      await();
    } else {
      read(range, size.canShrink()).run();
    }
  }

  private Optional<IdRange> nextRange() {
    return plan.request(size.current());
  }

  private void submit(IdRange range) {
    boolean failOnTimeout = size.canShrink();
    submit(() -> read(range, failOnTimeout));
  }

  private void submit(Supplier<Runnable> read) {
    client.readAhead(() -> results.add(resultOf(read)));
  }

  /** An error on a thread of the client is thrown on the caller's, who would else wait for ever. */
  private static Runnable resultOf(Supplier<Runnable> read) {
    try {
      return read.get();
    } catch (Error e) {
      return () -> {
        throw e;
      };
    }
  }

  /** Waits for one result, for as long as a request takes with its retries. */
  private void await() {
    try {
      results.take().run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiException.cancelled(list.name(), e);
    }
  }

  private Runnable read(IdRange range, boolean failOnTimeout) {
    try {
      long worked = cpuTime();
      Answer<Item> answer = client.page(call(range), decoder, failOnTimeout, range.size() > 1);
      long waited = answer.stats().duration().toNanos() - (cpuTime() - worked);
      AscendingIds ids = new AscendingIds(list.name(), range.after());
      if (answer.items().isEmpty() || ids.isRepeated(answer, range.size())) {
        return () -> answered(range, answer, List.of(), waited);
      }
      ids.advance(answer);
      return () -> answered(range, answer, answer.items(), waited);
    } catch (ApiException e) {
      return isTooLarge(e) && range.size() == 1 ? leaveOut(range, e) : () -> failed(range, e);
    } catch (RuntimeException e) {
      return () -> failed(range, e);
    }
  }

  private static boolean tellsNothing(ApiException e) {
    return isTooLarge(e) || PageCursor.refuses(e.failure());
  }

  private static boolean isTooLarge(ApiException e) {
    return e.failure().kind() == Kind.TOO_LARGE;
  }

  /**
   * Goes on behind an item that is too large, once it is certain which one that is: the next by its
   * id alone, and too large when it is asked for by that.
   */
  private Runnable leaveOut(IdRange range, ApiException tooLarge) {
    try {
      Answer<Item> next = client.page(list.idsOnly(call(range)), decoder, false, false);
      if (next.items().isEmpty()) {
        return () -> plan.retry(range);
      }
      AscendingIds found = new AscendingIds(list.name(), range.after());
      found.advance(next);
      long id = RangePlan.id(next.items().get(0));
      try {
        client.page(
            list.page(1, Optional.of("id = " + id), Map.of(), Map.of()), decoder, false, false);
      } catch (ApiException e) {
        if (isTooLarge(e)) {
          return () -> leftOut(range, id, e);
        }
      }
    } catch (RuntimeException e) {
      LOG.debug("The id of an item that is too large is unknown: {}", e.getMessage());
      if (!(e instanceof ApiException api) || !tellsNothing(api)) {
        return () -> failed(range, e); // such as an outage, after which it is tried again
      }
    }
    return () -> failed(range, tooLarge);
  }

  private void leftOut(IdRange range, long id, ApiException e) {
    list.tellLeftOut("" + id, e.failure());
    size.leftOut();
    plan.leftOut(range, id);
  }

  private Call call(IdRange range) {
    Optional<String> above =
        range.fromBeginning() ? Optional.empty() : Optional.of("id > " + range.after());
    Optional<String> within =
        range.bounded() ? above.map(it -> it + " AND id <= " + range.upTo()) : above;
    return list.page(range.size(), within, Map.of(), Map.of());
  }

  /** What this thread has worked so far, in nanoseconds; 0 where the JVM does not say. */
  private static long cpuTime() {
    return THREADS.isCurrentThreadCpuTimeSupported()
        ? Math.max(0, THREADS.getCurrentThreadCpuTime())
        : 0;
  }

  private void answered(IdRange range, Answer<Item> answer, List<Item> items, long waited) {
    size.succeeded(range.size());
    depth.answered(waited, answer.bytes());
    // A short page is not the end where the server names a next one (docs/connectwise-api.md
    // section 3).
    boolean more = answer.link().filter(link -> link.contains("\"next\"")).isPresent();
    plan.answered(range, items, more);
  }

  private void failed(IdRange range, RuntimeException failure) {
    int before = size.current();
    if (failure instanceof ApiException api && size.shrinkAfter(api.failure(), range.size())) {
      if (size.current() < before) {
        size.tell(client, highest, api, before);
      }
      plan.retry(range);
    } else {
      plan.failed(range, failure);
    }
  }

  private Runnable readHighest() {
    OptionalLong id = OptionalLong.empty();
    try {
      Answer<Item> answer = client.page(highest, decoder, true, false);
      id = answer.items().stream().map(Item::id).findFirst().orElse(OptionalLong.empty());
    } catch (RuntimeException e) {
      // Reading goes on page by page; a failure that lasts shows there.
      LOG.debug(
          "The highest id of {} is unknown, so it is read page by page for now: {}",
          list.name(),
          e.getMessage());
    }
    OptionalLong found = id;
    return () -> plan.highest(found);
  }
}
