package io.psastream.connectwise.client.paging;

import static io.psastream.connectwise.client.paging.Answers.contents;
import static io.psastream.connectwise.client.paging.Answers.ids;
import static io.psastream.connectwise.client.paging.Answers.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is accepted as a page of a list that is sorted by id. */
class AscendingIdsTest {

  private static AscendingIds from(long start) {
    return new AscendingIds("getX GET /x", start);
  }

  @Test
  void movesToTheLastIdOfEachPage() {
    AscendingIds ids = from(AscendingIds.BEGINNING);
    assertThat(ids.last()).isEmpty();
    assertThat(ids.position()).isEqualTo(AscendingIds.BEGINNING);

    ids.advance(page(ids(-4, 3, 5)));
    ids.advance(page(ids(6)));

    assertThat(ids.last()).contains(6L);
    assertThat(ids.position()).isEqualTo(6);
  }

  @Test
  void rejectsAnIdThatWasNotAskedFor() {
    AscendingIds ids = from(5);

    assertThatThrownBy(() -> ids.advance(page(ids(5, 6))))
        .hasMessage(
            "getX GET /x → 200 \"Asked for ids above 5, but the server sent id 5\". Set paging of"
                + " this query to another strategy (keyset, forward-only or page)");
    assertThat(ids.position()).isEqualTo(5);
  }

  @Test
  void rejectsIdsThatAreNotSortedOrRepeatThemselves() {
    assertThatThrownBy(() -> from(AscendingIds.BEGINNING).advance(page(ids(5, 3))))
        .hasMessageContaining("Asked for items sorted by id, but the server sent id 3 after id 5");
    assertThatThrownBy(() -> from(AscendingIds.BEGINNING).advance(page(ids(5, 5))))
        .hasMessageContaining("Asked for items sorted by id, but the server sent id 5 after id 5");
  }

  @Test
  void rejectsAnItemWithoutAnId() {
    assertThatThrownBy(() -> from(AscendingIds.BEGINNING).advance(page(contents(1, 1))))
        .hasMessageContaining("The server sent an item without an id, which paging by id needs");
  }

  @Test
  void knowsTheLastItemAgainWhereItIsTheOnlyOneOfSeveralThatWereRequested() {
    AscendingIds ids = from(5);

    assertThat(ids.isRepeated(page(ids(5)), 2)).isTrue();
    assertThat(ids.isRepeated(page(ids(5)), 1)).isFalse();
    assertThat(ids.isRepeated(page(ids(5, 5)), 2)).isFalse();
    assertThat(ids.isRepeated(page(ids(6)), 2)).isFalse();
    assertThat(ids.isRepeated(page(List.of()), 2)).isFalse();
    assertThat(from(AscendingIds.BEGINNING).isRepeated(page(ids(0)), 2)).isFalse();
  }
}
