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
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * Records waiting in lanes, and the order in which the lanes are served. A lane whose first record
 * is being applied is blocked until that record is removed or put back. Not safe for several
 * threads.
 */
final class LaneQueues {

  private final Map<LaneKey, Lane> lanes = new HashMap<>();
  private final Deque<Lane> ready = new ArrayDeque<>();
  private int pending;
  private long lastDelay;
  private boolean delayed;

  private static final class Lane {
    private final Deque<PendingRecord> queue = new ArrayDeque<>();
    private boolean blocked;

    /** The first record, coalesced with those behind it that can be. */
    private PendingRecord begin() {
      PendingRecord record = queue.remove();
      while (!queue.isEmpty()) {
        Optional<PendingRecord> both = record.coalesce(queue.element());
        if (both.isEmpty()) {
          break;
        }
        queue.remove();
        record = both.get();
      }
      queue.addFirst(record);
      record.start();
      blocked = true;
      return record;
    }

    private void drop(Set<TopicPartition> partitions, List<PendingRecord> dropped) {
      Optional<PendingRecord> head = blocked ? Optional.of(queue.remove()) : Optional.empty();
      for (PendingRecord record : List.copyOf(queue)) {
        if (partitions.contains(record.position().partition())) {
          queue.remove(record);
          dropped.addAll(record.parts());
        }
      }
      head.ifPresent(queue::addFirst);
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
   * Takes the first record of the next lane, which is then blocked; empty when every lane is
   * blocked, delayed or held.
   *
   * @param now the time of the clock that lanes are delayed by
   * @param held the records that must not go yet
   */
  Optional<PendingRecord> take(long now, Predicate<PendingRecord> held) {
    for (int i = ready.size(); i > 0; i--) {
      Lane lane = ready.remove();
      PendingRecord head = lane.queue.element();
      if (head.delayLeft(now) <= 0 && !held.test(head)) {
        return Optional.of(lane.begin());
      }
      ready.add(lane);
    }
    return Optional.empty();
  }

  /** How long until the first delayed lane goes on, in nanoseconds; empty when none is delayed. */
  OptionalLong shortestDelay(long now) {
    if (!delayed || lastDelay - now <= 0) {
      return OptionalLong.empty(); // not worth to look
    }
    return ready.stream()
        .mapToLong(lane -> lane.queue.element().delayLeft(now))
        .filter(left -> left > 0)
        .min();
  }

  /** Delays the lane of this record until a time of the clock. */
  void delay(PendingRecord record, long until) {
    record.delayUntil(until);
    lastDelay = delayed && lastDelay - until > 0 ? lastDelay : until;
    delayed = true;
  }

  /**
   * Puts a record that was not applied back at the head of its lane, which waits for the others.
   */
  void putBack(PendingRecord record) {
    putBack(record, List.of(record));
  }

  /** Removes a record that is settled, and unblocks its lane. */
  void remove(PendingRecord record) {
    putBack(record, List.of());
  }

  /** Puts the remaining parts back at the head of their lane. */
  void putBack(PendingRecord record, List<PendingRecord> left) {
    Lane lane = lanes.get(record.lane());
    lane.queue.remove();
    pending -= record.parts().size();
    for (int i = left.size() - 1; i >= 0; i--) {
      lane.queue.addFirst(left.get(i));
      pending += left.get(i).parts().size();
    }
    lane.blocked = false;
    if (lane.queue.isEmpty()) {
      lanes.remove(record.lane());
    } else {
      ready.add(lane);
    }
  }

  /** Takes out the records of these partitions that are not being applied. */
  List<PendingRecord> drop(Set<TopicPartition> partitions) {
    List<PendingRecord> dropped = new ArrayList<>();
    lanes.values().forEach(lane -> lane.drop(partitions, dropped));
    pending -= dropped.size();
    lanes.values().removeIf(lane -> lane.queue.isEmpty());
    ready.removeIf(lane -> lane.queue.isEmpty());
    return dropped;
  }

  /** How many records there are, those that are being applied included. */
  int pending() {
    return pending;
  }
}
