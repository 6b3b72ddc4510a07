package io.psastream.connectwise.sink;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.HandExecutor;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.ClientSettings.Retry;
import io.psastream.connectwise.metrics.MetricRegistry;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.lane.CircuitBreaker;
import io.psastream.connectwise.sink.lane.LaneThreads;
import io.psastream.connectwise.sink.lane.Lanes;
import io.psastream.connectwise.sink.lane.Lease;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.ledger.Ledger;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import io.psastream.connectwise.sink.report.OutcomeReporter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/** A task of a group with its consumer: all of the sink but its client and its threads. */
final class GroupMember {

  final TaskContext context = TaskContext.withReporter();
  final HandExecutor executor = new HandExecutor();

  /** Where its consumer reads on, in the partitions that it believes to have. */
  final Map<TopicPartition, Long> position = new HashMap<>();

  /** The records that are being applied, the innermost last. */
  final Deque<Applying> applying = new ArrayDeque<>();

  boolean frozen;
  boolean dead;

  /** Whether the group has gone on without it, which it does not know. */
  boolean fenced;

  private final Map<TopicPartition, Long> delivered = new HashMap<>();
  private final World world;
  private final String name;
  private final RecordApplier applier;
  private final SinkLoop loop;
  private boolean closing;

  /** What a member meets. */
  interface World {

    /** Sends a call, or does not; anything may happen meanwhile. */
    Answer<JsonNode> send(GroupMember member, Call call, BooleanSupplier permitted);

    /** A record came to this outcome. */
    void ended(GroupMember member, PendingRecord record, Outcome outcome);
  }

  /** A record that is being applied. */
  static final class Applying {
    final PendingRecord record;
    int writes;

    /** Whether its partition was closed under it, and how its call ends then. */
    boolean cut;

    Runnable atCut = () -> {};

    private Applying(PendingRecord record) {
      this.record = record;
    }
  }

  /** Its process is gone. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  GroupMember(
      World world, String name, AtomicLong now, List<Route> routes, Optional<Ledger> ledger) {
    this.world = world;
    this.name = name;
    Lease lease = new Lease(FlowControl.LEASE, now::get, () -> now.get() / 1_000_000);
    CreatedItems created = new CreatedItems(now::get);
    OutcomeReporter reporter =
        new OutcomeReporter(
            Optional.of(context.errantRecordReporter()), Optional.empty(), now::get);
    this.applier =
        new RecordApplier(
            new RecordSender(
                (call, permitted) -> world.send(this, call, permitted), Fixtures.CATALOG, now::get),
            Map.of(),
            created,
            new CreateLedger(ledger),
            lease,
            now::get);
    Lanes lanes =
        new Lanes(
            new LaneThreads(executor, this::apply, thread -> {}),
            3,
            outcome -> outcome.stops(true),
            new CircuitBreaker(
                new Retry(0, Duration.ofMillis(100), Duration.ofSeconds(1)), now::get, () -> 0.5),
            lease,
            ledger.isEmpty() && routes.stream().anyMatch(Route::createsAgain),
            (failure, line) -> {});
    this.loop =
        new SinkLoop(
            context,
            new RecordRouter(routes, Fixtures.CATALOG),
            lanes,
            lease,
            reporter,
            created,
            ledger,
            new RouteMeters(MetricRegistry.hidden(), List.of(), now::get),
            new SinkLoop.Bounds(Duration.ZERO, Duration.ZERO, Duration.ZERO),
            now::get);
  }

  private Outcome apply(PendingRecord record) {
    if (closing) {
      return new Outcome.Cancelled();
    }
    Applying mine = new Applying(record);
    applying.addLast(mine);
    try {
      Outcome outcome = applier.apply(record);
      if (!dead) {
        world.ended(this, record, outcome);
      }
      return outcome;
    } finally {
      applying.removeLast();
    }
  }

  /** Throws where the record that is being applied goes no further. */
  void checkGoesOn(Applying mine, Call call) {
    if (dead) {
      throw new Killed();
    }
    if (mine.cut) {
      throw ApiException.cancelled(call.name(), null);
    }
  }

  void put(List<SinkRecord> records) {
    context.setBack.forEach(
        (partition, offset) -> {
          position.put(partition, offset);
          delivered.put(partition, offset);
        });
    boolean again = !context.setBack.isEmpty();
    context.setBack.clear();
    if (again) {
      return;
    }
    loop.put(records);
    records.forEach(
        it ->
            delivered.put(
                new TopicPartition(it.topic(), it.kafkaPartition()), it.kafkaOffset() + 1));
  }

  /** What it would commit. */
  Map<TopicPartition, OffsetAndMetadata> preCommit(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    delivered.forEach(
        (partition, offset) -> {
          if (partitions.contains(partition)) {
            offsets.put(partition, new OffsetAndMetadata(offset));
          }
        });
    return loop.preCommit(offsets);
  }

  void open(Map<TopicPartition, Long> from) {
    position.putAll(from);
    delivered.putAll(from);
    context.assign(position.keySet().toArray(TopicPartition[]::new));
    loop.open(from.keySet());
  }

  /** Calls that are still under way are cut, as they are some seconds later. */
  void close(Set<TopicPartition> partitions) {
    closing = true;
    while (executor.waiting() > 0) {
      executor.runOne();
    }
    closing = false;
    for (Applying each : applying) {
      if (each.record.parts().stream().anyMatch(it -> partitions.contains(of(it)))) {
        each.cut = true;
        each.atCut.run();
      }
    }
    loop.close(partitions);
    position.keySet().removeAll(partitions);
    delivered.keySet().removeAll(partitions);
    Set<TopicPartition> left = new HashSet<>(position.keySet());
    context.assign(left.toArray(TopicPartition[]::new));
  }

  private static TopicPartition of(PendingRecord part) {
    return part.position().partition();
  }

  @Override
  public String toString() {
    return name;
  }

  /** What is on the wire arrives or does not. */
  void kill() {
    dead = true;
    applying.forEach(it -> it.atCut.run());
  }
}
