package io.psastream.connectwise.source;

import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PageReader.Page;
import io.psastream.connectwise.source.config.Passes.Deletes;
import io.psastream.connectwise.source.offset.KnownIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * Detects deletions: reads the ids of all items, and takes the known ones that are missing. Each is
 * confirmed by a request of its own. If too many are missing the pass fails, because a change of
 * permissions is more likely than so many deletions (P24 to P26a).
 */
final class SweepPass implements Pass {

  /** Missing ids that are confirmed for one batch, by one request each. */
  private static final int CONFIRMED_PER_BATCH = 50;

  /** Nor is anything confirmed for a batch that has taken so long. */
  private static final Duration MOMENT = Duration.ofSeconds(1);

  /** More is missing than is believed. */
  static final class SweepRefusedException extends ConnectException {
    private static final long serialVersionUID = 1;

    private SweepRefusedException(String message) {
      super(message);
    }
  }

  private final QueryReader reader;
  private final Deletes deletes;
  private final KnownIds known;
  private final Checkpoints checkpoints;
  private final Consumer<List<Long>> deleted;
  private final Supplier<Page> pages;
  private final RoaringBitmap missing;
  private Optional<PeekableIntIterator> suspects = Optional.empty();

  /**
   * @param deleted told of deleted items before their tombstones are handed over
   */
  SweepPass(QueryReader reader, QueryMemory memory, Consumer<List<Long>> deleted) {
    this.reader = reader;
    this.deletes = reader.query().passes().deletes().orElseThrow();
    this.known = memory.known().orElseThrow();
    this.checkpoints = memory.checkpoints().orElseThrow();
    this.deleted = deleted;
    this.pages = reader.ids();
    this.missing = known.copy();
  }

  @Override
  public Batch next() {
    return suspects.isEmpty() ? read() : confirm(suspects.get());
  }

  private Batch read() {
    Page page = pages.get();
    for (Item item : page.items()) {
      // What is not known is not looked for, and must not stand for what is.
      item.id().stream().filter(KnownIds::takes).forEach(id -> missing.remove((int) id));
    }
    if (!page.last()) {
      return new Batch(List.of(), false);
    }
    checkRatio();
    suspects = Optional.of(missing.getIntIterator());
    return new Batch(List.of(), missing.isEmpty());
  }

  private void checkRatio() {
    long before = known.count();
    long fewer = missing.getLongCardinality();
    if (fewer > before * deletes.maxRatio()) {
      throw new SweepRefusedException(
          "Query "
              + reader.query().name()
              + " does not find "
              + fewer
              + " of "
              + before
              + " known items, more than deletes.max.ratio permits ("
              + deletes.maxRatio()
              + "). No deletion was sent. Check whether the role, location or board of the API member"
              + " has changed; if the items were really deleted, raise deletes.max.ratio"
              + " temporarily. The task stops.");
    }
  }

  /** As many as can be confirmed in a moment, so that windows do not wait for the rest. */
  private Batch confirm(PeekableIntIterator ids) {
    List<Long> gone = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0;
        i < CONFIRMED_PER_BATCH && ids.hasNext() && System.nanoTime() - start < MOMENT.toNanos();
        i++) {
      int id = ids.peekNext();
      try {
        // The iterator moves on after the answer, so that after a failure the id is asked for
        // again.
        // Of one that is not known any more, a signal has brought the tombstone meanwhile.
        if (known.contains(id) && reader.isGone(deletes.get(), id)) {
          gone.add((long) id);
        }
      } catch (ApiException e) {
        if (gone.isEmpty()) {
          throw e;
        }
        break; // what was confirmed goes first: later it may be wrong
      }
      ids.next();
    }
    deleted.accept(gone);
    return new Batch(checkpoints.tombstones(gone, known), !ids.hasNext());
  }
}
