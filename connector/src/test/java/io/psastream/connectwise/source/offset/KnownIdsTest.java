package io.psastream.connectwise.source.offset;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.source.offset.KnownIds.Chunk;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.roaringbitmap.RoaringBitmap;

class KnownIdsTest {

  private final Commits commits = new Commits();
  private final KnownIds known = new KnownIds(commits);

  @Test
  void anIdTravelsInOffsetsUntilItsCheckpointIsStored() {
    known.add(5);
    known.add(2_000_000);

    List<Integer> chunks = known.beginCheckpoint(true);
    known.add(7);

    assertThat(chunks).containsExactlyInAnyOrder(0, 1);
    assertThat(known.mark().ids()).isEqualTo(RoaringBitmap.bitmapOf(5, 7, 2_000_000));
    known.confirm(true);
    store();
    assertThat(known.mark().ids())
        .as("one of two")
        .isEqualTo(RoaringBitmap.bitmapOf(5, 7, 2_000_000));
    known.confirm(true);
    assertThat(known.mark().ids())
        .as("acknowledged, but perhaps not stored")
        .isEqualTo(RoaringBitmap.bitmapOf(5, 7, 2_000_000));
    store();
    assertThat(known.mark().ids()).isEqualTo(RoaringBitmap.bitmapOf(7));
    assertThat(known.count()).isEqualTo(3);
  }

  @Test
  void aMarkOfThePastKeepsWhatWasFreshThen() {
    known.add(5);
    KnownIds.FreshIds mark = known.mark();
    known.beginCheckpoint(true);
    known.confirm(true);
    store();
    known.add(6);

    assertThat(mark.ids()).isEqualTo(RoaringBitmap.bitmapOf(5));
    assertThat(known.mark().ids()).isEqualTo(RoaringBitmap.bitmapOf(6));
  }

  @Test
  void isStoredOnlyWhenThereIsMuchOrItIsTime() {
    IntStream.range(0, 19_999).forEach(known::add);
    assertThat(known.beginCheckpoint(false)).isEmpty();

    known.add(20_000);

    assertThat(known.beginCheckpoint(false)).containsExactly(0);
    assertThat(known.beginCheckpoint(true)).as("one is under way").isEmpty();
  }

  /** Connect may be storing what it took along before the acknowledgement. */
  @Test
  void aCommitThatMayHaveBegunBeforeTheAcknowledgementProvesNothing() {
    known.add(5);
    known.beginCheckpoint(true);
    commits.polled();
    known.confirm(true);

    commits.committed();
    commits.committed();
    commits.polled();
    commits.committed();
    commits.committed();
    commits.polled();
    commits.committed();
    assertThat(known.mark().ids()).isEqualTo(RoaringBitmap.bitmapOf(5));
    assertThat(known.beginCheckpoint(true)).as("one is under way").isEmpty();

    commits.committed();
    assertThat(known.mark().ids()).isEqualTo(new RoaringBitmap());
  }

  @Test
  void whatATransformationDropsIsNotStored() {
    known.add(5);
    known.add(2_000_000);
    known.beginCheckpoint(true);

    assertThat(known.confirm(false)).isFalse();
    assertThat(known.confirm(true)).as("all have been heard of").isTrue();
    store();

    assertThat(known.lost()).isTrue();
    assertThat(known.mark().ids()).isEqualTo(RoaringBitmap.bitmapOf(5, 2_000_000));
    assertThat(known.beginCheckpoint(true)).as("the next attempt").containsExactly(0, 1);
    assertThat(known.confirm(true)).isFalse();
    assertThat(known.confirm(true)).isFalse();
    store();
    assertThat(known.lost()).isFalse();
    assertThat(known.mark().ids()).isEqualTo(new RoaringBitmap());
  }

  @Test
  void aDroppedCheckpointIsNotRepeatedWithEveryPage() {
    IntStream.range(0, 20_000).forEach(known::add);
    known.beginCheckpoint(false);
    known.confirm(false);

    known.add(20_000);
    assertThat(known.beginCheckpoint(false)).isEmpty();

    IntStream.range(0, 40_000).forEach(known::add);
    assertThat(known.beginCheckpoint(false)).containsExactly(0);
  }

  @Test
  void isFullBeforeAnOffsetIs() {
    int pages = 0;
    for (Random random = new Random(1); !known.full(); pages++) {
      random.ints(1_000, 0, Integer.MAX_VALUE).forEach(known::add);
    }

    int most = KnownIds.LARGEST_FRESH;
    assertThat(pages).isGreaterThan(25);
    assertThat(known.mark().ids().getCardinality()).isEqualTo(known.count());
    assertThat(known.mark().ids().serializedSizeInBytes()).isBetween(most * 9 / 10, most);
    known.beginCheckpoint(true).forEach(chunk -> known.confirm(true));
    assertThat(known.full()).isTrue();
    store();
    assertThat(known.full()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noOffsetIsLargerThanItsBound(long seed) {
    Random random = new Random(seed);
    int largest = 1 << (10 + random.nextInt(21));
    int count = random.nextInt(200_000);
    for (int i = 0; i < count; i++) {
      known.add(random.nextInt(largest));
    }
    for (int i = random.nextInt(1_000); i > 0; i--) {
      known.remove(random.nextInt(largest));
    }

    // Base64 is a third longer; deflating may add a few bytes to what cannot be deflated.
    assertThat(Bitmaps.encode(known.mark().ids()))
        .hasSizeLessThan(KnownIds.LARGEST_FRESH * 4 / 3 + 1_000);
    for (int chunk : known.beginCheckpoint(true)) {
      Chunk stored = known.chunk(chunk);
      assertThat(Bitmaps.encode(stored.ids()).length() + Bitmaps.encode(stored.gone()).length())
          .isLessThan(400_000);
    }
  }

  /** Connect stores the offsets of everything that is acknowledged. */
  private void store() {
    commits.polled();
    commits.polled();
    commits.committed();
    commits.committed();
  }

  @Test
  void isRestoredFromChunksAndFreshIds() {
    known.restore(
        List.of(new Chunk(RoaringBitmap.bitmapOf(1, 2), new RoaringBitmap())),
        RoaringBitmap.bitmapOf(2, 3));

    assertThat(known.copy()).isEqualTo(RoaringBitmap.bitmapOf(1, 2, 3));
    assertThat(known.mark().ids()).as("stored in no chunk").isEqualTo(RoaringBitmap.bitmapOf(3));
  }

  @Test
  void aMillionIdsTakeLessThanTwoMegabytesOfOffsets() {
    IntStream.range(0, 1_000_000).forEach(i -> known.add(i * 13L + i % 7));

    long characters = 0;
    for (int chunk : known.beginCheckpoint(true)) {
      characters += Bitmaps.encode(known.chunk(chunk).ids()).length();
    }

    assertThat(characters).isLessThan(2_000_000);
  }

  @Test
  void forgetsADeletedId() {
    known.add(5);
    known.add(6);

    known.remove(5);

    assertThat(known.copy()).isEqualTo(RoaringBitmap.bitmapOf(6));
    assertThat(known.chunk(0).ids()).isEqualTo(RoaringBitmap.bitmapOf(6));
  }

  @Test
  void aDeletedIdStaysForgottenAlthoughAnOlderOffsetHoldsItAsFresh() {
    known.add(5);
    known.add(6);
    RoaringBitmap older = known.mark().ids();
    known.remove(5);

    KnownIds restored = new KnownIds(commits);
    restored.restore(List.of(known.chunk(0)), older);

    assertThat(restored.copy()).isEqualTo(RoaringBitmap.bitmapOf(6));
    assertThat(restored.chunk(0).gone()).as("still needed").isEqualTo(RoaringBitmap.bitmapOf(5));
    restored.add(5);
    assertThat(restored.chunk(0).gone()).as("it came back").isEqualTo(new RoaringBitmap());
  }
}
