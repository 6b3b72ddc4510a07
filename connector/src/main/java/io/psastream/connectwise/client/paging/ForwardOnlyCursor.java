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
 * By the API's own {@code pageId}, which means {@code id > pageId} (P19). The end is {@code []} or
 * an empty {@code Link}. Where the {@code Link} is missing the reading goes on by the last id: at
 * the end that costs one request more, and a server that does not know forward-only paging shows
 * itself by sending the same ids again.
 */
final class ForwardOnlyCursor implements PageCursor {

  private static final Map<String, String> HEADER = Map.of("pagination-type", "forward-only");

  /** A number is all that is taken from a link, which may lead anywhere (P20). */
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
    if (answer.items().isEmpty() || ids.isAlone(answer, size)) {
      return new Page(List.of(), ids.position(), true);
    }
    String link = answer.link().map(String::strip).orElse(null);
    Matcher pageId = PAGE_ID.matcher(link == null ? "" : link);
    if (pageId.find()) {
      ids.advance(answer, Long.parseLong(pageId.group(1)));
    } else if (link != null && PAGE.matcher(link).find()) {
      throw AscendingIds.refused(
          list.name(), answer, "The server answers forward-only paging with page numbers");
    } else {
      ids.advance(answer);
    }
    return new Page(answer.items(), ids.position(), link != null && link.isEmpty());
  }
}
