package io.psastream.connectwise.client.paging;

import static io.psastream.connectwise.client.paging.Answers.contents;
import static io.psastream.connectwise.client.paging.Answers.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Calls;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
import io.psastream.connectwise.client.paging.PageReader.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which page numbers are requested, and which items of a page are delivered. */
class PageNumberCursorTest {

  private static PageNumberCursor cursor(long start) {
    return new PageNumberCursor(
        new ListCall(
            Call.of(Calls.operation("getSystemAudittrail"), Map.of(), Map.of()),
            Optional.empty(),
            ""),
        start);
  }

  private static String number(PageNumberCursor cursor, int size) {
    Map<String, String> query = cursor.next(size).query();
    assertThat(query).containsEntry("pageSize", String.valueOf(size));
    return query.get("page");
  }

  @Test
  void countsPagesAndItems() {
    PageNumberCursor cursor = cursor(0);

    assertThat(number(cursor, 2)).isEqualTo("1");
    assertThat(cursor.accept(page(contents(1, 2)), 2))
        .isEqualTo(new Page(contents(1, 2), 2, false));
    assertThat(number(cursor, 2)).isEqualTo("2");
    assertThat(cursor.accept(page(contents(3, 3), "<http://x?page=1&y=2>; rel=\"prev\""), 2))
        .isEqualTo(new Page(contents(3, 3), 3, false));
    assertThat(number(cursor, 2)).isEqualTo("3");
    assertThat(cursor.accept(page(List.of()), 2)).isEqualTo(new Page(List.of(), 3, true));
  }

  @Test
  void holdsTheSecondPageBackUntilTheServerIsKnownToLookAtPageNumbers() {
    PageNumberCursor cursor = cursor(0);
    number(cursor, 3);
    cursor.accept(page(contents(1, 3)), 3);
    number(cursor, 3);

    assertThat(cursor.accept(page(contents(1, 3)), 3)).isEqualTo(new Page(List.of(), 3, false));
    assertThat(cursor.next(3).query())
        .containsEntry("page", "1000000")
        .containsEntry("pageSize", "2");
    assertThat(cursor.accept(page(List.of()), 3)).isEqualTo(new Page(contents(1, 3), 6, false));
    assertThat(number(cursor, 3)).isEqualTo("3");
    assertThat(cursor.accept(page(contents(1, 3)), 3))
        .as("and asks no more")
        .isEqualTo(new Page(contents(1, 3), 9, false));
  }

  @ParameterizedTest
  @EnumSource(names = {"REJECTED", "NOT_FOUND", "UNKNOWN"})
  void takesTheRefusalOfAPageFarBeyondTheEndForKnowingPages(Kind kind) {
    PageNumberCursor cursor = cursor(0);
    Failure failure = Failure.of(kind, "x", 400, "no");
    number(cursor, 3);
    cursor.accept(page(contents(1, 3)), 3);
    number(cursor, 3);
    assertThat(cursor.refused(failure)).isEmpty();
    cursor.accept(page(contents(1, 3)), 3);

    assertThat(cursor.refused(Failure.of(Kind.UNAVAILABLE, "x", 503, "no"))).isEmpty();
    assertThat(cursor.refused(failure)).contains(new Page(contents(1, 3), 6, false));
    assertThat(cursor.refused(failure)).isEmpty();
  }

  @Test
  void requestsThePageThatContainsThePositionAndSkipsWhatWasRead() {
    PageNumberCursor cursor = cursor(7);

    assertThat(number(cursor, 3)).isEqualTo("1");
    assertThat(cursor.accept(page(contents(1, 3)), 3)).isEqualTo(new Page(List.of(), 7, false));
    assertThat(number(cursor, 3)).isEqualTo("3");
    assertThat(cursor.accept(page(contents(7, 9), "<http://x?page=4>; rel=\"next\""), 3))
        .isEqualTo(new Page(contents(8, 9), 9, false));
    assertThat(number(cursor, 3)).isEqualTo("4");
  }

  @Test
  void keepsTheFirstPageWhereItContainsThePosition() {
    PageNumberCursor cursor = cursor(2);

    assertThat(number(cursor, 3)).isEqualTo("1");
    assertThat(cursor.accept(page(contents(1, 3)), 3))
        .isEqualTo(new Page(contents(3, 3), 3, false));
  }

  @Test
  void findsThePositionByTheSizeOfThePagesThatTheServerSends() {
    PageNumberCursor cursor = cursor(25);

    number(cursor, 1_000);
    cursor.accept(page(contents(1, 10)), 1_000);

    assertThat(number(cursor, 1_000)).isEqualTo("3");
    cursor.accept(page(contents(21, 30)), 1_000);
    assertThat(cursor.accept(page(List.of()), 1_000).items()).isEqualTo(contents(26, 30));
  }

  @Test
  void findsThePositionAnewAtAnotherPageSize() {
    PageNumberCursor cursor = cursor(0);
    number(cursor, 4);
    cursor.accept(page(contents(1, 4)), 4);

    assertThat(number(cursor, 3)).isEqualTo("1");
    assertThat(cursor.accept(page(contents(1, 3)), 3)).isEqualTo(new Page(List.of(), 4, false));
    assertThat(number(cursor, 3)).isEqualTo("2");
    assertThat(cursor.accept(page(contents(4, 6), "<http://x?page=3>; rel=\"next\""), 3).items())
        .isEqualTo(contents(5, 6));
  }

  @Test
  void requestsThePageAgainThatWasNotAccepted() {
    PageNumberCursor cursor = cursor(0);

    assertThat(number(cursor, 2)).isEqualTo("1");
    assertThat(number(cursor, 2)).isEqualTo("1");
  }

  @Test
  void endsWhereTheServerSendsTheWholeListAgain() {
    PageNumberCursor cursor = cursor(0);
    number(cursor, 10);
    cursor.accept(page(contents(1, 4)), 10);
    number(cursor, 10);
    cursor.accept(page(contents(5, 8)), 10);

    assertThat(cursor.accept(page(contents(9, 12)), 10))
        .as("whatever has changed in it meanwhile")
        .isEqualTo(new Page(List.of(), 4, true));
  }

  @Test
  void rejectsAFullPageThatIsSentAgainInTheSizeThatWasAskedFor() {
    PageNumberCursor cursor = cursor(0);
    number(cursor, 3);
    cursor.accept(page(contents(1, 3)), 3);
    number(cursor, 3);
    cursor.accept(page(contents(1, 3)), 3);

    assertThatThrownBy(() -> cursor.accept(page(contents(1, 2)), 3))
        .hasMessageContaining(
            "\"Asked for page 1000000, but the server sent items, so it does not look at page"
                + " numbers and the rest of the list cannot be read\"")
        .extracting("failure.kind")
        .isEqualTo(Kind.REJECTED);
  }

  @Test
  void rejectsAShortPageThatIsSentAgainAndNamesANextOne() {
    PageNumberCursor cursor = cursor(0);
    number(cursor, 10);
    cursor.accept(page(contents(1, 3), "<http://x/?page=2>; rel=\"next\""), 10);
    number(cursor, 10);
    cursor.accept(page(contents(1, 3), "<http://x/?page=2>; rel=\"next\""), 10);

    assertThatThrownBy(() -> cursor.accept(page(contents(1, 2)), 10))
        .hasMessageContaining("does not look at page numbers");
  }
}
