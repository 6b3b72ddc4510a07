package io.psastream.connectwise.client.paging;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Detail;
import io.psastream.connectwise.client.Failure.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How the page size follows what the server can bear. */
class PageSizeTest {

  private static final Failure TIMEOUT = Failure.of(Kind.TIMEOUT, "x", 0, "y");

  private static Failure outOfRange(String message) {
    return new Failure(
        Kind.REJECTED,
        "x",
        400,
        Optional.of("InvalidObject"),
        Optional.of("pageSize object is invalid"),
        List.of(
            new Detail(Optional.of("OutOfRange"), Optional.of("pageSize"), Optional.of(message))),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static int goodPagesUntilChange(PageSize size) {
    int before = size.current();
    int pages = 0;
    while (size.current() == before && pages < 10_000) {
      size.succeeded(size.current());
      pages++;
    }
    return pages;
  }

  @Test
  void halvesOnTimeoutsDownToTheFloor() {
    PageSize size = new PageSize(1_000, true);
    List<Integer> sizes = new ArrayList<>();

    while (size.shrinkAfter(TIMEOUT, size.current())) {
      sizes.add(size.current());
    }

    assertThat(sizes).containsExactly(500, 250, 125, 62, 31, 25);
    assertThat(size.canShrink()).isFalse();
  }

  @Test
  void growsBackAfterGoodPagesAndMoreSlowlyEachTimeThatWasTooMuch() {
    PageSize size = new PageSize(400, true);
    size.shrinkAfter(TIMEOUT, size.current());

    assertThat(goodPagesUntilChange(size)).isEqualTo(8);
    assertThat(size.current()).isEqualTo(400);
    size.shrinkAfter(TIMEOUT, size.current());
    assertThat(goodPagesUntilChange(size)).isEqualTo(16);
    size.shrinkAfter(TIMEOUT, size.current());
    assertThat(goodPagesUntilChange(size)).isEqualTo(32);
  }

  @Test
  void growsBackAtOnceBehindAnItemThatIsLeftOut() {
    PageSize size = new PageSize(1_000, true);
    Failure large = Failure.of(Kind.TOO_LARGE, "x", 200, "y");
    for (int item = 0; item < 50; item++) {
      while (size.current() > 1) {
        assertThat(size.shrinkAfter(large, size.current())).isTrue();
      }
      size.leftOut();

      int pages = 0;
      while (size.current() < 1_000) {
        pages += goodPagesUntilChange(size);
      }
      assertThat(pages).isEqualTo(10);
    }
    size.shrinkAfter(TIMEOUT, size.current());
    assertThat(goodPagesUntilChange(size)).as("as before").isGreaterThanOrEqualTo(8);
  }

  @Test
  void neverGrowsBeyondWhatWasSet() {
    PageSize size = new PageSize(40, true);
    size.shrinkAfter(TIMEOUT, size.current());

    assertThat(size.current()).isEqualTo(25);
    goodPagesUntilChange(size);
    assertThat(size.current()).isEqualTo(40);
    assertThat(goodPagesUntilChange(size)).isEqualTo(10_000);
  }

  @Test
  void staysAsItIsWhereTimeoutsMustNotChangeIt() {
    PageSize size = new PageSize(1_000, false);

    assertThat(size.canShrink()).isFalse();
    assertThat(size.shrinkAfter(TIMEOUT, size.current())).isFalse();
    assertThat(size.current()).isEqualTo(1_000);
  }

  @Test
  void takesTheServersOwnLimitForGood() {
    PageSize size = new PageSize(1_000, false);

    assertThat(
            size.shrinkAfter(
                outOfRange("The field pageSize must be between 1 and 100."), size.current()))
        .isTrue();
    assertThat(size.current()).isEqualTo(100);
    assertThat(goodPagesUntilChange(size)).isEqualTo(10_000);
    assertThat(
            size.shrinkAfter(
                outOfRange("The field pageSize must be between 1 and 100."), size.current()))
        .isFalse();
  }

  @Test
  void halvesWhereTheServerDoesNotSayItsLimit() {
    PageSize size = new PageSize(1_000, true);

    assertThat(size.shrinkAfter(outOfRange("too many"), size.current())).isTrue();
    assertThat(size.current()).isEqualTo(500);
  }

  @Test
  void otherFailuresDoNotChangeIt() {
    PageSize size = new PageSize(1_000, true);

    assertThat(size.shrinkAfter(Failure.of(Kind.UNAVAILABLE, "x", 503, "y"), size.current()))
        .isFalse();
    assertThat(size.shrinkAfter(Failure.of(Kind.REJECTED, "x", 400, "y"), size.current()))
        .isFalse();
  }

  @Test
  void isHalvedOnceForPagesThatTimeOutSideBySide() {
    PageSize size = new PageSize(1_000, true);

    assertThat(size.shrinkAfter(TIMEOUT, 1_000)).isTrue();
    assertThat(size.shrinkAfter(TIMEOUT, 1_000)).isTrue();

    assertThat(size.current()).isEqualTo(500);
  }

  @Test
  void growsOnlyByPagesOfItsOwnSize() {
    PageSize size = new PageSize(1_000, true);
    size.shrinkAfter(TIMEOUT, 1_000);

    for (int page = 0; page < 100; page++) {
      size.succeeded(400);
    }

    assertThat(size.current()).isEqualTo(500);
  }
}
