package io.psastream.connectwise.sink;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.IllegalWorkerStateException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** What Connect gives a sink task, and what the task asked of it. */
final class TaskContext implements SinkTaskContext {

  private final Set<TopicPartition> held = new HashSet<>();
  private Set<TopicPartition> assignment;
  private final Optional<ErrantRecordReporter> reporter;

  /** Records that were reported, as {@code partition@offset: message}. */
  final List<String> reported = new ArrayList<>();

  /** What they were reported with. */
  final List<Throwable> errors = new ArrayList<>();

  /** Completes when the dead letter topic has the reported records. */
  Future<Void> written = CompletableFuture.completedFuture(null);

  boolean tolerated = true;
  boolean paused;

  /** Whether somebody has paused the connector, and whether that shows, as in Kafka's workers. */
  boolean connectorPaused;

  boolean showsPause = true;

  /** How often a commit was asked for. */
  int commits;

  /** Where the consumer is to read on. */
  final Map<TopicPartition, Long> setBack = new HashMap<>();

  volatile long timeout = -1;

  private TaskContext(Set<TopicPartition> assignment, boolean reports) {
    this.assignment = assignment;
    this.reporter = reports ? Optional.of(this::report) : Optional.empty();
  }

  static TaskContext withReporter(TopicPartition... assignment) {
    return new TaskContext(Set.of(assignment), true);
  }

  static TaskContext withoutReporter(TopicPartition... assignment) {
    return new TaskContext(Set.of(assignment), false);
  }

  private Future<Void> report(SinkRecord record, Throwable error) {
    reported.add(record.kafkaPartition() + "@" + record.kafkaOffset() + ": " + error.getMessage());
    errors.add(error);
    if (!tolerated) {
      throw new ConnectException("Tolerance exceeded in error handler", error);
    }
    return written;
  }

  @Override
  public Map<String, String> configs() {
    return Map.of();
  }

  @Override
  public void offset(Map<TopicPartition, Long> offsets) {
    offsets.forEach(this::offset);
  }

  @Override
  public void offset(TopicPartition partition, long offset) {
    if (!assignment.contains(partition)) {
      throw new IllegalStateException("Connect cannot seek in " + partition);
    }
    setBack.put(partition, offset);
  }

  @Override
  public void timeout(long timeoutMs) {
    timeout = timeoutMs;
  }

  @Override
  public Set<TopicPartition> assignment() {
    return assignment;
  }

  /** Assigns other partitions; what was paused and not resumed stays so, as in Connect. */
  void assign(TopicPartition... partitions) {
    assignment = Set.of(partitions);
    paused = !assignment.isEmpty() && held.containsAll(assignment);
  }

  @Override
  public void pause(TopicPartition... partitions) {
    held.addAll(Set.of(partitions));
    paused = held.containsAll(assignment);
  }

  @Override
  public void resume(TopicPartition... partitions) {
    if (showsPause && !connectorPaused && !assignment.containsAll(List.of(partitions))) {
      throw new IllegalWorkerStateException("not assigned");
    }
    held.removeAll(Set.of(partitions));
    paused = held.containsAll(assignment);
  }

  @Override
  public void requestCommit() {
    commits++;
  }

  @Override
  public ErrantRecordReporter errantRecordReporter() {
    return reporter.orElse(null);
  }

  @Override
  public PluginMetrics pluginMetrics() {
    throw new UnsupportedOperationException("not in Kafka 3.7");
  }
}
