package io.psastream.connectwise.source;

import io.psastream.connectwise.source.Pass.Batch;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The passes of one query, one after the other: all that {@link PollLoop} knows of it. Calls may
 * come from several threads, but one at a time, except for {@link #confirm}.
 */
interface PassSource {

  /** The query's name in messages. */
  String name();

  /**
   * The next batch of the pass under way, or of a new one of this kind. Runs on a reader's thread.
   *
   * @throws io.psastream.connectwise.client.ApiException when it failed; calling again goes on
   *     there
   */
  Batch next(PassKind kind);

  /**
   * Ends the pass after its last batch.
   *
   * @return whether it only finished what a stop had interrupted, so that the next is wanted at
   *     once
   */
  boolean finish();

  /** The pass under way was refused. A later call of {@link #next} may go on with it. */
  void refuse(PassKind kind);

  /**
   * A record that tells no more than where the query stands; empty before there is anything to
   * tell.
   */
  Optional<SourceRecord> heartbeat();

  /** Connect has taken a record of this partition; called on any thread. */
  void confirm(Map<String, ?> partition);
}
