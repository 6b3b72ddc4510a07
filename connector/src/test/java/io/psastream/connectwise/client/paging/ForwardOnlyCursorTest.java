package io.psastream.connectwise.client.paging;

import static io.psastream.connectwise.client.paging.Answers.contents;
import static io.psastream.connectwise.client.paging.Answers.ids;
import static io.psastream.connectwise.client.paging.Answers.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Calls;
import io.psastream.connectwise.client.paging.PageReader.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which page ids are requested, and where the list ends. */
class ForwardOnlyCursorTest {

  private static final String NEXT = "<http://x/?pageId=%d>; rel=\"next\"";

  private static ForwardOnlyCursor cursor(long start) {
    return new ForwardOnlyCursor(
        new ListCall(Calls.tickets(Map.of()), Optional.empty(), ""), start);
  }

  @Test
  void requestsWithItsHeaderAndFirstWithoutAPageId() {
    Call call = cursor(AscendingIds.BEGINNING).next(2);

    assertThat(call.headers()).containsEntry("pagination-type", "forward-only");
    assertThat(call.query()).isEqualTo(Map.of("pageSize", "2"));
  }

  @Test
  void startsAfterAPosition() {
    assertThat(cursor(7).next(2).query()).containsEntry("pageId", "7");
  }

  @Test
  void continuesWithTheLastIdAndNotWithThePageIdOfTheLink() {
    ForwardOnlyCursor cursor = cursor(AscendingIds.BEGINNING);

    assertThat(cursor.accept(page(ids(3, 5), NEXT.formatted(9)), 2))
        .isEqualTo(new Page(ids(3, 5), 5, false));
    assertThat(cursor.next(2).query()).containsEntry("pageId", "5");
  }

  @Test
  void continuesWithThePageIdOfTheLinkWhereItemsHaveNoId() {
    ForwardOnlyCursor cursor = cursor(AscendingIds.BEGINNING);

    assertThat(cursor.accept(page(contents(1, 2), NEXT.formatted(9)), 2).position()).isEqualTo(9);
    assertThat(cursor.next(2).query()).containsEntry("pageId", "9");
    assertThatThrownBy(() -> cursor.accept(page(contents(3, 4), NEXT.formatted(9)), 2))
        .hasMessageContaining(
            "\"Asked for the page after pageId 9, but the server names 9 as the next\"");
  }

  @Test
  void endsWithAnEmptyLink() {
    assertThat(cursor(AscendingIds.BEGINNING).accept(page(ids(3), ""), 2))
        .isEqualTo(new Page(ids(3), 3, true));
  }

  @Test
  void doesNotEndWithoutALinkUntilAPageIsEmpty() {
    ForwardOnlyCursor cursor = cursor(AscendingIds.BEGINNING);

    assertThat(cursor.accept(page(ids(3)), 2).last()).isFalse();
    assertThat(cursor.accept(page(List.of()), 2)).isEqualTo(new Page(List.of(), 3, true));
  }

  @Test
  void endsWhereTheServerSendsItsOnlyItemAgain() {
    ForwardOnlyCursor cursor = cursor(AscendingIds.BEGINNING);
    cursor.accept(page(ids(3)), 2);

    assertThat(cursor.accept(page(ids(3)), 2)).isEqualTo(new Page(List.of(), 3, true));
  }

  @Test
  void rejectsPageNumbers() {
    assertThatThrownBy(
            () ->
                cursor(AscendingIds.BEGINNING)
                    .accept(page(ids(3), "<http://x/?page=2>; rel=\"next\""), 2))
        .hasMessageContaining(
            "\"Asked for forward-only paging, but the server answered with page numbers\"");
  }

  @Test
  void staysWhereItIsWhenItRejectsAPage() {
    ForwardOnlyCursor cursor = cursor(AscendingIds.BEGINNING);
    cursor.accept(page(ids(3, 5)), 2);

    assertThatThrownBy(() -> cursor.accept(page(ids(4, 9)), 2))
        .hasMessageContaining("\"Asked for ids above 5, but the server sent id 4\"");
    assertThat(cursor.next(2).query()).containsEntry("pageId", "5");
  }
}
