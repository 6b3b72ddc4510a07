package io.psastream.connectwise.sink.lane;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Which records are under way and which are settled, so that only offsets below which everything is
 * settled are committed, and no settled record is called again when it is delivered again.
 *
 * <p>Settled records are remembered until two more commits were answered for: the last one may have
 * failed. What has created something is remembered for {@link #KEPT} after that, since Connect does
 * not tell which commits fail, and each may. Across close and open of a partition only those are
 * remembered whose change nobody can undo, such as creates: of others, the task that had the
 * partition meanwhile may have applied older ones again, so all that follow them have to be applied
 * again, too. A remembered offset that comes back with another timestamp is another record (the
 * topic was created anew); the partition is forgotten then.
 *
 * <p>Used by the task's own thread alone. Coordinates are those of the record before any
 * transformation, which is what the consumer commits.
 */
public final class Offsets {

  /** Longer than brokers refuse commits before the partitions are another member's. */
  static final Duration KEPT = Duration.ofMinutes(15);

  /** Of more in a partition only those are kept that the last commit may not have covered. */
  private static final int MOST = 100_000;

  private final LongSupplier nanos;
  private final Map<TopicPartition, NavigableMap<Long, Position>> partitions = new HashMap<>();
  private final Map<TopicPartition, Long> answered = new HashMap<>();
  private final Map<TopicPartition, OldAnswer> oldAnswers = new HashMap<>();

  private record OldAnswer(long offset, long nanos) {}

  private enum State {
    PENDING,
    /** Its partition was closed while it was in flight. */
    ORPHANED,
    SETTLED,
    FORGOTTEN
  }

  /** The place of one record. */
  public static final class Position {

    private final TopicPartition partition;
    private final long offset;
    private final Long timestamp;

    /** The same record, in flight since before its partition was closed. */
    private final Optional<Position> former;

    private State state = State.PENDING;
    private volatile boolean repeated;
    private volatile boolean created;
    private volatile boolean ended;

    private Position(TopicPartition partition, SinkRecord record, Optional<Position> former) {
      this.partition = partition;
      this.former = former;
      this.offset = record.originalKafkaOffset();
      this.timestamp = record.timestamp();
    }

    public TopicPartition partition() {
      return partition;
    }

    /** Whether its partition was closed and it has not been delivered again since. */
    public boolean orphaned() {
      return state == State.ORPHANED;
    }

    /**
     * Says whether it is to be applied again when it is delivered again after its partition was
     * closed; otherwise it is not, once it is settled.
     */
    public void repeated(boolean again) {
      repeated = again;
    }

    /**
     * It came to its end.
     *
     * @param again whether it is to be applied again, as above
     * @param made whether that would create something a second time
     */
    void ended(boolean again, boolean made) {
      repeated = again;
      created = made;
      ended = true;
    }

    /** Whether what was in flight of it when its partition was closed may come to its end yet. */
    public boolean follows() {
      return former.isPresent();
    }

    /** Whether that has come to its end, so that nothing is left to do; known in its turn. */
    boolean over() {
      return former.filter(it -> it.ended && !it.repeated).isPresent();
    }

    private boolean pending() {
      return state == State.PENDING || (over() && former.get().state == State.ORPHANED);
    }

    private boolean createdAny() {
      return created || (over() && former.get().createdAny());
    }

    @Override
    public String toString() {
      return partition + "@" + offset;
    }
  }

  public Offsets() {
    this(System::nanoTime);
  }

  /**
   * The same by another clock.
   *
   * @param nanos a clock such as {@link System#nanoTime}
   */
  public Offsets(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** The partition that a record was read from, whatever transformations made of it. */
  public static TopicPartition partition(SinkRecord record) {
    return new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
  }

  /** Notes a delivered record; empty when it is settled already, or still under way. */
  public Optional<Position> begin(SinkRecord record) {
    TopicPartition partition = partition(record);
    NavigableMap<Long, Position> positions =
        partitions.computeIfAbsent(partition, p -> new TreeMap<>());
    Position before = positions.get(record.originalKafkaOffset());
    boolean known = before != null && Objects.equals(before.timestamp, record.timestamp());
    if (known && !before.orphaned()) {
      return Optional.empty();
    }
    if (before != null && !known) {
      positions.clear();
      answered.remove(partition);
      oldAnswers.remove(partition);
    }
    Optional<Position> former = Optional.ofNullable(before).filter(it -> known && !it.repeated);
    Position position = new Position(partition, record, former);
    positions.put(position.offset, position);
    return Optional.of(position);
  }

  /** Nothing more is to be done for the record. */
  public void settle(Position position) {
    if (position.orphaned() && position.repeated) {
      forget(position);
    } else {
      position.state = State.SETTLED;
    }
  }

  /** How many records of its partition are settled that come after this one. */
  public long settledAfter(Position position) {
    return partitions
        .getOrDefault(position.partition, new TreeMap<>())
        .tailMap(position.offset)
        .values()
        .stream()
        .filter(after -> after.state == State.SETTLED)
        .count();
  }

  /** The record was not called, and is new when it is delivered again. */
  public void forget(Position position) {
    position.state = State.FORGOTTEN;
    NavigableMap<Long, Position> positions = partitions.get(position.partition);
    if (positions.remove(position.offset, position)) {
      position
          .former
          .filter(it -> it.state != State.FORGOTTEN)
          .ifPresent(it -> positions.put(it.offset, it));
    }
  }

  /**
   * These partitions are another task's from now on: what is still under way in them is no longer
   * waited for, and what that task may undo is forgotten.
   */
  public void close(Set<TopicPartition> closed) {
    for (TopicPartition partition : closed) {
      Collection<Position> positions = partitions.getOrDefault(partition, new TreeMap<>()).values();
      positions.removeIf(position -> position.state == State.SETTLED && position.repeated);
      positions.stream()
          .filter(position -> position.state == State.PENDING)
          .forEach(position -> position.state = State.ORPHANED);
    }
  }

  /**
   * What may be committed.
   *
   * @param delivered the offsets up to which records were delivered, which may be beyond the last
   *     of them
   */
  public Map<TopicPartition, OffsetAndMetadata> committable(
      Map<TopicPartition, OffsetAndMetadata> delivered) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    delivered.forEach(
        (partition, end) -> {
          NavigableMap<Long, Position> positions =
              partitions.getOrDefault(partition, new TreeMap<>());
          Optional<Position> first =
              positions.values().stream().filter(Position::pending).findFirst();
          boolean held = first.filter(position -> position.offset < end.offset()).isPresent();
          offsets.put(partition, held ? new OffsetAndMetadata(first.get().offset) : end);
          forgetBelowLastAnswer(partition, positions, offsets.get(partition).offset());
        });
    return offsets;
  }

  private void forgetBelowLastAnswer(
      TopicPartition partition, NavigableMap<Long, Position> positions, long answer) {
    Long before = answered.put(partition, answer);
    if (before != null) {
      forgetSettled(positions, Math.min(before, answer), false);
      if (positions.size() > MOST) {
        forgetSettled(positions, Math.min(before, answer), true);
      }
    }
    long now = nanos.getAsLong();
    OldAnswer old = oldAnswers.computeIfAbsent(partition, it -> new OldAnswer(answer, now));
    if (now - old.nanos() >= KEPT.toNanos()) {
      forgetSettled(positions, Math.min(old.offset(), answer), true);
      oldAnswers.put(partition, new OldAnswer(answer, now));
    }
  }

  private static void forgetSettled(
      NavigableMap<Long, Position> positions, long below, boolean created) {
    positions
        .headMap(below)
        .values()
        .removeIf(position -> position.state == State.SETTLED && position.createdAny() == created);
  }
}
