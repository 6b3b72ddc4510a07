package io.psastream.connectwise.source;

import io.psastream.connectwise.source.Pass.Batch;
import io.psastream.connectwise.source.config.Passes.PassKind;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The passes of one query, a batch of one after a batch of another, as {@link PollLoop} sees them.
 * Called by several threads, but by one at a time, except for {@link #confirm} and {@link
 * #heartbeat}.
 */
interface PassSource {

  /** When the next pass of a kind is due. */
  enum Then {
    /** At once: this one only completed a window that a stop had interrupted. */
    AGAIN,
    /** As scheduled. */
    SCHEDULED,
    /** As scheduled, and later the longer nothing is found, as now. */
    IDLE
  }

  /** The name of the query in messages. */
  String name();

  /** What the query's metrics say of it. */
  QueryMeter meter();

  /** What is told of the query in the notification topic. */
  default QueryNotices notices() {
    return QueryNotices.NONE;
  }

  /**
   * The next batch of the pass of this kind that is under way, or the first of a new one. Runs on a
   * reader's thread.
   *
   * @throws io.psastream.connectwise.client.ApiException when it failed; the next call continues at
   *     the same place
   */
  Batch next(PassKind kind);

  /**
   * Ends the pass of this kind after its last batch.
   *
   * @return when the next one of its kind is due
   */
  Then finish(PassKind kind);

  /**
   * The pass of this kind is skipped; a later call of {@link #next} continues it or starts a new
   * one.
   */
  void skip(PassKind kind);

  /** What signals ask of the query becomes due. */
  default void signalled(PassScheduler scheduler, long now) {}

  /** A record that stores whether the query is paused, where that has changed. */
  default Optional<SourceRecord> pauseToStore() {
    return Optional.empty();
  }

  /**
   * A record that carries only an offset; empty while the query has none.
   *
   * @param standing the offset after the last batch that was handed over; empty before the first
   */
  Optional<SourceRecord> heartbeat(Optional<Map<String, ?>> standing);

  /**
   * Connect is done with a record of any query; called on any thread.
   *
   * @param written whether it is in Kafka; else a transformation has dropped it, or an error was
   *     tolerated
   * @return whether an offset of this query has reached Kafka with it
   */
  boolean confirm(SourceRecord record, boolean written);
}
