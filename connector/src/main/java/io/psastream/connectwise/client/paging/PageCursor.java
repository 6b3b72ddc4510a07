package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;

/**
 * Where the reading of a list stands that is read in order, one page after the other: says what to
 * ask for next and what an answer means. Pure. It moves only when it accepts an answer, so that a
 * failed page is asked for again.
 */
interface PageCursor {

  /** The call of the next page. */
  Call next(int size);

  /**
   * Takes the answer of {@link #next} and moves on.
   *
   * @throws ApiException when the server does not page as the strategy needs it
   */
  Page accept(Answer<Item> answer, int size);
}
