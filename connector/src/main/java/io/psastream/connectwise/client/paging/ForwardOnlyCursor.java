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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pages by the API's own {@code pageId}, which means {@code id > pageId} (P19). The list ends with
 * {@code []} or an empty {@code Link}. Where the {@code Link} is missing, the last id is the next
 * page id: that costs one more request at the end, and a server that does not support forward-only
 * paging is detected because it sends the same ids again.
 *
 * <p>An item that is too large alone is left out: its id is asked for, and then the item by its id,
 * so that it is certain which one that is.
 */
final class ForwardOnlyCursor implements PageCursor {

  private static final Map<String, String> HEADER = Map.of("pagination-type", "forward-only");

  /** Only this number is taken from a link, whose host and path may be wrong (P20). */
  private static final Pattern PAGE_ID = Pattern.compile("[?&]pageId=(\\d{1,18})\\b");

  private static final Pattern PAGE = Pattern.compile("[?&]page=\\d+\\b");

  private final ListCall list;
  private final AscendingIds ids;
  private int asked;

  /** Why the next item is to be left out. */
  private Optional<Failure> tooLarge = Optional.empty();

  /** The id of the next item, while it is to be left out. */
  private OptionalLong suspect = OptionalLong.empty();

  ForwardOnlyCursor(ListCall list, long start) {
    this.list = list;
    list.requireField("id");
    this.ids = new AscendingIds(list.name(), start);
  }

  @Override
  public Call next(int size) {
    asked = size;
    if (suspect.isPresent()) {
      Optional<String> id = Optional.of("id = " + suspect.getAsLong());
      return list.page(1, id, Map.of(), Map.of());
    }
    Map<String, String> pageId =
        ids.last().map(id -> Map.of("pageId", String.valueOf(id))).orElse(Map.of());
    Call page = list.page(size, Optional.empty(), pageId, HEADER);
    return tooLarge.isPresent() ? list.idsOnly(page) : page;
  }

  @Override
  public Page accept(Answer<Item> answer, int size) {
    if (tooLarge.isPresent()) {
      suspect = suspect.isEmpty() ? ids.next(answer) : OptionalLong.empty();
      if (suspect.isEmpty()) {
        throw givenUp();
      }
      return nothing();
    }
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

  @Override
  public Optional<Page> refused(Failure failure) {
    boolean large = failure.kind() == Kind.TOO_LARGE;
    if (tooLarge.isEmpty()) {
      tooLarge = large && asked == 1 ? Optional.of(failure) : tooLarge;
      return tooLarge.map(it -> nothing());
    }
    if (suspect.isPresent() && large) {
      ids.leaveOut(suspect.getAsLong());
      list.tellLeftOut("" + suspect.getAsLong(), failure);
      suspect = OptionalLong.empty();
      tooLarge = Optional.empty();
      return Optional.of(nothing());
    }
    if (large || PageCursor.refuses(failure)) {
      throw givenUp();
    }
    return Optional.empty();
  }

  private ApiException givenUp() {
    ApiException failure = new ApiException(tooLarge.orElseThrow());
    tooLarge = Optional.empty();
    suspect = OptionalLong.empty();
    return failure;
  }

  private Page nothing() {
    return new Page(List.of(), ids.position(), false);
  }
}
