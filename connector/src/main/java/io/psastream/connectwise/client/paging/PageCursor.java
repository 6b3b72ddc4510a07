package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import java.util.Optional;
import java.util.Set;

/**
 * The position in a list that is read one page after the other: makes the call of the next page and
 * interprets its answer. Pure. It moves only when it accepts an answer, so that a page that failed
 * is requested again.
 */
interface PageCursor {

  /** What a server answers that knows of nothing at the place that was asked for. */
  Set<Kind> REFUSALS = Set.of(Kind.REJECTED, Kind.NOT_FOUND, Kind.UNKNOWN);

  /** Whether the server has refused a request, so that to repeat it is of no use. */
  static boolean refuses(Failure failure) {
    return REFUSALS.contains(failure.kind());
  }

  /** The call of the next page, with this page size. */
  Call next(int size);

  /**
   * Takes the answer to {@link #next} and moves behind it.
   *
   * @param size the page size of that call
   * @throws ApiException when the server does not page as the strategy needs it
   */
  Page accept(Answer<Item> answer, int size);

  /**
   * The page that follows from a refusal of {@link #next}, where a refusal says something about the
   * list; else empty.
   */
  default Optional<Page> refused(Failure failure) {
    return Optional.empty();
  }
}
