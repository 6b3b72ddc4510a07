package io.psastream.connectwise.source.offset;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.roaringbitmap.RoaringBitmap;

/**
 * The ids of the items that were sent and are not known to be deleted. A sweep compares them with
 * the ids that still exist. Checkpoints store them in chunks, each of them an offset of its own;
 * ids that are in no stored chunk yet are <em>fresh</em> and are part of the offsets of records. An
 * id stays fresh until Connect confirms its checkpoint, so that it is stored at every moment.
 *
 * <p>Used by one thread at a time, except for {@link #confirm}.
 */
public final class KnownIds {

  /** A chunk spans 2^20 ids, 128 KiB at most. */
  static final int CHUNK_BITS = 20;

  /** The number of chunks: ids are positive 32-bit integers (openapi: int32). */
  public static final int CHUNKS = 1 << (31 - CHUNK_BITS);

  /** With this many fresh ids a checkpoint is made, so that offsets stay small. */
  private static final int MAX_FRESH = 20_000;

  private final RoaringBitmap known = new RoaringBitmap();

  /** Ids that were removed, but that an older offset may still list as fresh. */
  private final RoaringBitmap gone = new RoaringBitmap();

  private int[] fresh = new int[64];
  private int size;

  /** How many of the fresh ids the current checkpoint stores. */
  private int covered;

  /** How many records of the current checkpoint Connect has not confirmed yet. */
  private int outstanding;

  private boolean confirmed;

  /** The fresh ids of one moment. */
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
   * The stored state of a chunk.
   *
   * @param gone removed ids that an offset may still list as fresh
   */
  public record Chunk(RoaringBitmap ids, RoaringBitmap gone) {}

  /** Restores the stored chunks and the fresh ids of an offset. */
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
      dropConfirmed();
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
    dropConfirmed();
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

  /** The current state of a chunk. */
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
   * Begins a checkpoint: the chunks that it has to store; none while another is unconfirmed.
   *
   * @param now whether to begin although there are few fresh ids
   */
  public synchronized List<Integer> beginCheckpoint(boolean now) {
    dropConfirmed();
    if (size == 0 || outstanding > 0 || (size < MAX_FRESH && !now)) {
      return List.of();
    }
    List<Integer> chunks =
        IntStream.range(0, size).map(i -> chunkOf(fresh[i])).distinct().boxed().toList();
    covered = size;
    outstanding = chunks.size();
    return chunks;
  }

  /** Connect has written a record of the checkpoint to Kafka; called on any thread. */
  public synchronized void confirm() {
    if (outstanding > 0 && --outstanding == 0) {
      confirmed = true;
    }
  }

  /** Copies the rest, because earlier marks still read the old array. */
  private void dropConfirmed() {
    if (confirmed) {
      fresh = Arrays.copyOfRange(fresh, covered, Math.max(size, covered + 64));
      size -= covered;
      covered = 0;
      confirmed = false;
    }
  }
}
