package io.psastream.connectwise.sandbox.bench;

import io.psastream.connectwise.sandbox.machine.SandboxException;
import io.psastream.connectwise.simulator.http.LoggedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.management.JMException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;

/** Measures one case after the other; each has a topic of its own that is deleted after it. */
final class Stopwatch {
  private static final int COLLECT_EVERY = 8;
  private static final String STRUCTS = "bench-structs";

  private final Rig rig;
  private final Configs configs;
  private int runs;

  Stopwatch(Rig rig, Configs configs) {
    this.rig = rig;
    this.configs = configs;
  }

  /** Has the connector write typed tickets, which are then handed over by who builds none. */
  void makeStructs(int tickets) {
    create(STRUCTS);
    rig.connect().put(STRUCTS, configs.structs(STRUCTS, tickets));
    Arrival.of(rig.topics(), STRUCTS, tickets, () -> rig.connect().requireHealthy(STRUCTS));
    rig.connect().delete(STRUCTS);
  }

  /** Has what comes next measured in a worker that has just started. */
  void freshWorker() throws IOException, JMException {
    rig.freshWorker();
  }

  /** Lets the case move so many tickets and measures it. */
  Figures run(Case what, int tickets) throws IOException, JMException {
    return run(what, tickets, false);
  }

  /**
   * The most that the worker could reach in its heap while the case moved so many tickets, as found
   * by full collections five times a second. They slow it down, so nothing else is of interest.
   */
  long liveBytes(Case what, int tickets) throws IOException, JMException {
    return run(what, tickets, true).heapBytes();
  }

  private Figures run(Case what, int tickets, boolean collect) throws IOException, JMException {
    String topic = topic();
    rig.latency(what.latency());
    try {
      return what.subject() == Subject.LOOP
          ? loop(what, topic)
          : source(what, topic, tickets, collect);
    } finally {
      delete(topic);
    }
  }

  private Figures loop(Case what, String topic) throws IOException {
    String warmUp = topic();
    try {
      return BareLoop.fork(
          configs.pages(),
          List.of(topic, warmUp),
          configs.producer(what.tuning(), rig.bootstrapServers()),
          rig.home().resolve(topic + ".out"));
    } finally {
      delete(warmUp);
    }
  }

  private Figures source(Case what, String topic, int tickets, boolean collect)
      throws IOException, JMException {
    Map<String, String> config =
        what.subject().connector()
            ? configs.connector(what, topic, tickets)
            : configs.handOver(what, topic, tickets, STRUCTS, rig.bootstrapServers());
    Probe probe = rig.probe();
    probe.collect();
    probe.reset();
    double cpu = probe.cpuSeconds();
    int[] looks = new int[1];
    rig.connect().put(topic, config);
    Runnable meanwhile =
        () -> {
          looks[0]++;
          if (looks[0] % 40 == 0) {
            rig.connect().requireHealthy(topic);
          }
          // At the first look, too: few tickets are soon there.
          if (collect && looks[0] % COLLECT_EVERY == 1) {
            collect(probe);
          }
        };
    // The end of a topic counts the ends of transactions, too.
    Arrival arrival =
        what.exactlyOnce()
            ? Arrival.of(topic, tickets, () -> written(probe, topic), meanwhile)
            : Arrival.of(rig.topics(), topic, tickets, meanwhile);
    double used = probe.cpuSeconds() - cpu;
    long heap = collect ? probe.liveBytes() : probe.heapBytes();
    Figures.Memory memory = probe.memory();
    rig.connect().delete(topic);
    return figures(what, arrival, tickets, used, heap).with(memory);
  }

  private static long written(Probe probe, String connector) {
    try {
      return probe.written(connector);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JMException e) {
      throw new SandboxException("The worker has no metrics of " + connector, e);
    }
  }

  private static void collect(Probe probe) {
    try {
      probe.collect();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JMException e) {
      throw new SandboxException("The worker does not collect garbage", e);
    }
  }

  /**
   * A source that reads is timed from its first request of a list; one that has everything already
   * from its first records, which do not count.
   */
  private Figures figures(Case what, Arrival arrival, int tickets, double cpu, long heap) {
    Optional<Instant> asked =
        rig.simulator().requests().recent("GET", Rig.TICKETS).stream()
            .findFirst()
            .map(LoggedRequest::at)
            .filter(at -> !what.subject().handsOver());
    long counted = asked.isPresent() ? tickets : tickets - arrival.before();
    Duration time = Duration.between(asked.orElse(arrival.first()), arrival.last());
    return new Figures(
        counted,
        time.toNanos() / 1e9,
        what.subject().readsAhead() ? rig.simulator().requests().total() : 0,
        cpu,
        heap);
  }

  private String topic() {
    String topic = "bench-" + ++runs;
    create(topic);
    return topic;
  }

  private void create(String topic) {
    await(
        rig.topics()
            .admin()
            .createTopics(
                Set.of(
                    new NewTopic(topic, 1, (short) 1)
                        .configs(Map.of("file.delete.delay.ms", "1000"))))
            .all());
  }

  private void delete(String topic) {
    await(rig.topics().admin().deleteTopics(Set.of(topic)).all());
  }

  private static void await(KafkaFuture<Void> done) {
    try {
      done.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new SandboxException("The broker refused to create or delete a topic", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("Interrupted while waiting for the broker", e);
    }
  }
}
