package io.psastream.connectwise.client.paging;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.paging.RangePlan.IdRange;
import org.junit.jupiter.api.Test;

/** How wide ranges of ids are, and when a short page proves their end. */
class RangeWidthTest {

  private final RangeWidth width = new RangeWidth(2);

  private static IdRange range(long after, long upTo, int size) {
    return new IdRange(after, upTo, size, false);
  }

  @Test
  void spansThePageSizeWhereEveryIdHasAnItem() {
    width.observeDensity(100, 100);

    assertThat(width.ids(100)).isEqualTo(100);
  }

  @Test
  void spansMoreIdsWhereFewHaveAnItemAndStaysTwoDeviationsBelowAFullPage() {
    width.observeDensity(1_000_000, 100);

    // 100 items, less 2 · √100, at 10,000 ids for each.
    assertThat(width.ids(100)).isBetween(800_000L, 801_000L);
  }

  @Test
  void followsTheDensityAndWidensAfterAnEmptyRange() {
    width.observeDensity(1_000, 100);
    long sparse = width.ids(100);
    width.observeDensity(4_000, 100);
    long sparser = width.ids(100);
    width.observeDensity(5_000, 0);

    assertThat(sparser).isBetween(sparse * 3 / 2, sparse * 5 / 2);
    assertThat(width.ids(100)).isGreaterThan(sparser * 3 / 2);
  }

  @Test
  void takesTheLargestPageForFullOnceTheServerHasShownThatItSendsSmallerOnes() {
    width.observePage(30, false);
    assertThat(width.isFull(30, 100)).isFalse();

    width.observePage(30, true);

    assertThat(width.isFull(30, 100)).isTrue();
    assertThat(width.isFull(29, 100)).isFalse();
    assertThat(width.isFull(20, 20)).isTrue();
  }

  @Test
  void anEmptyRestDoesNotShowThatTheServerSendsSmallerPages() {
    width.observePage(30, false);
    width.observePage(0, true);

    assertThat(width.isFull(30, 100)).isFalse();
  }

  @Test
  void splittingPaysUntilTooManyPagesWereEmpty() {
    width.observeFill(0, 10);
    width.observeFill(0, 10);
    assertThat(width.splittingPays()).isTrue();
    width.observeFill(0, 10);
    assertThat(width.splittingPays()).isFalse();

    for (int page = 0; page < 4; page++) {
      width.observeFill(10, 10);
    }

    assertThat(width.splittingPays()).isTrue();
  }

  @Test
  void countsThePartOfAPageThatIsEmpty() {
    for (int page = 0; page < 4; page++) {
      width.observeFill(5, 10);
    }
    assertThat(width.splittingPays()).isTrue();
    for (int page = 0; page < 2; page++) {
      width.observeFill(5, 10);
    }

    assertThat(width.splittingPays()).isFalse();
  }

  @Test
  void aShortPageThatReachesTheEndOfItsRangeProvesThatThereIsNoMore() {
    width.observePage(5, false);

    assertThat(width.provesEnd(range(0, 10, 5), Answers.ids(1, 4, 7, 8))).isTrue();
  }

  @Test
  void aPageProvesNothingThatEndsTooEarly() {
    width.observePage(5, false);

    assertThat(width.provesEnd(range(0, 10, 5), Answers.ids(1, 3, 5, 6))).isFalse();
  }

  @Test
  void aPageProvesNothingThatIsLessThanHalfFull() {
    width.observePage(10, false);

    assertThat(width.provesEnd(range(0, 10, 10), Answers.ids(1, 3, 4, 8, 9))).isTrue();
    assertThat(width.provesEnd(range(0, 10, 10), Answers.ids(1, 4, 8, 9))).isFalse();
  }

  @Test
  void aPageProvesNothingThatIsAsLargeAsRequested() {
    width.observePage(5, false);

    assertThat(width.provesEnd(range(0, 10, 4), Answers.ids(1, 4, 7, 8))).isFalse();
  }

  @Test
  void aPageProvesNothingThatIsAsLargeAsTheLargest() {
    width.observePage(4, false);

    assertThat(width.provesEnd(range(0, 10, 5), Answers.ids(1, 4, 7, 8))).isFalse();
  }
}
