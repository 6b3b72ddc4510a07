package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The last id that was read, which may be any number. It rejects pages whose ids do not ascend from
 * there.
 */
final class AscendingIds {

  /** The position before all ids. */
  static final long BEGINNING = Long.MIN_VALUE;

  private final String call;
  private Optional<Long> last;

  AscendingIds(String call, long start) {
    this.call = call;
    this.last = start == BEGINNING ? Optional.empty() : Optional.of(start);
  }

  Optional<Long> last() {
    return last;
  }

  long position() {
    return last.orElse(BEGINNING);
  }

  /**
   * Whether the server has sent the last item again as its only one, though more were requested. So
   * answers an operation that returns one object and ignores conditions (docs/connectwise-api.md
   * section 3): it has no more.
   */
  boolean isRepeated(Answer<Item> answer, int size) {
    return size > 1
        && answer.items().size() == 1
        && answer.items().get(0).id().stream().anyMatch(id -> last.isPresent() && id == position());
  }

  /** The id of the first item of an answer, if it is behind the last id. */
  OptionalLong next(Answer<Item> answer) {
    OptionalLong id = answer.items().isEmpty() ? OptionalLong.empty() : answer.items().get(0).id();
    return id.isPresent() && id.getAsLong() > position() ? id : OptionalLong.empty();
  }

  /** Moves behind an item that was not read. */
  void leaveOut(long id) {
    last = Optional.of(id);
  }

  /**
   * Moves to the last id of a page.
   *
   * @throws ApiException when an id is missing or does not ascend
   */
  void advance(Answer<Item> answer) {
    long id = position();
    for (Item item : answer.items()) {
      if (item.id().isEmpty()) {
        throw rejected(
            call, answer, "The server sent an item without an id, which paging by id needs");
      }
      long next = item.id().getAsLong();
      if (next == BEGINNING) {
        throw rejected(
            call, answer, "The server sent id " + next + ", which paging by id cannot go on from");
      }
      if (next <= position()) {
        throw rejected(
            call, answer, "Asked for ids above " + position() + ", but the server sent id " + next);
      }
      if (next <= id) {
        // Sorting here would hide that ids between this page and the next are skipped.
        throw rejected(
            call,
            answer,
            "Asked for items sorted by id, but the server sent id " + next + " after id " + id);
      }
      id = next;
    }
    last = Optional.of(id);
  }

  /**
   * Moves to the last id of a page, or to the next page id of the server where items have no id.
   *
   * @throws ApiException when the ids or page ids do not ascend
   */
  void advance(Answer<Item> answer, long pageId) {
    if (answer.items().stream().allMatch(item -> item.id().isPresent())) {
      advance(answer);
    } else if (last.isPresent() && pageId <= position()) {
      throw rejected(
          call,
          answer,
          "Asked for the page after pageId "
              + position()
              + ", but the server names "
              + pageId
              + " as the next");
    } else {
      last = Optional.of(pageId);
    }
  }

  private static String strategies() {
    List<String> words = PagingStrategy.words();
    int last = words.size() - 1;
    return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  /** The failure of a list that the server does not page as requested. */
  static ApiException rejected(String call, Answer<Item> answer, String message) {
    return new ApiException(
        Failure.of(Kind.REJECTED, call, answer.status(), message)
            .withHint("Set paging of this query to another strategy (" + strategies() + ")"));
  }
}
