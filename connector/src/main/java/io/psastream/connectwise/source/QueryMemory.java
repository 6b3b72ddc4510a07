package io.psastream.connectwise.source;

import io.psastream.connectwise.source.config.Reading;
import io.psastream.connectwise.source.config.Reading.Mode;
import io.psastream.connectwise.source.offset.KnownIds;
import io.psastream.connectwise.source.offset.SourceOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What a query remembers in Connect's offsets.
 *
 * @param stored the offset of the last record that was committed
 * @param known the ids of the items sent; empty where deletions are not detected
 * @param checkpoints stores what no item carries; present where a heartbeat topic is configured
 */
record QueryMemory(
    Optional<SourceOffset> stored, Optional<KnownIds> known, Optional<Checkpoints> checkpoints) {

  /** The part of the stored offset that holds although mode or paging may have been changed. */
  Optional<SourceOffset> usable(Reading reading) {
    return stored.flatMap(
        offset -> offset.usable(reading.mode() == Mode.INCREMENTAL, reading.strategy().byId()));
  }

  /** Whether known ids have to be stored before there is room for more. */
  boolean full() {
    return known.filter(KnownIds::full).isPresent();
  }

  /**
   * Stores known ids while there is no room for more.
   *
   * @see Checkpoints#makeRoom
   */
  List<SourceRecord> makeRoom(Optional<Map<String, ?>> standing) {
    return checkpoints.orElseThrow().makeRoom(known.orElseThrow(), standing);
  }

  /**
   * Records that store known ids.
   *
   * @param now whether to store them although they are few
   */
  List<SourceRecord> ofKnownIds(boolean now) {
    return checkpoints
        .flatMap(store -> known.map(ids -> store.ofKnownIds(ids, now)))
        .orElseGet(List::of);
  }

  /**
   * Connect is done with a record of any query.
   *
   * @return whether an offset of this query has reached Kafka with it
   */
  boolean confirm(SourceRecord record, boolean written) {
    return checkpoints.filter(store -> store.confirm(record, written, known)).isPresent();
  }
}
