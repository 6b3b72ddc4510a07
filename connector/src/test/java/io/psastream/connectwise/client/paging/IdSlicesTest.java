package io.psastream.connectwise.client.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.IdSlices.Slice;
import io.psastream.connectwise.client.paging.PageReader.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which ids are asked for, and when they are handed on. */
class IdSlicesTest {

  private final IdSlices slices = new IdSlices(0, new Depth(3));

  private static List<Item> items(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(id -> new Item(OptionalLong.of(id), Optional.empty(), id))
        .toList();
  }

  private static List<Item> together(List<Item> some, List<Item> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  private Slice asked() {
    return slices.ask(10).orElseThrow();
  }

  private Slice asked(long after, long upTo) {
    Slice slice = asked();
    assertThat(slice).extracting(Slice::after, Slice::upTo).containsExactly(after, upTo);
    return slice;
  }

  /** Two pages of ten were read, and the highest id is 60. */
  private void readTwoPages() {
    for (int page = 0; page < 2; page++) {
      slices.answered(asked(), items(page * 10 + 1, page * 10 + 10), false);
      assertThat(taken()).isEqualTo(page * 10 + 10);
    }
    assertThat(slices.askHighest()).isTrue();
    slices.highest(OptionalLong.of(60));
  }

  private long taken() {
    return slices.take().map(Page::position).orElse(-1L);
  }

  @Test
  void asksForTheHighestIdOnlyOnceTwoPagesInARowWereFull() {
    slices.answered(asked(), items(1, 10), false);
    assertThat(slices.askHighest()).isFalse();
    slices.answered(asked(), items(11, 19), false);
    assertThat(slices.askHighest()).isFalse();
    slices.answered(asked(), items(20, 29), false);
    slices.take();
    slices.take();
    slices.answered(asked(), items(30, 39), false);
    assertThat(slices.askHighest()).isTrue();
    assertThat(slices.askHighest()).isFalse();
  }

  @Test
  void neverAsksForTheHighestIdWithOneRequestInFlight() {
    IdSlices one = new IdSlices(0, new Depth(1));
    for (int page = 0; page < 5; page++) {
      one.answered(one.ask(10).orElseThrow(), items(page * 10 + 1, page * 10 + 10), false);
      one.take();
    }
    assertThat(one.askHighest()).isFalse();
    assertThat(one.ahead()).isFalse();
  }

  @Test
  void asksForRangesThatFitAPageUpToTheHighestIdAndHandsThemOnInOrder() {
    readTwoPages();
    Slice third = asked(20, 30);
    Slice fourth = asked(30, 40);
    Slice fifth = asked(40, 50);
    assertThat(slices.ask(10)).isEmpty();

    slices.answered(fifth, items(41, 50), false);
    slices.answered(fourth, items(31, 40), false);
    assertThat(slices.take()).isEmpty();
    assertThat(slices.ask(10)).isEmpty();
    slices.answered(third, items(21, 30), false);

    assertThat(taken()).isEqualTo(30);
    assertThat(taken()).isEqualTo(40);
    assertThat(taken()).isEqualTo(50);
    assertThat(slices.take()).isEmpty();
  }

  @Test
  void asksForWhatIsAboveTheHighestIdAfterAllElseUntilNothingComes() {
    readTwoPages();
    Slice third = asked();
    Slice fourth = asked();
    Slice fifth = asked();
    slices.answered(third, items(21, 30), false);
    slices.take();
    Slice sixth = asked(50, 60);
    slices.answered(fourth, items(31, 40), false);
    slices.answered(fifth, items(41, 50), false);
    slices.take();
    assertThat(slices.ask(10)).isEmpty();

    slices.answered(sixth, together(items(51, 54), items(56, 59)), false);
    slices.answered(asked(60, Long.MAX_VALUE), items(61, 62), false);
    slices.take();
    slices.take();
    slices.answered(asked(62, Long.MAX_VALUE), List.of(), false);

    assertThat(slices.take()).hasValue(new Page(items(61, 62), 62, false));
    assertThat(slices.take()).hasValue(new Page(List.of(), 62, true));
  }

  @Test
  void goesOnAfterTheLastIdOfAFullRangeBeforeItAsksForTheNext() {
    IdSlices sparse = new IdSlices(0, new Depth(3));
    sparse.answered(sparse.ask(2).orElseThrow(), both(1, 10), false);
    sparse.take();
    sparse.answered(sparse.ask(2).orElseThrow(), both(20, 30), false);
    sparse.take();
    assertThat(sparse.askHighest()).isTrue();
    sparse.highest(OptionalLong.of(1_000));
    Slice wide = sparse.ask(2).orElseThrow();
    Slice next = sparse.ask(2).orElseThrow();
    assertThat(wide.upTo()).isEqualTo(next.after()).isGreaterThan(34);

    sparse.answered(wide, both(31, 32), false);

    Slice rest = sparse.ask(2).orElseThrow();
    assertThat(rest.after()).isEqualTo(32);
    assertThat(rest.upTo()).isLessThanOrEqualTo(wide.upTo());
  }

  private static List<Item> both(long one, long other) {
    return together(items(one, one), items(other, other));
  }

  @Test
  void takesARangeForCompleteWhenFewerCameThanTheServerHasSentAtOnceAndTheyReachItsEnd() {
    readTwoPages();
    Slice third = asked(20, 30);

    slices.answered(third, together(items(21, 25), items(27, 29)), false);

    assertThat(taken()).isEqualTo(29);
    assertThat(asked().after()).isEqualTo(30);
  }

  @Test
  void asksForTheRestOfAShortPageThatEndsFurtherFromTheEndThanItsItemsAreApart() {
    readTwoPages();
    Slice third = asked(20, 30);

    slices.answered(third, items(21, 27), false);

    asked(27, 30);
  }

  @Test
  void asksForTheRestOfARangeOfWhichLessThanHalfAPageCame() {
    readTwoPages();
    Slice third = asked(20, 30);

    slices.answered(third, items(21, 22), false);

    asked(22, 30);
  }

  @Test
  void asksForTheRestOfAShortPageThatNamesANextOne() {
    readTwoPages();
    Slice third = asked(20, 30);

    slices.answered(third, items(21, 27), true);

    asked(27, 30);
  }

  @Test
  void asksForTheRestOfAPageThatTheServerHasMadeSmaller() {
    IdSlices clamped = new IdSlices(0, new Depth(3));
    for (int page = 0; page < 3; page++) {
      clamped.answered(clamped.ask(100).orElseThrow(), items(page * 10 + 1, page * 10 + 10), false);
      clamped.take();
    }
    assertThat(clamped.askHighest()).isTrue();
    clamped.highest(OptionalLong.of(60));
    Slice fourth = clamped.ask(100).orElseThrow();
    assertThat(fourth).isEqualTo(new Slice(30, 40, 100, true));

    clamped.answered(fourth, together(items(31, 35), items(37, 39)), false);
    clamped.answered(clamped.ask(100).orElseThrow(), items(41, 50), false);

    assertThat(clamped.ask(100).orElseThrow().after()).isEqualTo(50);
  }

  @Test
  void dropsWhatLiesAboveTheRange() {
    readTwoPages();
    Slice third = asked(20, 30);

    slices.answered(third, items(25, 34), false);

    assertThat(slices.take()).hasValue(new Page(items(25, 30), 30, false));
    assertThat(asked().after()).isEqualTo(30);
  }

  @Test
  void showsAFailureWhenItsTurnComesAndKeepsTheOtherPages() {
    readTwoPages();
    Slice third = asked();
    Slice fourth = asked();
    Slice fifth = asked();
    slices.failed(fourth, new IllegalStateException("fourth"));
    slices.answered(fifth, items(41, 50), false);
    slices.answered(third, items(21, 30), false);

    assertThat(taken()).isEqualTo(30);
    assertThat(slices.ask(10)).isEmpty();
    assertThatThrownBy(slices::take).hasMessage("fourth");
    slices.answered(asked(30, 40), items(31, 40), false);

    assertThat(taken()).isEqualTo(40);
    assertThat(taken()).isEqualTo(50);
  }

  @Test
  void asksAloneForWhatHasFailedUntilSomethingSucceeds() {
    readTwoPages();
    List<Slice> asked = new ArrayList<>(List.of(asked(), asked(), asked()));
    asked.forEach(slice -> slices.failed(slice, new IllegalStateException("down")));

    assertThatThrownBy(slices::take).hasMessage("down");
    Slice again = asked(20, 30);
    assertThat(slices.take()).isEmpty();
    assertThat(slices.ask(10)).isEmpty();
    slices.answered(again, items(21, 30), false);

    asked(30, 40);
    asked(40, 50);
  }

  @Test
  void cutsSmallerRangesForSmallerPages() {
    readTwoPages();
    Slice third = asked(20, 30);

    slices.again(third);

    assertThat(slices.ask(5).orElseThrow()).isEqualTo(new Slice(20, 25, 5, false));
    assertThat(slices.ask(5).orElseThrow()).isEqualTo(new Slice(25, 30, 5, false));
  }

  @Test
  void goesOnPageByPageWhereTheHighestIdIsNotToBeHad() {
    for (int page = 0; page < 2; page++) {
      slices.answered(asked(), items(page * 10 + 1, page * 10 + 10), false);
      slices.take();
    }
    assertThat(slices.askHighest()).isTrue();
    slices.highest(OptionalLong.empty());

    assertThat(slices.ahead()).isFalse();
    asked(20, Long.MAX_VALUE);
    assertThat(slices.askHighest()).isFalse();
  }
}
