package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.PageReader.Paging;
import java.util.Optional;

/**
 * Reads one page after the other, for strategies where the request of a page depends on the page
 * before it.
 */
final class SequentialReader {

  private final ConnectWiseClient client;
  private final PageCursor cursor;
  private final Paging paging;
  private final PageSize size;

  SequentialReader(ConnectWiseClient client, PageCursor cursor, Paging paging) {
    this.client = client;
    this.cursor = cursor;
    this.paging = paging;
    // With another size the page numbers change, so that pages would have to be read again.
    this.size = new PageSize(paging.pageSize(), paging.strategy().byId());
  }

  Page next() {
    while (true) {
      int asked = size.current();
      Call call = cursor.next(asked);
      Answer<Item> answer;
      try {
        answer = client.page(call, paging.decoder(), size.canShrink(), size.canDivide());
      } catch (ApiException e) {
        Optional<Page> page = cursor.refused(e.failure());
        if (page.isPresent()) {
          if (e.failure().kind() == Kind.TOO_LARGE) {
            size.leftOut();
          }
          return page.get();
        }
        if (!size.shrinkAfter(e.failure(), asked)) {
          throw e;
        }
        size.tell(client, call, e, asked);
        continue;
      }
      size.succeeded(asked);
      return cursor.accept(answer, asked);
    }
  }
}
