package io.psastream.connectwise.source.offset;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.roaringbitmap.RoaringBitmap;

/**
 * The ids of the items that were sent and are not known to be deleted. A sweep compares them with
 * the ids that still exist. Checkpoints store them in chunks, each of them an offset of its own;
 * ids that are in no stored chunk yet are <em>fresh</em> and are part of the offsets of records. An
 * id stays fresh until Connect has stored the offsets of its checkpoint ({@link Commits}), so that
 * it is stored at every moment.
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

  /** The most bytes of fresh ids in an offset, before they are deflated and made text. */
  static final int LARGEST_FRESH = 300_000;

  /** What a page may add: 1,000 ids of ten bytes at most, were each in a container of its own. */
  private static final int PAGE = 10_000;

  private final RoaringBitmap known = new RoaringBitmap();

  /** Ids that were removed, but that an older offset may still list as fresh. */
  private final RoaringBitmap gone = new RoaringBitmap();

  private final Commits commits;
  private final Runnable leftOut;
  private int[] fresh = new int[64];
  private int size;

  /** The same ids as a set, for its size in an offset. */
  private RoaringBitmap freshSet = new RoaringBitmap();

  /** How many of the fresh ids the current checkpoint stores. */
  private int covered;

  /** How many records of the current checkpoint Connect has said nothing about yet. */
  private int outstanding;

  /** Whether one of the records of the current checkpoint has not reached Kafka. */
  private boolean dropped;

  /** How many checkpoints in a row have not reached Kafka. */
  private int lost;

  /** When all records of the current checkpoint were acknowledged. */
  private OptionalLong acknowledged = OptionalLong.empty();

  /** The fresh ids of one moment. */
  public static final class FreshIds {
    private final int[] ids;
    private final int size;

    private FreshIds(int[] ids, int size) {
      this.ids = ids;
      this.size = size;
    }

    /**
     * As many as an offset has room for, the newest first. There are more only where one page has
     * so many: {@link KnownIds#full}.
     */
    public RoaringBitmap ids() {
      int from = 0;
      RoaringBitmap newest = since(from);
      while (newest.serializedSizeInBytes() > LARGEST_FRESH) {
        from += (size - from + 1) / 2;
        newest = since(from);
      }
      return newest;
    }

    private RoaringBitmap since(int from) {
      RoaringBitmap newest = RoaringBitmap.bitmapOf(Arrays.copyOfRange(ids, from, size));
      newest.runOptimize();
      return newest;
    }
  }

  /** Knows no ids yet; told of what Connect has stored by {@code commits}. */
  public KnownIds(Commits commits) {
    this(commits, () -> {});
  }

  /**
   * The same.
   *
   * @param leftOut called for each id that is to be added and that this cannot hold
   */
  public KnownIds(Commits commits, Runnable leftOut) {
    this.commits = commits;
    this.leftOut = leftOut;
  }

  /** Whether this can hold an id: those from 0 to 2,147,483,647, all that the API specifies. */
  public static boolean takes(long id) {
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

  /** All ids are to be stored again, in another place than they were restored from. */
  public synchronized void forgetStored() {
    fresh = known.toArray();
    size = fresh.length;
    freshSet = known.clone();
    gone.clear();
  }

  /** An item was sent. Where its id cannot be held, its deletion will not be found. */
  public synchronized void add(long id) {
    if (!takes(id)) {
      leftOut.run();
    } else if (known.checkedAdd((int) id)) {
      gone.remove((int) id);
      dropStored();
      freshSet.add((int) id);
      if (size == fresh.length) {
        fresh = Arrays.copyOf(fresh, size * 2 + 1);
      }
      fresh[size++] = (int) id;
    }
  }

  /** An item is known to be deleted. */
  public void remove(long id) {
    if (takes(id)) {
      known.remove((int) id);
      gone.add((int) id);
    }
  }

  public synchronized FreshIds mark() {
    dropStored();
    return new FreshIds(fresh, size);
  }

  /** Whether an item was sent and is not known to be deleted. */
  public boolean contains(long id) {
    return takes(id) && known.contains((int) id);
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

  /** Whether the offsets of another page might have no room for all fresh ids. */
  public synchronized boolean full() {
    dropStored();
    return freshSet.serializedSizeInBytes() > LARGEST_FRESH - PAGE;
  }

  /** Waits for the next commit, after which there may be room, but not for longer than this. */
  public void awaitCommit(Duration longest) throws InterruptedException {
    commits.await(longest);
  }

  /** Whether the last checkpoint has not reached Kafka. */
  public synchronized boolean lost() {
    return lost > 0;
  }

  /**
   * Begins a checkpoint: the chunks that it has to store; none while another is not stored yet.
   *
   * @param now whether to begin although there are few fresh ids
   */
  public synchronized List<Integer> beginCheckpoint(boolean now) {
    dropStored();
    if (size == 0 || outstanding > 0 || acknowledged.isPresent()) {
      return List.of();
    }
    if (size < MAX_FRESH * (1L + lost) && !now) {
      return List.of();
    }
    List<Integer> chunks =
        IntStream.range(0, size).map(i -> chunkOf(fresh[i])).distinct().boxed().toList();
    covered = size;
    outstanding = chunks.size();
    return chunks;
  }

  /**
   * A record of the checkpoint was written to Kafka, or was dropped on its way there; called on any
   * thread.
   *
   * @return whether the checkpoint is lost by that, and the one before was not; its ids stay fresh
   */
  public synchronized boolean confirm(boolean written) {
    if (outstanding == 0) {
      return false;
    }
    dropped |= !written;
    if (--outstanding > 0) {
      return false;
    }
    if (dropped) {
      dropped = false;
      return ++lost == 1;
    }
    lost = 0;
    acknowledged = OptionalLong.of(commits.now());
    return false;
  }

  /** Copies the rest, because earlier marks still read the old array. */
  private void dropStored() {
    if (acknowledged.isPresent() && commits.storedSince(acknowledged.getAsLong())) {
      fresh = Arrays.copyOfRange(fresh, covered, Math.max(size, covered + 64));
      size -= covered;
      freshSet = RoaringBitmap.bitmapOf(Arrays.copyOf(fresh, size));
      acknowledged = OptionalLong.empty();
    }
  }
}
