package io.psastream.connectwise.sink;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.SinkInHand.VALUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Connect's sink task and its consumer as they are, with wake-ups wherever a pause or a resume may
 * wake them, and with another member of the group that takes partitions and gives them back, not
 * all of what it has applied committed. No record may be left out, nor be committed before it is
 * applied, nor be applied before the one before it.
 */
final class InterruptedRebalancePropertyTest {

  private static final int RECORDS = 60;

  /** Offsets of a partition begin at this, times its number, so that an offset is of one record. */
  private static final long APART = 1_000;

  /** So many in each partition. */
  private static final int KEYS = 2;

  private static final RecordRouter UPDATES =
      new RecordRouter(
          Fixtures.routes(
              "mutate.operation.id", "patchServiceTicketsById", "options", "{\"id\":\"${key}\"}"),
          Fixtures.CATALOG);

  /** Of a record at an offset. */
  private static long key(long offset) {
    return offset - offset % APART + offset % KEYS;
  }

  static LongStream seeds() {
    return LongStream.range(0, 60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyRecordIsAppliedAndNoneCommittedBefore(long seed) {
    Connect connect = new Connect(new Random(seed));
    for (int i = 0; i < 60; i++) {
      connect.iterate(true);
    }
    connect.calm();
    assertThat(connect.applied).hasSize(3 * RECORDS);
    assertThat(connect.outOfOrder()).isEmpty();
  }

  /** {@code WorkerSinkTask}, the consumer, and the broker. */
  private static final class Connect {
    private final Random random;
    private final List<TopicPartition> all =
        List.of(
            SinkInHand.PARTITION,
            new TopicPartition(Fixtures.TOPIC, 1),
            new TopicPartition(Fixtures.TOPIC, 2));
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final Map<TopicPartition, Long> position = new HashMap<>();
    private final Map<TopicPartition, Long> delivered = new HashMap<>();
    private final Set<Long> applied = new TreeSet<>();

    /** All writes of all members, as the site sees them. */
    private final List<Long> writes = new ArrayList<>();

    private TaskContext context;
    private SinkInHand sink;
    private boolean wokenInCommit;

    Connect(Random random) {
      this.random = random;
      all.forEach(partition -> committed.put(partition, first(partition)));
      start();
    }

    private static long first(TopicPartition partition) {
      return partition.partition() * APART;
    }

    private void start() {
      context = TaskContext.withReporter();
      sink = new SinkInHand(context, Optional.empty(), UPDATES, this::apply);
      position.clear();
      delivered.clear();
      wokenInCommit = false;
    }

    /** An update whose partition is gone is ended before it is sent. */
    private Outcome apply(PendingRecord record) {
      if (record.position().orphaned()) {
        return new Outcome.Cancelled();
      }
      write(record.record().kafkaOffset());
      return new Outcome.Delivered(List.of());
    }

    private void write(long offset) {
      applied.add(offset);
      writes.add(offset);
    }

    /** What another round of its loop does, with wake-ups or without. */
    void iterate(boolean wild) {
      if (context.commits > 0 || chance(5)) {
        context.commits = 0;
        commit(sink.preCommit(delivered));
      }
      context.setBack.forEach(
          (partition, offset) -> {
            assertThat(position).containsKey(partition);
            position.put(partition, offset);
            delivered.put(partition, offset);
          });
      context.setBack.clear();
      boolean joined = !wild || !chance(4) || rebalance();
      if (!joined || (wild && chance(15))) {
        return; // woken before anything was polled
      }
      List<SinkRecord> polled = poll();
      if (wokenInCommit) {
        wokenInCommit = false;
        return; // and what was polled is dropped
      }
      put(polled);
    }

    private void put(List<SinkRecord> polled) {
      try {
        sink.put(polled.toArray(SinkRecord[]::new));
      } catch (ConnectException e) {
        assertThat(e).hasMessageContaining("restart the task");
        start();
        return;
      }
      polled.forEach(it -> delivered.put(partition(it), it.kafkaOffset() + 1));
      if (!chance(4)) {
        sink.executor.runAll();
      }
    }

    private TopicPartition partition(SinkRecord record) {
      return all.get(record.kafkaPartition());
    }

    private List<SinkRecord> poll() {
      List<SinkRecord> polled = new ArrayList<>();
      position.replaceAll(
          (partition, from) -> {
            long end = Math.min(from + random.nextInt(4), first(partition) + RECORDS);
            for (long offset = from; offset < end; offset++) {
              polled.add(record(partition.partition(), offset, "" + key(offset), VALUE));
            }
            return end;
          });
      return polled;
    }

    /**
     * The partitions are revoked, or lost, as of a member that was stopped for longer than its
     * session; whether it came to its end, or else goes on in the next poll.
     */
    private boolean rebalance() {
      Set<TopicPartition> revoked = Set.copyOf(position.keySet());
      if (!revoked.isEmpty()) {
        boolean lost = chance(4);
        if (!lost) {
          Map<TopicPartition, Long> offsets = new HashMap<>(delivered);
          offsets.keySet().retainAll(revoked);
          commit(sink.preCommit(offsets));
        }
        revoked.forEach(sink::revoke);
        if (!lost && chance(2)) {
          wokenInCommit = true; // and does not forget what was delivered
        } else {
          delivered.keySet().removeAll(revoked);
        }
      }
      position.clear();
      if (chance(3)) {
        return true; // others have yet to join
      }
      Set<TopicPartition> assigned = new HashSet<>(all);
      assigned.removeIf(partition -> chance(3));
      all.stream().filter(it -> !assigned.contains(it)).forEach(this::otherMember);
      boolean told = !chance(3);
      for (TopicPartition partition : assigned) {
        position.put(partition, committed.get(partition));
        if (told || chance(2)) {
          delivered.put(partition, committed.get(partition));
        }
      }
      if (told) {
        sink.assign(assigned.toArray(TopicPartition[]::new));
      } else {
        context.assign(assigned.toArray(TopicPartition[]::new));
      }
      return told;
    }

    private void otherMember(TopicPartition partition) {
      long begin = committed.get(partition);
      long end = Math.min(begin + random.nextInt(6), first(partition) + RECORDS);
      LongStream.range(begin, end).forEach(this::write);
      committed.put(partition, begin + random.nextInt((int) (end - begin) + 1));
    }

    private void commit(Map<TopicPartition, Long> offsets) {
      offsets.forEach(
          (partition, offset) -> {
            assertThat(offset).isLessThanOrEqualTo(delivered.get(partition));
            if (!position.containsKey(partition)) {
              return; // which Connect ignores
            }
            assertThat(applied)
                .as("below %s of %s", offset, partition)
                .containsAll(records(partition, offset));
            committed.put(partition, offset);
          });
    }

    private static List<Long> records(TopicPartition partition, long end) {
      return LongStream.range(first(partition), end).boxed().toList();
    }

    private boolean chance(int in) {
      return random.nextInt(in) == 0;
    }

    /** Nothing happens any more: first where it is, then where it has all partitions. */
    void calm() {
      settle();
      position
          .keySet()
          .forEach(
              partition ->
                  assertThat(applied)
                      .as("without another rebalance, of %s", partition)
                      .containsAll(records(partition, first(partition) + RECORDS)));
      commit(sink.preCommit(delivered));
      Set.copyOf(position.keySet()).forEach(sink::revoke);
      delivered.clear();
      all.forEach(partition -> position.put(partition, committed.get(partition)));
      delivered.putAll(position);
      sink.assign(all.toArray(TopicPartition[]::new));
      settle();
    }

    private void settle() {
      for (int i = 0; i < 60; i++) {
        iterate(false);
        sink.executor.runAll();
      }
    }

    /** Writes that do not follow the one before them in their key, and keys left at an old one. */
    List<String> outOfOrder() {
      Map<Long, Long> last = new HashMap<>();
      List<String> wrong = new ArrayList<>();
      for (long write : writes) {
        Long before = last.put(key(write), write);
        boolean first = before == null && write % APART < KEYS;
        if (!first && (before == null || write > before + KEYS)) {
          wrong.add(write + " after " + before);
        }
      }
      last.values().removeIf(write -> write % APART >= RECORDS - KEYS);
      last.values().forEach(write -> wrong.add(write + " is the last"));
      return wrong;
    }
  }
}
