package io.psastream.connectwise.source.offset;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.roaringbitmap.RoaringBitmap;

/**
 * The ids whose items were sent, as far as they are not known to be deleted: what a sweep compares
 * with what is still there. They are stored in chunks, each an offset of its own, by checkpoints;
 * ids that no stored chunk holds yet travel in the offsets of the records. An id leaves those only
 * when Connect confirms the checkpoint, so that at no moment neither holds it.
 *
 * <p>Used by one thread at a time but for {@link #confirm}.
 */
public final class KnownIds {

  /** Ids of one chunk: 2^20 of them, 128 KiB at the most. */
  static final int CHUNK_BITS = 20;

  /** Ids are positive 32-bit integers (openapi: int32), so there are no more chunks than this. */
  public static final int CHUNKS = 1 << (31 - CHUNK_BITS);

  /** So many ids without a checkpoint are as much as an offset should carry. */
  private static final int MANY = 20_000;

  private final RoaringBitmap known = new RoaringBitmap();

  /** Ids that were removed, which an offset that is older than that may still hold as fresh. */
  private final RoaringBitmap gone = new RoaringBitmap();

  private int[] fresh = new int[64];
  private int size;

  /**
   * What the checkpoint under way covers, and how many of its records Connect has yet to confirm.
   */
  private int covered;

  private int outstanding;
  private boolean confirmed;

  /** The ids that were fresh at some moment. */
  public static final class FreshIds {
    private final int[] ids;
    private final int size;

    private FreshIds(int[] ids, int size) {
      this.ids = ids;
      this.size = size;
    }

    public RoaringBitmap ids() {
      return RoaringBitmap.bitmapOf(Arrays.copyOf(ids, size));
    }
  }

  private static boolean fits(long id) {
    return id >= 0 && id <= Integer.MAX_VALUE;
  }

  /**
   * What is stored of a chunk.
   *
   * @param gone ids that are known no more although an offset may still hold them as fresh
   */
  public record Chunk(RoaringBitmap ids, RoaringBitmap gone) {}

  /** Takes what was stored: chunks, and the fresh ids of an offset. */
  public void restore(List<Chunk> chunks, RoaringBitmap freshOnes) {
    for (Chunk chunk : chunks) {
      known.or(chunk.ids());
      gone.or(chunk.gone());
    }
    gone.and(freshOnes);
    RoaringBitmap.andNot(freshOnes, gone).forEach((int id) -> add(id));
  }

  public synchronized void add(long id) {
    if (fits(id) && known.checkedAdd((int) id)) {
      gone.remove((int) id);
      forgetConfirmed();
      if (size == fresh.length) {
        fresh = Arrays.copyOf(fresh, size * 2);
      }
      fresh[size++] = (int) id;
    }
  }

  public void remove(long id) {
    known.remove((int) id);
    gone.add((int) id);
  }

  public synchronized FreshIds mark() {
    forgetConfirmed();
    return new FreshIds(fresh, size);
  }

  public RoaringBitmap copy() {
    return known.clone();
  }

  public long count() {
    return known.getLongCardinality();
  }

  public static int chunkOf(long id) {
    return (int) (id >>> CHUNK_BITS);
  }

  /** What is to be stored of a chunk. */
  public Chunk chunk(int index) {
    return new Chunk(part(known, index), part(gone, index));
  }

  private static RoaringBitmap part(RoaringBitmap ids, int chunk) {
    long start = (long) chunk << CHUNK_BITS;
    RoaringBitmap range = RoaringBitmap.bitmapOfRange(start, start + (1L << CHUNK_BITS));
    range.and(ids);
    range.runOptimize();
    return range;
  }

  /**
   * The chunks that a checkpoint has to store; none while one is under way or it is not time yet.
   */
  public synchronized List<Integer> beginCheckpoint(boolean now) {
    forgetConfirmed();
    if (size == 0 || outstanding > 0 || (size < MANY && !now)) {
      return List.of();
    }
    List<Integer> chunks =
        IntStream.range(0, size).map(i -> chunkOf(fresh[i])).distinct().boxed().toList();
    covered = size;
    outstanding = chunks.size();
    return chunks;
  }

  /** Connect has taken a record of the checkpoint; called on any thread. */
  public synchronized void confirm() {
    if (outstanding > 0 && --outstanding == 0) {
      confirmed = true;
    }
  }

  /** Marks taken before keep the old array. */
  private void forgetConfirmed() {
    if (confirmed) {
      fresh = Arrays.copyOfRange(fresh, covered, Math.max(size, covered + 64));
      size -= covered;
      covered = 0;
      confirmed = false;
    }
  }
}
