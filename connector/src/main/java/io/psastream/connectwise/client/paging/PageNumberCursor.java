package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Pages by number, for lists whose items have no id. The position is the number of items that were
 * read. To start from a position, it requests the page that contains it and skips the items before.
 *
 * <p>The list ends with an empty page. A server that does not know pages never sends one, and equal
 * items prove nothing, since a list may have many. So the second page is held back until it is
 * known whether the server looks at page numbers: its {@code Link} says so, or a page far beyond
 * the end is requested, with another size. That costs one request in a reading of more than one
 * page.
 */
final class PageNumberCursor implements PageCursor {

  /** No list has so many pages, and with 1,000 items each it is within 32 bits. */
  private static final long FAR = 1_000_000;

  /** A server that does not look at page numbers has no reason to refuse one. */
  private static final Set<Kind> REFUSALS = Set.of(Kind.REJECTED, Kind.NOT_FOUND, Kind.UNKNOWN);

  private final ListCall list;
  private long position;
  private long page = 1;
  private long skip;
  private int asked;
  private boolean placed;

  /** Whether the server is known to look at page numbers. */
  private boolean numbered;

  private List<Item> first = List.of();
  private boolean firstNamesNext;

  /** The page that waits until it is known whether the server looks at page numbers. */
  private Optional<Answer<Item>> held = Optional.empty();

  PageNumberCursor(ListCall list, long start) {
    this.list = list;
    this.position = start;
    if (list.hasId() && !list.hasOrder()) {
      list.orderBy("id asc");
    }
  }

  @Override
  public Call next(int size) {
    if (held.isPresent()) {
      return call(otherSize(), FAR);
    }
    if (size != asked) {
      asked = size;
      page = 1;
      placed = position == 0;
    }
    return call(size, page);
  }

  private Call call(int size, long number) {
    return list.page(size, Optional.empty(), Map.of("page", String.valueOf(number)), Map.of());
  }

  /** Smaller than the first page, so that a server that ignores the size as well sends more. */
  private int otherSize() {
    return first.size() == 1 ? 2 : Math.min(asked, first.size() - 1);
  }

  @Override
  public Page accept(Answer<Item> answer, int size) {
    List<Item> items = answer.items();
    if (held.isPresent()) {
      return items.isEmpty() ? release() : end(items.size());
    }
    if (items.isEmpty()) {
      return new Page(List.of(), position, true);
    }
    if (page == 1) {
      first = numbered ? List.of() : items;
      firstNamesNext = answer.link().orElse("").contains("next");
      if (!placed && moveToPosition(items.size())) {
        return new Page(List.of(), position, false);
      }
    } else if (!numbered && (!linkKnowsPage(answer) || items.equals(first))) {
      held = Optional.of(answer);
      return new Page(List.of(), position, false);
    }
    return deliver(items);
  }

  @Override
  public Optional<Page> refused(Failure failure) {
    return held.isPresent() && REFUSALS.contains(failure.kind())
        ? Optional.of(release())
        : Optional.empty();
  }

  private Page release() {
    List<Item> items = held.orElseThrow().items();
    numbered = true;
    first = List.of();
    held = Optional.empty();
    return deliver(items);
  }

  private Page deliver(List<Item> items) {
    List<Item> fresh = items.subList((int) Math.min(skip, items.size()), items.size());
    skip = 0;
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

  /** Whether the link of a page behind the first names the page before or after it. */
  private boolean linkKnowsPage(Answer<Item> answer) {
    String neighbour = "[?&]page=(" + (page - 1) + "|" + (page + 1) + ")\\b";
    return Pattern.compile(neighbour).matcher(answer.link().orElse("")).find();
  }

  /**
   * The end of a list whose server does not look at page numbers, if the first page was all of it.
   *
   * @param sent how many items it has sent for the page beyond the end
   */
  private Page end(int sent) {
    Answer<Item> second = held.orElseThrow();
    boolean ignoresSize = first.size() == 1 ? sent == 1 : sent > otherSize();
    boolean shortAndSame = first.size() < asked && !firstNamesNext && second.items().equals(first);
    if (!ignoresSize && !shortAndSame) {
      throw AscendingIds.rejected(
          list.name(),
          second,
          "Asked for page "
              + FAR
              + ", but the server sent items, so it does not look at page numbers"
              + " and the rest of the list cannot be read");
    }
    held = Optional.empty();
    return new Page(List.of(), position, true);
  }
}
