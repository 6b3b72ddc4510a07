package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * By page number, for lists that have no id. The position is the number of items read: a reading
 * that begins in the middle asks for the page that holds it and drops what was read.
 */
final class PageNumberCursor implements PageCursor {

  private final ListCall list;
  private long position;
  private long page = 1;
  private long drop;
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
    if (items.isEmpty() || isWhole(answer, size)) {
      return new Page(List.of(), position, true);
    }
    if (!placed && moved(items.size())) {
      return new Page(List.of(), position, false);
    }
    List<Item> fresh = items.subList((int) Math.min(drop, items.size()), items.size());
    drop = 0;
    previous = items;
    page++;
    position += fresh.size();
    return new Page(fresh, position, false);
  }

  /** Finds the page of the position. The first page tells how large the server's pages are. */
  private boolean moved(int real) {
    placed = true;
    page = position / real + 1;
    drop = position % real;
    return page > 1;
  }

  /** Whether the server knows no pages and has sent all there is, as it did before. */
  private boolean isWhole(Answer<Item> answer, int size) {
    if (!answer.items().equals(previous)) {
      return false;
    }
    if (answer.items().size() != size && !answer.link().orElse("").contains("next")) {
      return true;
    }
    throw AscendingIds.refused(list.name(), answer, "The server sent the same page again");
  }
}
