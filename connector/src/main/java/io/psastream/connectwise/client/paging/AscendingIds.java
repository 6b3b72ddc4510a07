package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import java.util.List;
import java.util.Optional;

/** The last id that was read, and the guard that ids grow. */
final class AscendingIds {

  private final String call;
  private Optional<Long> last;

  AscendingIds(String call, long start) {
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
        && answer.items().get(0).id().stream().anyMatch(id -> last.isPresent() && id == position());
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

  private static String strategies() {
    List<String> words = PagingStrategy.words();
    int last = words.size() - 1;
    return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  static ApiException refused(String call, Answer<Item> answer, String message) {
    return new ApiException(
        Failure.of(Kind.REJECTED, call, answer.status(), message)
            .withHint("Set another paging for this query (" + strategies() + ")"));
  }
}
