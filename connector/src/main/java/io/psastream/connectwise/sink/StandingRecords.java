package io.psastream.connectwise.sink;

import io.psastream.connectwise.sink.lane.Offsets;
import io.psastream.connectwise.sink.lane.Offsets.Position;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * The records that found the site unavailable and are not applied yet, and since when they stand.
 * Used on the task's own thread.
 */
final class StandingRecords {

  /**
   * So many records may be settled after one that stands, which a restart would apply again, and as
   * many more in each minute: its partition must not stop, or nobody could tell a record that alone
   * fails from an outage.
   */
  private static final int AHEAD = 500;

  private final Offsets offsets;
  private final LongSupplier nanos;
  private final Map<Position, Long> standing = new HashMap<>();

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   */
  StandingRecords(Offsets offsets, LongSupplier nanos) {
    this.offsets = offsets;
    this.nanos = nanos;
  }

  /** A record came to this outcome; one of a closed partition is no longer this task's. */
  void note(PendingRecord record, Outcome outcome) {
    if (outcome instanceof Outcome.Unavailable && !record.position().orphaned()) {
      long now = nanos.getAsLong();
      record.parts().forEach(part -> standing.putIfAbsent(part.position(), now));
    } else if (!standing.isEmpty()) {
      record.parts().forEach(part -> standing.remove(part.position()));
    }
  }

  /** Those of these partitions in which much is settled after a record that stands. */
  Set<TopicPartition> farAhead(Set<TopicPartition> assigned) {
    if (standing.isEmpty()) {
      return Set.of();
    }
    long now = nanos.getAsLong();
    Set<TopicPartition> far = new HashSet<>();
    standing.forEach(
        (position, since) -> {
          long minutes = Duration.ofNanos(now - since).toMinutes();
          if (offsets.settledAfter(position) > AHEAD * (1 + minutes)) {
            far.add(position.partition());
          }
        });
    far.retainAll(assigned);
    return far;
  }

  /** The records of these partitions are no longer this task's. */
  void forget(Set<TopicPartition> closed) {
    standing.keySet().removeIf(position -> closed.contains(position.partition()));
  }
}
