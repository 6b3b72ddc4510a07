package io.psastream.connectwise.source.offset;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.source.offset.KnownIds.Chunk;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class KnownIdsTest {

  private final KnownIds known = new KnownIds();

  @Test
  void anIdTravelsInOffsetsUntilItsCheckpointIsConfirmed() {
    known.add(5);
    known.add(2_000_000);

    List<Integer> chunks = known.beginCheckpoint(true);
    known.add(7);

    assertThat(chunks).containsExactlyInAnyOrder(0, 1);
    assertThat(known.mark().ids()).isEqualTo(RoaringBitmap.bitmapOf(5, 7, 2_000_000));
    known.confirm();
    assertThat(known.mark().ids())
        .as("one of two")
        .isEqualTo(RoaringBitmap.bitmapOf(5, 7, 2_000_000));
    known.confirm();
    assertThat(known.mark().ids()).isEqualTo(RoaringBitmap.bitmapOf(7));
    assertThat(known.count()).isEqualTo(3);
  }

  @Test
  void aMarkOfThePastKeepsWhatWasFreshThen() {
    known.add(5);
    KnownIds.FreshIds mark = known.mark();
    known.beginCheckpoint(true);
    known.confirm();
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

    KnownIds restored = new KnownIds();
    restored.restore(List.of(known.chunk(0)), older);

    assertThat(restored.copy()).isEqualTo(RoaringBitmap.bitmapOf(6));
    assertThat(restored.chunk(0).gone()).as("still needed").isEqualTo(RoaringBitmap.bitmapOf(5));
    restored.add(5);
    assertThat(restored.chunk(0).gone()).as("it came back").isEqualTo(new RoaringBitmap());
  }
}
