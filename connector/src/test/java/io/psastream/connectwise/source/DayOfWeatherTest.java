package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.TestLogging;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.TaskThreads;
import io.psastream.connectwise.metrics.MetricRegistry;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.Stamp;
import io.psastream.connectwise.source.QueryFailures.Waits;
import io.psastream.connectwise.source.QueryReader.QueryContext;
import io.psastream.connectwise.source.WindowScan.Opening;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Query;
import io.psastream.connectwise.source.config.Schedule;
import io.psastream.connectwise.source.config.SourceConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;

/**
 * The log of a day in which the site is away, throttles, answers 500, and forbids one of two
 * queries: 24 hours of the log's and the schedules' clock, with the real client and readers.
 */
@ExtendWith(SimulatorExtension.class)
class DayOfWeatherTest {

  private static final String CONTEXT = "[weather|task-7] ";
  private static final String SECRET_SUMMARY = "Nobody may read this summary in a log";
  private static final Duration STEP = Duration.ofMinutes(5);

  /** A minute of trouble is retried so often. */
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final AtomicLong now = new AtomicLong();
  private final List<PassScheduler> schedulers = new ArrayList<>();

  @AfterEach
  void clear() {
    MDC.clear();
  }

  @Test
  void hasFewLinesThatSayWhatBeginsWhatLastsAndWhatIsOver(Simulator simulator) throws Exception {
    simulator.seed().tickets(3);
    simulator.seed().companies(3);
    simulator
        .store()
        .collection("/service/tickets")
        .update(
            1,
            ticket -> ticket.put("summary", SECRET_SUMMARY),
            Stamp.at(simulator.clock().instant().minusSeconds(60)));
    MDC.put(TestLogging.CONTEXT, CONTEXT);

    List<String> log = TestLogging.of(() -> day(simulator));

    assertThat(log).as("every line says whose it is").allMatch(line -> line.contains(CONTEXT));
    assertThat(log)
        .noneMatch(line -> line.contains(simulator.password()) || line.contains(SECRET_SUMMARY));
    assertThat(of(log, "has completed its snapshot: 3 items with ")).hasSize(2);

    List<String> away = of(log, "→ 503");
    assertThat(away).as("one voice, once a minute").hasSizeBetween(24, 31);
    assertThat(away.get(0))
        .contains("WARN", "getServiceTickets GET /service/tickets → 503", "Retrying in");
    assertThat(away.subList(1, away.size()))
        .allMatch(line -> line.contains("Query tickets failed and is retried in 10000 ms"));
    assertThat(of(log, "Over after").stream().filter(line -> line.contains("site is unavailable")))
        .as("it was away for half an hour, once")
        .singleElement()
        .asString()
        .containsPattern("INFO .*Over after 1[5-8]\\d{5} ms");
    assertThat(of(log, "Over after").stream().filter(line -> line.contains("limits requests")))
        .hasSize(1);
    assertThat(of(log, "→ 500")).noneMatch(line -> line.contains("Retrying in"));
    assertThat(of(of(log, "→ 500"), "Query tickets failed and is retried in"))
        .as("each longer wait")
        .hasSizeBetween(4, 7);
    assertThat(of(log, "Over after").stream().filter(line -> line.contains("fails in a pass")))
        .singleElement()
        .asString()
        .contains("query tickets fails in a pass: WINDOW");

    List<String> refused = of(log, "Query companies is forbidden");
    assertThat(refused).as("for six hours, once an hour").hasSizeBetween(6, 7);
    assertThat(refused.get(0)).contains("WARN", "is tried again at its next scheduled run");
    assertThat(refused.get(1)).contains("11 more since the last line");
    assertThat(of(log, "query companies is refused in a pass: WINDOW"))
        .last()
        .asString()
        .contains("INFO", "Over after 216");
    assertThat(log).as("a day").hasSizeLessThan(100);
  }

  private static List<String> of(List<String> log, String text) {
    return log.stream().filter(line -> line.contains(text)).toList();
  }

  private void day(Simulator simulator) throws InterruptedException {
    SourceHarness harness =
        new SourceHarness(simulator)
            .set("queries", "tickets,companies")
            .set("query.tickets.operation.id", "getServiceTickets")
            .set("query.tickets.topic", "tickets")
            .set("query.companies.operation.id", "getCompanyCompanies")
            .set("query.companies.topic", "companies")
            .set("max.retries", "1");
    harness.properties().remove("operation.id");
    SourceConfig config = harness.config();
    ExecutorService readers = Executors.newCachedThreadPool(new TaskThreads("connectwise-reader"));
    try (ConnectWiseClient client =
            ConnectWiseClient.open(
                config.connection().settings(), MetricRegistry.hidden(), now::get);
        PollLoop loop =
            new PollLoop(
                config.queries().stream().map(query -> polled(query, client, readers)).toList(),
                new Waits(RETRY, Duration.ofMinutes(30)),
                Optional.empty(),
                new NotificationQueue(false, now::get),
                readers,
                client::close,
                client::retriedLater,
                now::get)) {
      pass(loop, Duration.ofHours(6), STEP);
      simulator.faults().add(Fault.of("unavailable").with("status", 503).on("/service/tickets"));
      pass(loop, Duration.ofMinutes(30), RETRY);
      simulator.faults().clear();
      pass(loop, Duration.ofHours(2), STEP);
      simulator.faults().add(Fault.of("forbid").on("/company/companies"));
      pass(loop, Duration.ofHours(6), STEP);
      simulator.faults().clear();
      pass(loop, Duration.ofHours(2), STEP);
      simulator.faults().add(Fault.of("flaky500").on("/service/tickets"));
      pass(loop, Duration.ofMinutes(20), RETRY);
      simulator.faults().clear();
      pass(loop, Duration.ofHours(7), STEP);
      simulator
          .faults()
          .add(Fault.of("rateLimit").with("retryAfter", "none").on("/service/tickets").times(6));
      pass(loop, Duration.ofMinutes(10), RETRY);
    }
  }

  private boolean atWork(PassScheduler scheduler) {
    long left = scheduler.untilDue(now.get());
    return left == 0 || left == Long.MAX_VALUE; // which is a batch that is being read
  }

  private PolledQuery polled(Query query, ConnectWiseClient client, ExecutorService readers) {
    RecordMapper mapper = Queries.mapper(query);
    QueryReader reader =
        new QueryReader(
            query,
            query.options(),
            new QueryContext(client, new Decoders().schemaless(query.operation()), false));
    QueryMemory nothing = new QueryMemory(Optional.empty(), Optional.empty(), Optional.empty());
    QueryRun run =
        new QueryRun(
            new QueryWindows(reader, nothing, Metrics.NONE, Opening::now),
            new ChildQueries(mapper, List.of(), readers),
            nothing,
            new PassObserver(query.name(), Metrics.NONE, QueryNotices.NONE),
            Optional.empty());
    PassScheduler scheduler =
        new PassScheduler(
            Map.of(PassKind.WINDOW, new Schedule.Every(STEP)),
            Set.of(),
            run::ready,
            InstantSource.system(),
            LongUnaryOperator.identity(),
            now.get());
    schedulers.add(scheduler);
    return new PolledQuery(run, scheduler, false, now.get());
  }

  /** Time passes in steps; after each, everything that is due is done. */
  private void pass(PollLoop loop, Duration time, Duration step) throws InterruptedException {
    for (long i = time.dividedBy(step); i > 0; i--) {
      now.addAndGet(step.toNanos());
      while (schedulers.stream().anyMatch(this::atWork)) {
        loop.poll();
      }
    }
  }
}
