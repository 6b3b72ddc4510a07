package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.PageReader.Paging;
import io.psastream.connectwise.client.paging.RangePlan.IdRange;
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

  private final ConnectWiseClient client;
  private final ListCall list;
  private final Call highest;
  private final ItemDecoder<Item> decoder;
  private final PageSize size;
  private final PrefetchDepth depth;
  private final RangePlan plan;

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
    this.depth = new PrefetchDepth(client.maxInFlight());
    this.plan = new RangePlan(start, depth);
  }

  /** The next page; calling again after a failure requests the same ids again. */
  Page next() {
    for (boolean waited = false; ; waited = true) {
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
        if (!waited) {
          depth.waited();
        }
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
      Answer<Item> answer = client.page(call(range), decoder, failOnTimeout);
      AscendingIds ids = new AscendingIds(list.name(), range.after());
      if (answer.items().isEmpty() || ids.isRepeated(answer, range.size())) {
        return () -> answered(range, answer, List.of());
      }
      ids.advance(answer);
      return () -> answered(range, answer, answer.items());
    } catch (RuntimeException e) {
      return () -> failed(range, e);
    }
  }

  private Call call(IdRange range) {
    Optional<String> above =
        range.fromBeginning() ? Optional.empty() : Optional.of("id > " + range.after());
    Optional<String> within =
        range.bounded() ? above.map(it -> it + " AND id <= " + range.upTo()) : above;
    return list.page(range.size(), within, Map.of(), Map.of());
  }

  private void answered(IdRange range, Answer<Item> answer, List<Item> items) {
    size.succeeded(range.size());
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
      Answer<Item> answer = client.page(highest, decoder, true);
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
