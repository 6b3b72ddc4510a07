package io.psastream.connectwise.sandbox.proof;

import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.connect.ConnectorStatus;
import io.psastream.connectwise.sandbox.flow.Tenant;
import io.psastream.connectwise.sandbox.machine.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Two sources and two sinks, or the sinks alone, on three workers, for as long as one likes: their
 * sites have bad weather, and workers are killed, stopped, or stand still for longer than their
 * session, connectors are stopped, paused and configured anew, and the broker is restarted. From
 * time to time everything calms down, and everything must be right.
 */
final class Soak implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** What is not said to run for so long is started again. */
  private static final Duration A_WHILE = Duration.ofMinutes(1);

  /** So long is the weather bad at a time. */
  private static final Duration STORM = Duration.ofMinutes(4);

  private final Sandbox sandbox;
  private final Plan plan;
  private final Random random;
  private final List<SoakSource> sources;
  private final CountingSink upserts;
  private final CountingSink creates;
  private final List<Weather> weathers = new ArrayList<>();
  private final Map<String, Map<String, String>> configs = new LinkedHashMap<>();
  private final WorkerGroup workers;
  private final Map<String, Blow> blows = new TreeMap<>();
  private final Map<String, Integer> struck = new TreeMap<>();
  private final Deque<String> deck = new ArrayDeque<>();

  /** Something that happens to workers, connectors or the broker. */
  private interface Blow {
    void strike() throws IOException;
  }

  /**
   * What is proven.
   *
   * @param sources whether sources are, or sinks alone
   * @param keys of the records that are upserted
   * @param tasks of each connector at first
   * @param lag how long lists may not show what was written
   */
  record Plan(boolean sources, int keys, int tasks, Duration lag) {
    /** Of everything, in a short time. */
    static final Plan USUAL = new Plan(true, 100, 2, Duration.ofSeconds(1));

    /** Of the sinks, with more at a time and slower lists. */
    static final Plan SINKS = new Plan(false, 1_000, 3, Duration.ofSeconds(5));
  }

  Soak(Sandbox sandbox, Plan plan, long seed) {
    this.sandbox = sandbox;
    this.plan = plan;
    this.random = new Random(seed);
    this.workers = new WorkerGroup(sandbox, random);
    this.sources =
        plan.sources()
            ? List.of(
                new SoakSource(sandbox, "soakjson", false),
                new SoakSource(sandbox, "soaktyped", true))
            : List.of();
    this.upserts = new CountingSink(sandbox, "soakupserts", plan.keys(), false);
    this.creates = new CountingSink(sandbox, "soakcreates", Integer.MAX_VALUE, true);
    sandbox.topics().create("soak.ledger", 1);
    sandbox.topics().create(results(), 1);
    for (SoakSource source : sources) {
      configs.put(source.tenant().name(), source.config());
      weathers.add(Weather.ofReading(source.tenant().simulator(), random()));
    }
    for (CountingSink sink : List.of(upserts, creates)) {
      weathers.add(Weather.ofWriting(sink.tenant().simulator(), plan.lag(), random()));
    }
    configs.put(upserts.tenant().name(), upserting());
    configs.put(creates.tenant().name(), creating());
    blows.put("worker killed", () -> workers.replace(true));
    blows.put("worker stopped", () -> workers.replace(false));
    blows.put("worker frozen", () -> workers.freeze(false));
    blows.put("worker frozen, another killed", () -> workers.freeze(true));
    blows.put("connector stopped", () -> interrupt(sandbox.connect()::stop));
    blows.put("connector paused", () -> interrupt(sandbox.connect()::pause));
    blows.put("connector configured", this::configure);
    blows.put("broker restarted", sandbox::restartBroker);
  }

  private Random random() {
    return new Random(random.nextLong());
  }

  private Map<String, String> upserting() {
    Map<String, String> config = SinkOrdeal.upserts(upserts.tenant());
    config.put("tasks.max", Integer.toString(plan.tasks()));
    config.put("lookup.wait.ms", Long.toString(2 * plan.lag().toMillis()));
    return config;
  }

  /** Without a look-up: what makes a create happen once is the ledger. */
  private Map<String, String> creating() {
    Tenant tenant = creates.tenant();
    Map<String, String> config = new HashMap<>(tenant.sink("create-tickets-sink.json").config());
    config.putAll(SinkOrdeal.QUICK);
    config.put("tasks.max", Integer.toString(plan.tasks()));
    config.put("value.converter.schemas.enable", "true");
    config.put("ledger.topic", "soak.ledger");
    config.put("ledger.bootstrap.servers", sandbox.bootstrapServers());
    config.put("ledger.producer.transaction.timeout.ms", "4000");
    config.put("reporter.bootstrap.servers", sandbox.bootstrapServers());
    config.put("reporter.result.topic", results());
    return config;
  }

  private String results() {
    return creates.tenant().name() + ".results";
  }

  /** Goes on for so long at least, until everything has settled; stops at what is not right. */
  void endure(Duration atLeast) throws IOException {
    long end = System.nanoTime() + atLeast.toNanos();
    workers.start();
    configs.forEach(sandbox.connect()::put);
    awaitRunning();
    do {
      long left = end - System.nanoTime();
      storm(Math.min(left, STORM.toNanos()));
      settle();
      Map<String, Collection<?>> wrong = wrong();
      if (!wrong.isEmpty()) {
        throw new AssertionError(wrong);
      }
    } while (end - System.nanoTime() > 0);
    configs.keySet().forEach(sandbox.connect()::delete);
  }

  private void storm(long nanos) throws IOException {
    long end = System.nanoTime() + nanos;
    sources.forEach(source -> source.churn(random));
    do {
      weathers.forEach(Weather::change);
      upserts.send(some(100, 200));
      creates.send(some(50, 100));
      WorkerGroup.idle(random.nextInt(2_000));
      String blow = next();
      blows.get(blow).strike();
      struck.merge(blow, 1, Integer::sum);
      heal();
    } while (end - System.nanoTime() > 0);
  }

  /** Now and then so many records that a blow comes while they are applied. */
  private int some(int least, int more) {
    int usual = least + random.nextInt(more);
    return random.nextInt(6) == 0 ? 6 * usual : usual;
  }

  /** All kinds before any comes again. */
  private String next() {
    if (deck.isEmpty()) {
      List<String> all = new ArrayList<>(blows.keySet());
      Collections.shuffle(all, random);
      deck.addAll(all);
    }
    return deck.remove();
  }

  private void interrupt(Consumer<String> how) {
    String name = some();
    how.accept(name);
    WorkerGroup.idle(random.nextInt(3_000));
    sandbox.connect().resume(name);
  }

  private void configure() {
    String name = some();
    Map<String, String> changed = new HashMap<>(configs.get(name));
    changed.put("tasks.max", Integer.toString(2 + random.nextInt(2)));
    changed.put("max.in.flight.requests", Integer.toString(1 + random.nextInt(8)));
    configs.put(name, changed);
    sandbox.connect().put(name, changed);
  }

  private String some() {
    List<String> names = List.copyOf(configs.keySet());
    return names.get(random.nextInt(names.size()));
  }

  /**
   * Starts again what Kafka has failed, or a sink that says that Kafka may have dropped records, as
   * a person would; other failures of the connectors count.
   */
  private void heal() {
    for (String name : configs.keySet()) {
      ConnectorStatus status = sandbox.connect().status(name);
      if (status.failed()) {
        if (status.failedBy("io.psastream")
            && !status.cause().contains("A rebalance was interrupted")) {
          throw new AssertionError(name + " failed: " + status.cause());
        }
        struck.merge("failed by Kafka and restarted", 1, Integer::sum);
        sandbox.connect().restartFailed(name);
      }
    }
  }

  private void settle() {
    weathers.forEach(Weather::clear);
    awaitRunning();
    sources.forEach(SoakSource::settle);
    upserts.awaitSettled();
    creates.awaitSettled();
    // Whatever would still come, also what should not.
    WorkerGroup.idle(3_000);
    heal();
  }

  private void awaitRunning() {
    for (String name : configs.keySet()) {
      long asked = System.nanoTime();
      AtomicBoolean restarted = new AtomicBoolean();
      Await.until(
          name + " running",
          PATIENCE,
          () -> {
            heal();
            if (System.nanoTime() - asked > A_WHILE.toNanos() && !restarted.getAndSet(true)) {
              struck.merge("not said to run and restarted", 1, Integer::sum);
              sandbox.connect().restartUnlessRunning(name);
            }
            ConnectorStatus status = sandbox.connect().status(name);
            int tasks = status.tasks().size();
            return tasks >= 2 && status.running(tasks) ? Optional.of(true) : Optional.empty();
          },
          () -> sandbox.connect().status(name).toString());
    }
  }

  private Map<String, Collection<?>> wrong() {
    Map<String, Collection<?>> wrong = new LinkedHashMap<>();
    sources.forEach(source -> wrong.putAll(source.wrong()));
    wrong.putAll(upserts.wrong());
    wrong.putAll(creates.wrong(results()));
    wrong.putAll(WorkerLogs.wrong(workers.logs(), tenants().map(Tenant::simulator).toList()));
    wrong.values().removeIf(Collection::isEmpty);
    return wrong;
  }

  private Stream<Tenant> tenants() {
    return Stream.concat(
        sources.stream().map(SoakSource::tenant),
        Stream.of(upserts, creates).map(CountingSink::tenant));
  }

  /** What happened, a line for each part. */
  String report() {
    StringBuilder report = new StringBuilder();
    sources.forEach(source -> report.append(source.report()));
    report.append(upserts.report()).append(creates.report());
    return report
        .append(WorkerLogs.report(workers.logs()))
        .append("blows: ")
        .append(struck)
        .toString();
  }

  @Override
  public void close() {
    workers.close();
    sources.forEach(SoakSource::close);
    upserts.close();
    creates.close();
  }
}
