package io.psastream.connectwise.sink;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
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

  private static final class Lane {
    private final Deque<Work> queue = new ArrayDeque<>();
    private boolean standing;
  }

  /** Adds a record at the end of its lane. */
  void add(Work work) {
    Lane lane = lanes.computeIfAbsent(work.lane(), key -> new Lane());
    lane.queue.add(work);
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
  Optional<Work> turn(long now) {
    for (int i = ready.size(); i > 0; i--) {
      Lane lane = ready.remove();
      if (lane.queue.element().nanosLeft(now) <= 0) {
        lane.standing = true;
        return Optional.of(lane.queue.element());
      }
      ready.add(lane);
    }
    return Optional.empty();
  }

  /** How long the lane rests that is next to have its turn; empty when none rests. */
  OptionalLong rest(long now) {
    return ready.stream()
        .mapToLong(lane -> lane.queue.element().nanosLeft(now))
        .filter(left -> left > 0)
        .min();
  }

  /** Ends the turn of a record that stays undone: its lane is behind the others now. */
  void putBack(Work work) {
    Lane lane = lanes.get(work.lane());
    lane.standing = false;
    ready.add(lane);
  }

  /** Ends the turn of a record for good. */
  void remove(Work work) {
    Lane lane = lanes.get(work.lane());
    lane.queue.remove();
    pending--;
    if (lane.queue.isEmpty()) {
      lanes.remove(work.lane());
    } else {
      putBack(lane.queue.element());
    }
  }

  /** Takes out the records of these partitions that do not have their turn. */
  List<Work> drop(Set<TopicPartition> partitions) {
    List<Work> dropped = new ArrayList<>();
    for (Lane lane : lanes.values()) {
      Iterator<Work> queue = lane.queue.iterator();
      if (lane.standing) {
        queue.next();
      }
      while (queue.hasNext()) {
        Work work = queue.next();
        if (partitions.contains(work.position().partition())) {
          dropped.add(work);
          queue.remove();
        }
      }
    }
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
