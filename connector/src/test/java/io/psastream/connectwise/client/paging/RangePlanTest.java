package io.psastream.connectwise.client.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.client.paging.RangePlan.IdRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which ids are asked for, and when they are handed on. */
class RangePlanTest {

  private final RangePlan plan = new RangePlan(AscendingIds.BEGINNING, slowSite(3));

  /** A depth that has grown to its maximum. */
  private static PrefetchDepth slowSite(int max) {
    PrefetchDepth depth = new PrefetchDepth(max, Long.MAX_VALUE);
    depth.answered(max, 1);
    depth.taken(1);
    return depth;
  }

  private static List<Item> items(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(id -> new Item(OptionalLong.of(id), Optional.empty(), id))
        .toList();
  }

  private static List<Item> together(List<Item> some, List<Item> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  private IdRange asked() {
    return plan.request(10).orElseThrow();
  }

  private IdRange asked(long after, long upTo) {
    IdRange range = asked();
    assertThat(range).extracting(IdRange::after, IdRange::upTo).containsExactly(after, upTo);
    return range;
  }

  /** Two pages of ten were read, and the highest id is 60. */
  private void readTwoPages() {
    for (int page = 0; page < 2; page++) {
      plan.answered(asked(), items(page * 10 + 1, page * 10 + 10), false);
      assertThat(taken()).isEqualTo(page * 10 + 10);
    }
    assertThat(plan.requestHighest()).isTrue();
    plan.highest(OptionalLong.of(60));
  }

  private long taken() {
    return plan.take().map(Page::position).orElse(-1L);
  }

  @Test
  void asksForTheHighestIdOnlyOnceTwoPagesInARowWereFull() {
    plan.answered(asked(), items(1, 10), false);
    assertThat(plan.requestHighest()).isFalse();
    plan.answered(asked(), items(11, 19), false);
    assertThat(plan.requestHighest()).isFalse();
    plan.answered(asked(), items(20, 29), false);
    plan.take();
    plan.take();
    plan.answered(asked(), items(30, 39), false);
    assertThat(plan.requestHighest()).isTrue();
    assertThat(plan.requestHighest()).isFalse();
  }

  @Test
  void neverAsksForTheHighestIdWithOneRequestInFlight() {
    RangePlan one = new RangePlan(AscendingIds.BEGINNING, slowSite(1));
    for (int page = 0; page < 5; page++) {
      one.answered(one.request(10).orElseThrow(), items(page * 10 + 1, page * 10 + 10), false);
      one.take();
    }
    assertThat(one.requestHighest()).isFalse();
    assertThat(one.readsAhead()).isFalse();
  }

  @Test
  void asksForRangesThatFitAPageUpToTheHighestIdAndHandsThemOnInOrder() {
    readTwoPages();
    IdRange third = asked(20, 30);
    IdRange fourth = asked(30, 40);
    IdRange fifth = asked(40, 50);
    assertThat(plan.request(10)).isEmpty();

    plan.answered(fifth, items(41, 50), false);
    plan.answered(fourth, items(31, 40), false);
    assertThat(plan.take()).isEmpty();
    assertThat(plan.request(10)).isEmpty();
    plan.answered(third, items(21, 30), false);

    assertThat(taken()).isEqualTo(30);
    assertThat(taken()).isEqualTo(40);
    assertThat(taken()).isEqualTo(50);
    assertThat(plan.take()).isEmpty();
  }

  @Test
  void asksForWhatIsAboveTheHighestIdAfterAllElseUntilNothingComes() {
    readTwoPages();
    IdRange third = asked();
    IdRange fourth = asked();
    IdRange fifth = asked();
    plan.answered(third, items(21, 30), false);
    plan.take();
    IdRange sixth = asked(50, 60);
    plan.answered(fourth, items(31, 40), false);
    plan.answered(fifth, items(41, 50), false);
    plan.take();
    assertThat(plan.request(10)).isEmpty();

    plan.answered(sixth, together(items(51, 54), items(56, 59)), false);
    plan.answered(asked(60, Long.MAX_VALUE), items(61, 62), false);
    plan.take();
    plan.take();
    plan.answered(asked(62, Long.MAX_VALUE), List.of(), false);

    assertThat(plan.take()).hasValue(new Page(items(61, 62), 62, false));
    assertThat(plan.take()).hasValue(new Page(List.of(), 62, true));
  }

  @Test
  void goesOnAfterTheLastIdOfAFullRangeBeforeItAsksForTheNext() {
    RangePlan sparse = new RangePlan(AscendingIds.BEGINNING, slowSite(3));
    sparse.answered(sparse.request(2).orElseThrow(), both(1, 10), false);
    sparse.take();
    sparse.answered(sparse.request(2).orElseThrow(), both(20, 30), false);
    sparse.take();
    assertThat(sparse.requestHighest()).isTrue();
    sparse.highest(OptionalLong.of(1_000));
    IdRange wide = sparse.request(2).orElseThrow();
    IdRange next = sparse.request(2).orElseThrow();
    assertThat(wide.upTo()).isEqualTo(next.after()).isGreaterThan(34);

    sparse.answered(wide, both(31, 32), false);

    IdRange rest = sparse.request(2).orElseThrow();
    assertThat(rest.after()).isEqualTo(32);
    assertThat(rest.upTo()).isLessThanOrEqualTo(wide.upTo());
  }

  private static List<Item> both(long one, long other) {
    return together(items(one, one), items(other, other));
  }

  @Test
  void takesARangeForCompleteWhenFewerCameThanTheServerHasSentAtOnceAndTheyReachItsEnd() {
    readTwoPages();
    IdRange third = asked(20, 30);

    plan.answered(third, together(items(21, 25), items(27, 29)), false);

    assertThat(taken()).isEqualTo(29);
    assertThat(asked().after()).isEqualTo(30);
  }

  @Test
  void asksForTheRestOfAShortPageThatEndsFurtherFromTheEndThanItsItemsAreApart() {
    readTwoPages();
    IdRange third = asked(20, 30);

    plan.answered(third, items(21, 27), false);

    asked(27, 30);
  }

  @Test
  void asksForTheRestOfARangeOfWhichLessThanHalfAPageCame() {
    readTwoPages();
    IdRange third = asked(20, 30);

    plan.answered(third, items(21, 22), false);

    asked(22, 30);
  }

  @Test
  void asksForTheRestOfAShortPageThatNamesANextOne() {
    readTwoPages();
    IdRange third = asked(20, 30);

    plan.answered(third, items(21, 27), true);

    asked(27, 30);
  }

  @Test
  void asksForTheRestOfAPageThatTheServerHasMadeSmaller() {
    RangePlan clamped = new RangePlan(AscendingIds.BEGINNING, slowSite(3));
    for (int page = 0; page < 3; page++) {
      clamped.answered(
          clamped.request(100).orElseThrow(), items(page * 10 + 1, page * 10 + 10), false);
      clamped.take();
    }
    assertThat(clamped.requestHighest()).isTrue();
    clamped.highest(OptionalLong.of(60));
    IdRange fourth = clamped.request(100).orElseThrow();
    assertThat(fourth).isEqualTo(new IdRange(30, 40, 100, true));

    clamped.answered(fourth, together(items(31, 35), items(37, 39)), false);
    clamped.answered(clamped.request(100).orElseThrow(), items(41, 50), false);

    assertThat(clamped.request(100).orElseThrow().after()).isEqualTo(50);
  }

  @Test
  void dropsWhatLiesAboveTheRange() {
    readTwoPages();
    IdRange third = asked(20, 30);

    plan.answered(third, items(25, 34), false);

    assertThat(plan.take()).hasValue(new Page(items(25, 30), 30, false));
    assertThat(asked().after()).isEqualTo(30);
  }

  @Test
  void showsAFailureWhenItsTurnComesAndKeepsTheOtherPages() {
    readTwoPages();
    IdRange third = asked();
    IdRange fourth = asked();
    IdRange fifth = asked();
    plan.failed(fourth, new IllegalStateException("fourth"));
    plan.answered(fifth, items(41, 50), false);
    plan.answered(third, items(21, 30), false);

    assertThat(taken()).isEqualTo(30);
    assertThat(plan.request(10)).isEmpty();
    assertThatThrownBy(plan::take).hasMessage("fourth");
    plan.answered(asked(30, 40), items(31, 40), false);

    assertThat(taken()).isEqualTo(40);
    assertThat(taken()).isEqualTo(50);
  }

  @Test
  void asksAloneForWhatHasFailedUntilSomethingSucceeds() {
    readTwoPages();
    List<IdRange> asked = new ArrayList<>(List.of(asked(), asked(), asked()));
    asked.forEach(range -> plan.failed(range, new IllegalStateException("down")));

    assertThatThrownBy(plan::take).hasMessage("down");
    IdRange again = asked(20, 30);
    assertThat(plan.take()).isEmpty();
    assertThat(plan.request(10)).isEmpty();
    plan.answered(again, items(21, 30), false);

    asked(30, 40);
    asked(40, 50);
  }

  @Test
  void cutsSmallerRangesForSmallerPages() {
    readTwoPages();
    IdRange third = asked(20, 30);

    plan.retry(third);

    assertThat(plan.request(5).orElseThrow()).isEqualTo(new IdRange(20, 25, 5, false));
    assertThat(plan.request(5).orElseThrow()).isEqualTo(new IdRange(25, 30, 5, false));
  }

  @Test
  void goesOnPageByPageWhereTheHighestIdIsNotToBeHad() {
    for (int page = 0; page < 2; page++) {
      plan.answered(asked(), items(page * 10 + 1, page * 10 + 10), false);
      plan.take();
    }
    assertThat(plan.requestHighest()).isTrue();
    plan.highest(OptionalLong.empty());

    assertThat(plan.readsAhead()).isFalse();
    asked(20, Long.MAX_VALUE);
    assertThat(plan.requestHighest()).isFalse();
  }
}
