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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the reading of a list stands that is read in order, one page after the other: says what to
 * ask for next and what an answer means. Pure. It moves only when it accepts an answer, so that a
 * failed page is asked for again.
 */
sealed interface PageCursor {

  /** The call of the next page. */
  Call next(int size);

  /**
   * Takes the answer of {@link #next} and moves on.
   *
   * @throws ApiException when the server does not page as the strategy needs it
   */
  Page accept(Answer<Item> answer, int size);

  /**
   * By the API's own {@code pageId}, which means {@code id > pageId} (P19). The end is {@code []}
   * or an empty {@code Link}. Where the {@code Link} is missing the reading goes on by the last id:
   * at the end that costs one request more, and a server that does not know forward-only paging
   * shows itself by sending the same ids again.
   */
  final class ForwardOnlyCursor implements PageCursor {

    private static final Map<String, String> HEADER = Map.of("pagination-type", "forward-only");

    /** A number is all that is taken from a link, which may lead anywhere (P20). */
    private static final Pattern PAGE_ID = Pattern.compile("[?&]pageId=(\\d{1,18})\\b");

    private static final Pattern PAGE = Pattern.compile("[?&]page=\\d+\\b");

    private final ListCall list;
    private final Ids ids;

    ForwardOnlyCursor(ListCall list, long start) {
      this.list = list;
      list.requireField("id");
      this.ids = new Ids(list.name(), start);
    }

    @Override
    public Call next(int size) {
      Map<String, String> pageId =
          ids.last().map(id -> Map.of("pageId", String.valueOf(id))).orElse(Map.of());
      return list.page(size, Optional.empty(), pageId, HEADER);
    }

    @Override
    public Page accept(Answer<Item> answer, int size) {
      if (answer.items().isEmpty() || ids.isAlone(answer, size)) {
        return new Page(List.of(), ids.position(), true);
      }
      String link = answer.link().map(String::strip).orElse(null);
      Matcher pageId = PAGE_ID.matcher(link == null ? "" : link);
      if (pageId.find()) {
        ids.advance(answer, Long.parseLong(pageId.group(1)));
      } else if (link != null && PAGE.matcher(link).find()) {
        throw Ids.refused(
            list.name(), answer, "The server answers forward-only paging with page numbers");
      } else {
        ids.advance(answer);
      }
      return new Page(answer.items(), ids.position(), link != null && link.isEmpty());
    }
  }

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
      throw Ids.refused(list.name(), answer, "The server sent the same page again");
    }
  }

  /** The last id that was read, and the guard that ids grow. */
  final class Ids {

    private final String call;
    private Optional<Long> last;

    Ids(String call, long start) {
      this.call = call;
      this.last = start == 0 ? Optional.empty() : Optional.of(start);
    }

    Optional<Long> last() {
      return last;
    }

    long position() {
      return last.orElse(0L);
    }

    /**
     * Whether the server sends its only item once more, though more than one was asked for: it is a
     * list that answers an object and knows no conditions (api.md §3).
     */
    boolean isAlone(Answer<Item> answer, int size) {
      return size > 1
          && answer.items().size() == 1
          && answer.items().get(0).id().stream()
              .anyMatch(id -> last.isPresent() && id == position());
    }

    /** Moves to the last id of a page. */
    void advance(Answer<Item> answer) {
      long id = last.orElse(Long.MIN_VALUE);
      for (Item item : answer.items()) {
        if (item.id().isEmpty()) {
          throw refused(call, answer, "An item without an id in a list that is read by id");
        }
        long next = item.id().getAsLong();
        if (next <= position() && last.isPresent()) {
          throw refused(
              call, answer, "Asked for ids above " + position() + ", the server sent " + next);
        }
        if (next <= id) {
          // Sorting here would hide that ids between this page and the next are skipped.
          throw refused(
              call, answer, "Asked to sort by id, the server sent " + next + " after " + id);
        }
        id = next;
      }
      last = Optional.of(id);
    }

    /** The same where the server names the next position, which is all there is without ids. */
    void advance(Answer<Item> answer, long pageId) {
      if (answer.items().stream().allMatch(item -> item.id().isPresent())) {
        advance(answer);
      } else if (last.isPresent() && pageId <= position()) {
        throw refused(call, answer, "The server's pageId " + pageId + " does not grow");
      } else {
        last = Optional.of(pageId);
      }
    }

    static ApiException refused(String call, Answer<Item> answer, String message) {
      return new ApiException(
          Failure.of(Kind.REJECTED, call, answer.status(), message)
              .withHint("Set another paging for this query (keyset, forward-only or page)"));
    }
  }
}
