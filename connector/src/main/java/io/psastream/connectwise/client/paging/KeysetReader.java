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
 * it is short, ranges of ids side by side on the client's threads once it is long. Those threads
 * only call; what an answer means is decided on the caller's.
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

  /** What came back from the client's threads: what to do about it here. */
  private final BlockingQueue<Runnable> came = new LinkedBlockingQueue<>();

  /**
   * @param calls makes the call of the list, as often as it is asked
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

  /** The next page; calling again after a failure asks for the same ids again. */
  Page next() {
    for (boolean waited = false; ; waited = true) {
      for (Runnable each = came.poll(); each != null; each = came.poll()) {
        each.run();
      }
      Optional<Page> page = plan.take();
      if (plan.ahead()) {
        askAhead();
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
        readHere();
      }
    }
  }

  private void askAhead() {
    if (plan.askHighest()) {
      submit(this::readHighest);
    }
    for (Optional<IdRange> next = ask(); next.isPresent(); next = ask()) {
      submit(next.get());
    }
  }

  /** The next page and, when it is time, the highest id beside it. */
  private void readHere() {
    IdRange range = ask().orElseThrow();
    if (plan.askHighest()) {
      submit(range);
      readHighest().run();
      await();
    } else {
      read(range, size.canShrink()).run();
    }
  }

  private Optional<IdRange> ask() {
    return plan.ask(size.current());
  }

  private void submit(IdRange range) {
    boolean impatient = size.canShrink();
    submit(() -> read(range, impatient));
  }

  private void submit(Supplier<Runnable> read) {
    client.readAhead(() -> came.add(read.get()));
  }

  /** Waits for as long as a request takes with its retries; a close of the client ends all. */
  private void await() {
    try {
      came.take().run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiException.cancelled(list.name(), e);
    }
  }

  private Runnable read(IdRange range, boolean impatient) {
    try {
      Answer<Item> answer = client.page(call(range), decoder, impatient);
      AscendingIds ids = new AscendingIds(list.name(), start(range));
      if (answer.items().isEmpty() || ids.isAlone(answer, range.size())) {
        return () -> answered(range, answer, List.of());
      }
      ids.advance(answer);
      return () -> answered(range, answer, answer.items());
    } catch (RuntimeException e) {
      return () -> failed(range, e);
    } catch (Error e) {
      return () -> failed(range, new IllegalStateException("Reading a page failed", e));
    }
  }

  private Call call(IdRange range) {
    Optional<String> above =
        start(range) == 0 ? Optional.empty() : Optional.of("id > " + range.after());
    Optional<String> within =
        range.bounded() ? above.map(it -> it + " AND id <= " + range.upTo()) : above;
    return list.page(range.size(), within, Map.of(), Map.of());
  }

  private static long start(IdRange range) {
    return range.after() == Long.MIN_VALUE ? 0 : range.after();
  }

  private void answered(IdRange range, Answer<Item> answer, List<Item> items) {
    size.succeeded(range.size());
    // A short page of a server that names a next one is not all there is (api.md §3).
    boolean more = answer.link().filter(link -> link.contains("\"next\"")).isPresent();
    plan.answered(range, items, more);
  }

  private void failed(IdRange range, RuntimeException failure) {
    int before = size.current();
    if (failure instanceof ApiException api && size.shrinkAfter(api.failure(), range.size())) {
      if (size.current() < before) {
        LOG.warn(
            "{}. The next page of {} is {} items.", api.getMessage(), list.name(), size.current());
      }
      plan.again(range);
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
      // The reading goes on page by page, and shows a failure that concerns it.
      LOG.debug("The highest id of {} is not known: {}", list.name(), e.getMessage());
    }
    OptionalLong found = id;
    return () -> plan.highest(found);
  }
}
