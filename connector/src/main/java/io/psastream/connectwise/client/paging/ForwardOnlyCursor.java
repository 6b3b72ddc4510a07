package io.psastream.connectwise.client.paging;

import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pages by the API's own {@code pageId}, which means {@code id > pageId} (P19). The list ends with
 * {@code []} or an empty {@code Link}. Where the {@code Link} is missing, the last id is the next
 * page id: that costs one more request at the end, and a server that does not support forward-only
 * paging is detected because it sends the same ids again.
 */
final class ForwardOnlyCursor implements PageCursor {

  private static final Map<String, String> HEADER = Map.of("pagination-type", "forward-only");

  /** Only this number is taken from a link, whose host and path may be wrong (P20). */
  private static final Pattern PAGE_ID = Pattern.compile("[?&]pageId=(\\d{1,18})\\b");

  private static final Pattern PAGE = Pattern.compile("[?&]page=\\d+\\b");

  private final ListCall list;
  private final AscendingIds ids;

  ForwardOnlyCursor(ListCall list, long start) {
    this.list = list;
    list.requireField("id");
    this.ids = new AscendingIds(list.name(), start);
  }

  @Override
  public Call next(int size) {
    Map<String, String> pageId =
        ids.last().map(id -> Map.of("pageId", String.valueOf(id))).orElse(Map.of());
    return list.page(size, Optional.empty(), pageId, HEADER);
  }

  @Override
  public Page accept(Answer<Item> answer, int size) {
    if (answer.items().isEmpty() || ids.isRepeated(answer, size)) {
      return new Page(List.of(), ids.position(), true);
    }
    String link = answer.link().map(String::strip).orElse(null);
    Matcher pageId = PAGE_ID.matcher(link == null ? "" : link);
    if (pageId.find()) {
      ids.advance(answer, Long.parseLong(pageId.group(1)));
    } else if (link != null && PAGE.matcher(link).find()) {
      throw AscendingIds.rejected(
          list.name(),
          answer,
          "Asked for forward-only paging, but the server answered with page numbers");
    } else {
      ids.advance(answer);
    }
    return new Page(answer.items(), ids.position(), link != null && link.isEmpty());
  }
}
