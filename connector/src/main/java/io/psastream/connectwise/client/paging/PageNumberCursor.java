package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
 *
 * <p>A page that is too large is read in parts ({@link PageParts}), and an item that alone is too
 * large is left out, once it is known that the server looks at page numbers and sizes: a part has
 * come as long as it was asked for, or the item's id alone has.
 */
final class PageNumberCursor implements PageCursor {

  /** No list has so many pages, and with 1,000 items each it is within 32 bits. */
  private static final long FAR = 1_000_000;

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

  /** How many items the first page had; 0 while it was not read. */
  private int unit;

  /** The pages since one was too large. */
  private Optional<PageParts> parts = Optional.empty();

  /** Why the page was too large that was so last. */
  private Optional<Failure> tooLarge = Optional.empty();

  /** Whether the next item is to be left out, once enough is known of the server. */
  private boolean leavingOut;

  /** The same for nothing, which may be the end: then the item before tells. */
  private boolean ending;

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
    if (leavingOut) {
      long number = parts.orElseThrow().page() - (ending ? 1 : 0);
      return numbered ? list.idsOnly(call(1, number)) : call(1, FAR);
    }
    if (size != asked) {
      asked = size;
      page = 1;
      placed = position == 0;
      parts = Optional.empty();
    }
    return parts.map(it -> call(it.size(), it.page())).orElseGet(() -> call(size, page));
  }

  private Call call(int size, long number) {
    return list.page(size, Optional.empty(), Map.of("page", String.valueOf(number)), Map.of());
  }

  /** Smaller than the first page, so that a server that ignores the size as well sends more. */
  private int otherSize() {
    return first.size() == 1 ? 2 : Math.max(1, Math.min(asked, first.size() - 1));
  }

  @Override
  public Page accept(Answer<Item> answer, int size) {
    List<Item> items = answer.items();
    if (held.isPresent()) {
      return items.isEmpty() ? release() : end(items.size());
    }
    if (leavingOut) {
      return learned(items);
    }
    if (parts.isPresent() && !parts.get().isAsAskedFor(items.size())) {
      ending = items.isEmpty() && parts.orElseThrow().size() == 1;
      return smaller(!ending);
    }
    if (items.isEmpty()) {
      return new Page(List.of(), position, true);
    }
    if (parts.map(PageParts::page).orElse(page) == 1) {
      first = numbered ? List.of() : items;
      firstNamesNext = answer.link().orElse("").contains("next");
      if (parts.isEmpty()) {
        unit = items.size();
      }
      if (!placed && moveToPosition(items.size())) {
        return nothing();
      }
    } else if (!numbered && (!linkKnowsPage(answer) || items.equals(first))) {
      held = Optional.of(answer);
      return nothing();
    }
    return deliver(items);
  }

  @Override
  public Optional<Page> refused(Failure failure) {
    boolean refusal = PageCursor.refuses(failure);
    if (held.isPresent()) {
      return refusal ? Optional.of(release()) : Optional.empty();
    }
    boolean large = failure.kind() == Kind.TOO_LARGE;
    if (leavingOut) {
      return refusal || large ? Optional.of(learned(large)) : Optional.empty();
    }
    if (!large) {
      return Optional.empty();
    }
    tooLarge = Optional.of(failure);
    if (parts.isEmpty()) {
      long row = unit == 0 ? position : (page - 1) * unit + skip;
      parts = Optional.of(new PageParts(unit, asked, row));
      placed = true;
      skip = 0;
      return Optional.of(nothing());
    }
    return Optional.of(smaller(false));
  }

  /** Asks for less; what is no less than one item is to be left out. */
  private Page smaller(boolean asNoMoreIsSent) {
    PageParts each = parts.orElseThrow();
    if (each.size() > 1) {
      each.smaller(asNoMoreIsSent);
    } else if (asNoMoreIsSent) {
      throw givenUp();
    } else if (!ending && numbered && each.keepsSizes() && !list.hasId()) {
      return leaveOut("at position " + position);
    } else {
      leavingOut = true;
    }
    return nothing();
  }

  /** What the answer tells that an item waits for which is to be left out. */
  private Page learned(List<Item> items) {
    if (!numbered && items.isEmpty()) {
      numbered = true;
      return nothing();
    }
    if (!numbered || items.size() != 1) {
      throw givenUp();
    }
    parts.orElseThrow().isAsAskedFor(1);
    if (ending) {
      leavingOut = false;
      ending = false;
      return nothing();
    }
    OptionalLong id = items.get(0).id();
    return leaveOut(id.isPresent() ? "" + id.getAsLong() : "at position " + position);
  }

  /** What a refusal tells: of a page far beyond the end, or of an id. */
  private Page learned(boolean large) {
    if (!numbered && !large) {
      numbered = true;
      return nothing();
    }
    if (!numbered || ending || !parts.orElseThrow().keepsSizes()) {
      throw givenUp();
    }
    return leaveOut("at position " + position);
  }

  private ApiException givenUp() {
    leavingOut = false;
    ending = false;
    return new ApiException(tooLarge.orElseThrow());
  }

  private Page leaveOut(String item) {
    list.tellLeftOut(item, tooLarge.orElseThrow());
    leavingOut = false;
    parts.orElseThrow().leftOut();
    position++;
    return nothing();
  }

  private Page nothing() {
    return new Page(List.of(), position, false);
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
    parts.ifPresentOrElse(PageParts::read, () -> page++);
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
    long number = parts.map(PageParts::page).orElse(page);
    String neighbour = "[?&]page=(" + (number - 1) + "|" + (number + 1) + ")\\b";
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
    if (parts.isPresent() || (!ignoresSize && !shortAndSame)) {
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
