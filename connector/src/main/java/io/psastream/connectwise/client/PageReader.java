package io.psastream.connectwise.client;

import java.util.List;
import java.util.Optional;

/**
 * Reads a list page by page from a position on. Not safe for use by several threads.
 *
 * <p>Three strategies, one position: a {@code long} that says what has been read. It is the last id
 * for {@code KEYSET} and {@code FORWARD_ONLY}, and the number of items read so far for {@code
 * PAGE}.
 */
public final class PageReader {

  /** How a list is cut into pages. */
  public enum Strategy {
    /**
     * {@code conditions … AND id > last}, {@code orderBy=id asc}: the default, nothing shifts
     * (P18).
     */
    KEYSET,
    /** The API's own {@code pagination-type: forward-only} header and {@code pageId} (P19). */
    FORWARD_ONLY,
    /** Page numbers, for lists without an id. */
    PAGE
  }

  /**
   * A page.
   *
   * @param items the items, in the order of the list
   * @param position the position after the last of them
   * @param last whether nothing follows
   */
  public record Page(List<Item> items, long position, boolean last) {}

  /**
   * @param call the list operation with its options; without any paging parameter
   * @param conditions what to add to the user's {@code conditions}, such as {@code lastUpdated >
   *     […]}
   * @param start the position to start after; 0 for the beginning
   */
  public PageReader(
      ConnectWiseClient client, Call call, Optional<String> conditions, Paging paging, long start) {
    throw new UnsupportedOperationException(conditions.toString() + start);
  }

  /** How to read: strategy, page size (1 to 1,000) and the decoder of items. */
  public record Paging(Strategy strategy, int pageSize, ItemDecoder<Item> decoder) {}

  /**
   * Reads the next page; may block for as long as the client's retries take.
   *
   * @throws ApiException when the page could not be read; calling again asks for the same page
   */
  public Page next() {
    throw new UnsupportedOperationException();
  }
}
