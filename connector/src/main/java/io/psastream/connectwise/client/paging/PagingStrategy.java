package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.PageReader.Paging;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * How a list is split into pages. A constant holds all that depends on the strategy: its word in
 * the configuration, what its positions mean, and the reader of its pages.
 */
public enum PagingStrategy {

  /**
   * {@code conditions … AND id > last}, {@code orderBy=id asc}: the default, since changes to items
   * shift no page (P18).
   */
  KEYSET("keyset", true),

  /** The API's own {@code pagination-type: forward-only} header and {@code pageId} (P19). */
  FORWARD_ONLY("forward-only", true),

  /** Page numbers, for lists whose items have no id. */
  PAGE("page", false);

  private final String word;
  private final boolean byId;

  PagingStrategy(String word, boolean byId) {
    this.word = word;
    this.byId = byId;
  }

  /** The words of all strategies. */
  public static List<String> words() {
    return Arrays.stream(values()).map(PagingStrategy::word).toList();
  }

  /**
   * The strategy with this word.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static PagingStrategy of(String word) {
    return Arrays.stream(values())
        .filter(strategy -> strategy.word.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "\"" + word + "\" is not a paging strategy; expected one of " + words()));
  }

  /** The strategy for a list where the user chose none. */
  public static PagingStrategy defaultFor(boolean itemsHaveId) {
    return itemsHaveId ? KEYSET : PAGE;
  }

  /** Its word in the configuration. */
  public String word() {
    return word;
  }

  /** Whether positions are ids, which items then must have; otherwise they count items. */
  public boolean byId() {
    return byId;
  }

  /** The position before the first item; of ids, which may be below 0, the lowest number. */
  public long beginning() {
    return byId ? AscendingIds.BEGINNING : 0;
  }

  /**
   * The pages of a list.
   *
   * @param list makes the call of the list anew each time
   */
  Supplier<Page> open(
      ConnectWiseClient client, Supplier<ListCall> list, Paging paging, long start) {
    return switch (this) {
      case KEYSET -> new KeysetReader(client, list, paging, start)::next;
      case FORWARD_ONLY ->
          new SequentialReader(client, new ForwardOnlyCursor(list.get(), start), paging)::next;
      case PAGE ->
          new SequentialReader(client, new PageNumberCursor(list.get(), start), paging)::next;
    };
  }
}
