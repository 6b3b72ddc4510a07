package io.psastream.connectwise.source;

import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.SourceConfig;
import io.psastream.connectwise.source.offset.Commits;
import io.psastream.connectwise.source.offset.KnownIds;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.SourcePartition;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Connect's offsets hold of one query when a task starts. It may lie in another place than
 * where the query stores from now on, since Connect cannot rename an offset. What cannot be read
 * ends the task with a {@link ConnectException} that names the query and the remedy.
 */
final class StoredQuery {

  private static final Logger LOG = LoggerFactory.getLogger(StoredQuery.class);

  private final Query query;
  private final OffsetStorageReader offsets;
  private final Map<String, String> partition;
  private final Map<String, String> place;

  private StoredQuery(
      Query query,
      OffsetStorageReader offsets,
      Map<String, String> partition,
      Map<String, String> place) {
    this.query = query;
    this.offsets = offsets;
    this.partition = partition;
    this.place = place;
  }

  /**
   * Finds a query: one that was stored in a former form of the options goes on there, and what a
   * query without a name has stored is stored again under the name that it got.
   */
  static StoredQuery of(Query query, SourceConfig config, OffsetStorageReader offsets) {
    Map<String, String> own = SourcePartition.of(config.connection(), query);
    if (offsets.offset(own) != null || !config.goesOn(query)) {
      return new StoredQuery(query, offsets, own, own);
    }
    return SourcePartition.former(config.connection(), query).stream()
        .filter(former -> offsets.offset(former) != null)
        .findFirst()
        .map(
            former ->
                new StoredQuery(
                    query, offsets, query.offsetName().isPresent() ? own : former, former))
        .orElseGet(() -> new StoredQuery(query, offsets, own, own));
  }

  Query query() {
    return query;
  }

  /** Where the query stores from now on. */
  Map<String, String> partition() {
    return partition;
  }

  /** Whether it goes on in another place, which has nothing of it yet. */
  private boolean moves() {
    return !partition.equals(place);
  }

  /** The offset of the last record that was committed; the log says what it means. */
  Optional<SourceOffset> offset() {
    Optional<SourceOffset> stored =
        Optional.ofNullable(offsets.offset(place))
            .map(offset -> readable(() -> SourceOffset.fromMap(offset)));
    if (stored.isEmpty()) {
      LOG.info(
          "Query {} begins anew: no offset is stored for its site, company, operation and {}."
              + " If it has run before, one of these was changed.",
          query.name(),
          query.offsetName().map(name -> "offset.name").orElse("options"));
    } else if (moves()) {
      LOG.info(
          "Query {} goes on where it was before it had this offset.name: {}. To begin anew, reset"
              + " that offset, too.",
          query.name(),
          place);
    } else {
      LOG.info(
          "Query {} goes on where its stored offset says. What was sent before is not sent again,"
              + " nor to another topic; to have that, reset the offset.",
          query.name());
    }
    return stored;
  }

  /**
   * The ids of the items that were sent; empty where deletions are not detected.
   *
   * @param stored the offset, which has those that are in no chunk yet
   * @param commits told what Connect has committed
   * @param counted where ids are counted that cannot be remembered
   */
  Optional<KnownIds> known(Optional<SourceOffset> stored, Commits commits, Metrics counted) {
    return query
        .passes()
        .deletes()
        .map(
            deletes -> {
              KnownIds known = new KnownIds(commits, leftOut(counted));
              return readable(
                  () -> {
                    known.restore(
                        Checkpoints.restore(place, offsets),
                        stored.map(SourceOffset::fresh).orElseGet(RoaringBitmap::new));
                    if (moves()) {
                      known.forgetStored();
                    }
                    return known;
                  });
            });
  }

  /** Counts items whose ids a sweep cannot remember, and says once that there are some. */
  private Runnable leftOut(Metrics counted) {
    AtomicBoolean told = new AtomicBoolean();
    return () -> {
      counted.add(Metric.IDS_OUT_OF_RANGE, 1);
      if (!told.getAndSet(true)) {
        LOG.warn(
            "Query {} reads items whose ids are not from 0 to {}. They arrive as all others do, but"
                + " deletes.detect=sweep does not find their deletions; the metric"
                + " ids-out-of-range-total counts them.",
            query.name(),
            Integer.MAX_VALUE);
      }
    };
  }

  /** Whether a signal has paused the query. */
  boolean paused() {
    Map<String, Object> stored = offsets.offset(SourcePartition.pause(partition));
    boolean paused = stored != null && readable(() -> Checkpoints.paused(stored));
    if (paused) {
      LOG.warn(
          "Query {} is paused by a signal and reads nothing until it is resumed.", query.name());
    }
    return paused;
  }

  private <T> T readable(Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException e) {
      throw new ConnectException(
          "The stored offset of query "
              + query.name()
              + " cannot be read: "
              + e.getMessage()
              + ". Alter or reset it through the offsets REST API; the task stops.",
          e);
    }
  }
}
