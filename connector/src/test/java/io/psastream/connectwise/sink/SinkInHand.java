package io.psastream.connectwise.sink;

import io.psastream.connectwise.HandExecutor;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.client.ClientSettings.Retry;
import io.psastream.connectwise.client.Failure;
import io.psastream.connectwise.client.Failure.Kind;
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
import io.psastream.connectwise.sink.report.Reply;
import io.psastream.connectwise.sink.report.ReportTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/** A sink that creates tickets, two at once, and calls when the test runs the executor. */
final class SinkInHand {

  static final TopicPartition PARTITION = new TopicPartition(Fixtures.TOPIC, 0);
  static final String VALUE = "{\"summary\":\"x\"}";

  static final Reply REPLY =
      Reply.unsent(Call.of(Fixtures.CATALOG.operation("postServiceTickets"), Map.of(), Map.of()));
  static final Outcome REJECTED =
      new Outcome.Rejected("call → 400 \"no\".", Optional.empty(), List.of(REPLY));

  static final Outcome CREATED =
      new Outcome.Delivered(
          List.of(
              Reply.of(
                  REPLY.call(),
                  new Answer<>(
                      201, List.of(), true, Optional.empty(), Optional.empty(), CallStats.NONE))));

  private static final Duration SHORT = Duration.ofMillis(5);

  final TaskContext context;

  /** The clock of everything but what waits. */
  final AtomicLong now = new AtomicLong();

  final HandExecutor executor = new HandExecutor();

  /** What becomes of the records at these offsets; the others are delivered. */
  final Map<Long, Outcome> outcomes = new HashMap<>();

  /** The offsets of the records that were called. */
  final List<Long> called = new ArrayList<>();

  /** What becomes of the lines about failures that are retried. */
  BiConsumer<Failure, String> retriedLater = (failure, line) -> {};

  private final OutcomeReporter reporter;
  private final SinkLoop loop;

  SinkInHand(TaskContext context) {
    this(context, Optional.empty(), "mutate.operation.id", "postServiceTickets");
  }

  SinkInHand(TaskContext context, Optional<ReportTopics> topics, String... properties) {
    this.context = context;
    this.reporter =
        new OutcomeReporter(Optional.ofNullable(context.errantRecordReporter()), topics, now::get);
    this.loop = loop(executor, this::call, Optional.empty(), properties);
  }

  /** A sink that applies records in earnest, with every clock in hand. */
  SinkInHand(
      TaskContext context,
      Optional<ReportTopics> topics,
      RecordRouter router,
      Function<PendingRecord, Outcome> applier) {
    this.context = context;
    this.reporter =
        new OutcomeReporter(Optional.ofNullable(context.errantRecordReporter()), topics, now::get);
    this.loop = loop(executor, applier, router, Optional.empty(), true, now::get);
  }

  /** A sink with one thread of its own, for what only threads can show. */
  SinkInHand(TaskContext context, Function<PendingRecord, Outcome> applier, String... properties) {
    this.context = context;
    this.reporter =
        new OutcomeReporter(
            Optional.ofNullable(context.errantRecordReporter()), Optional.empty(), now::get);
    this.loop = loop(Executors.newSingleThreadExecutor(), applier, Optional.empty(), properties);
  }

  /** A sink with a ledger, which Connect gives its partition. */
  SinkInHand(
      TaskContext context,
      Ledger ledger,
      Function<PendingRecord, Outcome> applier,
      String... properties) {
    this.context = context;
    this.reporter =
        new OutcomeReporter(
            Optional.ofNullable(context.errantRecordReporter()), Optional.empty(), now::get);
    this.loop = loop(executor, applier, Optional.of(ledger), properties);
    loop.open(Set.of(PARTITION));
  }

  private SinkLoop loop(
      ExecutorService threads,
      Function<PendingRecord, Outcome> applier,
      Optional<Ledger> ledger,
      String... properties) {
    List<Route> routes = Fixtures.routes(properties);
    RecordRouter router = new RecordRouter(routes, Fixtures.CATALOG);
    boolean createsAgain = ledger.isEmpty() && routes.stream().anyMatch(Route::createsAgain);
    return loop(threads, applier, router, ledger, createsAgain, System::nanoTime);
  }

  private SinkLoop loop(
      ExecutorService threads,
      Function<PendingRecord, Outcome> applier,
      RecordRouter router,
      Optional<Ledger> ledger,
      boolean createsAgain,
      LongSupplier waits) {
    CircuitBreaker breaker =
        new CircuitBreaker(
            new Retry(0, Duration.ofMillis(1), Duration.ofMillis(1)), waits, () -> 0.0);
    Lease lease = Fixtures.lease();
    Lanes lanes =
        new Lanes(
            new LaneThreads(threads, applier, Thread::interrupt),
            2,
            outcome -> outcome.stops(reporter.takesRejected()),
            breaker,
            lease,
            createsAgain,
            (failure, line) -> retriedLater.accept(failure, line));
    return new SinkLoop(
        context,
        router,
        lanes,
        lease,
        reporter,
        new CreatedItems(now::get),
        ledger,
        new RouteMeters(MetricRegistry.hidden(), List.of(), now::get),
        new SinkLoop.Bounds(SHORT, SHORT, SHORT),
        now::get);
  }

  static Outcome unavailable() {
    return new Outcome.Unavailable(Failure.of(Kind.UNAVAILABLE, "call", 503, "away"));
  }

  /** Records of so many keys, at these offsets of the partition. */
  static SinkRecord[] records(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> Fixtures.record(0, i, "k" + i, VALUE))
        .toArray(SinkRecord[]::new);
  }

  private Outcome call(PendingRecord record) {
    called.add(record.record().kafkaOffset());
    return outcomes.getOrDefault(record.record().kafkaOffset(), new Outcome.Delivered(List.of()));
  }

  void put(SinkRecord... records) {
    loop.put(List.of(records));
  }

  /** Gives partitions, and says so. */
  void assign(TopicPartition... partitions) {
    Set<TopicPartition> all = new HashSet<>(context.assignment());
    all.addAll(Set.of(partitions));
    context.assign(all.toArray(TopicPartition[]::new));
    loop.open(Set.of(partitions));
  }

  /** Takes the partition away. */
  void revoke() {
    revoke(PARTITION);
  }

  void revoke(TopicPartition partition) {
    loop.close(Set.of(partition));
    Set<TopicPartition> left = new HashSet<>(context.assignment());
    left.remove(partition);
    context.assign(left.toArray(TopicPartition[]::new));
  }

  /** Ends the sink. */
  void close() {
    loop.close();
  }

  long committable(long delivered) {
    return preCommit(Map.of(PARTITION, delivered)).get(PARTITION);
  }

  /** What may be committed where records were delivered up to these offsets. */
  Map<TopicPartition, Long> preCommit(Map<TopicPartition, Long> delivered) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    delivered.forEach((partition, end) -> offsets.put(partition, new OffsetAndMetadata(end)));
    Map<TopicPartition, Long> answer = new HashMap<>();
    loop.preCommit(offsets).forEach((partition, to) -> answer.put(partition, to.offset()));
    return answer;
  }
}
