package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.ItemDecoder;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads a list page by page, starting at a position. Not safe for use by several threads.
 *
 * <p>The position of a reading is a {@code long}: the last id that was read where the strategy is
 * {@link PagingStrategy#byId}, else the number of items that were read.
 */
public final class PageReader {

  /**
   * A page; only the last one may have no items.
   *
   * @param items the items, in the order of the list
   * @param position the position after the last of them
   * @param last whether no page follows
   */
  public record Page(List<Item> items, long position, boolean last) {}

  /** How to read: strategy, page size (1 to 1,000) and the decoder of items. */
  public record Paging(PagingStrategy strategy, int pageSize, ItemDecoder<Item> decoder) {}

  private final Supplier<Page> pages;
  private Page latest;

  /**
   * @param call the list operation with its options; without any paging parameter
   * @param conditions what to add to the user's {@code conditions}, such as {@code lastUpdated >
   *     […]}; several are joined by AND
   * @param start the position to start after, such as {@link PagingStrategy#beginning}
   * @throws IllegalArgumentException when the call has a paging parameter
   */
  public PageReader(
      ConnectWiseClient client, Call call, Optional<String> conditions, Paging paging, long start) {
    this.pages =
        paging
            .strategy()
            .open(client, () -> new ListCall(call, conditions, client.label()), paging, start);
  }

  /**
   * Reads the next page; may block for as long as the client's retries take. After the last page
   * each further page is empty.
   *
   * @throws ApiException when the page could not be read; calling again requests the same page
   */
  public Page next() {
    if (latest != null && latest.last()) {
      return new Page(List.of(), latest.position(), true);
    }
    do {
      latest = pages.get();
    } while (latest.items().isEmpty() && !latest.last());
    return latest;
  }
}
