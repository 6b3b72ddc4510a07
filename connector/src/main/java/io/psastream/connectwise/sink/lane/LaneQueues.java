package io.psastream.connectwise.sink.lane;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Work waiting in lanes, and the order in which the lanes take turns. A lane whose first record has
 * its turn stands until that record is removed or put back. Not safe for several threads.
 */
final class LaneQueues {

  private final Map<LaneKey, Lane> lanes = new HashMap<>();
  private final Deque<Lane> ready = new ArrayDeque<>();
  private int pending;
  private long lastRest;
  private boolean rested;

  private static final class Lane {
    private final Deque<PendingRecord> queue = new ArrayDeque<>();
    private boolean standing;

    /** The first record, with those behind it that can be made one with it. */
    private PendingRecord begin() {
      PendingRecord record = queue.remove();
      while (!queue.isEmpty()) {
        Optional<PendingRecord> both = record.with(queue.element());
        if (both.isEmpty()) {
          break;
        }
        queue.remove();
        record = both.get();
      }
      queue.addFirst(record);
      record.start();
      standing = true;
      return record;
    }

    private void drop(Set<TopicPartition> partitions, List<PendingRecord> dropped) {
      List<PendingRecord> all = List.copyOf(queue);
      queue.clear();
      for (PendingRecord record : all) {
        boolean untouched =
            (standing && queue.isEmpty())
                || record.parts().stream().noneMatch(part -> of(partitions, part));
        if (untouched) {
          queue.add(record);
        } else {
          record.parts().forEach(part -> (of(partitions, part) ? dropped : queue).add(part));
        }
      }
    }

    private static boolean of(Set<TopicPartition> partitions, PendingRecord record) {
      return partitions.contains(record.position().partition());
    }
  }

  /** Adds a record at the end of its lane. */
  void add(PendingRecord record) {
    Lane lane = lanes.computeIfAbsent(record.lane(), key -> new Lane());
    lane.queue.add(record);
    pending++;
    if (lane.queue.size() == 1) {
      ready.add(lane);
    }
  }

  /**
   * The first record of the lane whose turn it is; empty when every lane stands or rests.
   *
   * @param now the time of the clock that records rest by
   */
  Optional<PendingRecord> turn(long now) {
    for (int i = ready.size(); i > 0; i--) {
      Lane lane = ready.remove();
      if (lane.queue.element().nanosLeft(now) <= 0) {
        return Optional.of(lane.begin());
      }
      ready.add(lane);
    }
    return Optional.empty();
  }

  /** How long the lane rests that is next to have its turn; empty when none rests. */
  OptionalLong rest(long now) {
    if (!rested || lastRest - now <= 0) {
      return OptionalLong.empty(); // not worth to look
    }
    return ready.stream()
        .mapToLong(lane -> lane.queue.element().nanosLeft(now))
        .filter(left -> left > 0)
        .min();
  }

  /** Lets the lane of this work rest until a time of the clock. */
  void rest(PendingRecord record, long until) {
    record.restUntil(until);
    lastRest = rested && lastRest - until > 0 ? lastRest : until;
    rested = true;
  }

  /** Ends the turn of work that stays undone: its lane is behind the others now. */
  void putBack(PendingRecord record) {
    end(record, List.of(record));
  }

  /** Ends the turn of work for good. */
  void remove(PendingRecord record) {
    end(record, List.of());
  }

  /** Ends the turn of work of which this is left, to be done before what is behind it. */
  void end(PendingRecord record, List<PendingRecord> left) {
    Lane lane = lanes.get(record.lane());
    lane.queue.remove();
    pending -= record.parts().size();
    for (int i = left.size() - 1; i >= 0; i--) {
      lane.queue.addFirst(left.get(i));
      pending += left.get(i).parts().size();
    }
    lane.standing = false;
    if (lane.queue.isEmpty()) {
      lanes.remove(record.lane());
    } else {
      ready.add(lane);
    }
  }

  /** Takes out the records of these partitions that do not have their turn. */
  List<PendingRecord> drop(Set<TopicPartition> partitions) {
    List<PendingRecord> dropped = new ArrayList<>();
    lanes.values().forEach(lane -> lane.drop(partitions, dropped));
    pending -= dropped.size();
    lanes.values().removeIf(lane -> lane.queue.isEmpty());
    ready.removeIf(lane -> lane.queue.isEmpty());
    return dropped;
  }

  /** How many records there are, those that have their turn included. */
  int pending() {
    return pending;
  }
}
