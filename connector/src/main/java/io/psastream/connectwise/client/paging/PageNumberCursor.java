package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pages by number, for lists whose items have no id. The position is the number of items that were
 * read. To start from a position, it requests the page that contains it and skips the items before.
 */
final class PageNumberCursor implements PageCursor {

  private final ListCall list;
  private long position;
  private long page = 1;
  private long skip;
  private int asked;
  private boolean placed;
  private List<Item> previous = List.of();

  PageNumberCursor(ListCall list, long start) {
    this.list = list;
    this.position = start;
    if (list.hasId() && !list.hasOrder()) {
      list.orderBy("id asc");
    }
  }

  @Override
  public Call next(int size) {
    if (size != asked) {
      asked = size;
      page = 1;
      placed = position == 0;
    }
    return list.page(size, Optional.empty(), Map.of("page", String.valueOf(page)), Map.of());
  }

  @Override
  public Page accept(Answer<Item> answer, int size) {
    List<Item> items = answer.items();
    if (items.isEmpty() || isWholeList(answer, size)) {
      return new Page(List.of(), position, true);
    }
    if (!placed && moveToPosition(items.size())) {
      return new Page(List.of(), position, false);
    }
    List<Item> fresh = items.subList((int) Math.min(skip, items.size()), items.size());
    skip = 0;
    previous = items;
    page++;
    position += fresh.size();
    return new Page(fresh, position, false);
  }

  /**
   * Moves to the page of the position, which depends on how many items the server sends in a page.
   *
   * @return whether that is another page than the first, which then is of no use
   */
  private boolean moveToPosition(int pageSize) {
    placed = true;
    page = position / pageSize + 1;
    skip = position % pageSize;
    return page > 1;
  }

  /** Whether the server ignores page numbers and has sent the whole list again. */
  private boolean isWholeList(Answer<Item> answer, int size) {
    if (!answer.items().equals(previous)) {
      return false;
    }
    if (answer.items().size() != size && !answer.link().orElse("").contains("next")) {
      return true;
    }
    throw AscendingIds.rejected(
        list.name(),
        answer,
        "Asked for page " + page + ", but the server sent the same items as for the page before");
  }
}
