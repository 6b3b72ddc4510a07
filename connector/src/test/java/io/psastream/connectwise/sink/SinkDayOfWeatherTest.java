package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.TestLogging;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.metrics.MetricRegistry;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;

/**
 * The log of a day in which the site is away, throttles, and rejects many records: 24 hours of the
 * sink's clock, with the real client.
 */
@ExtendWith(SimulatorExtension.class)
class SinkDayOfWeatherTest {

  private static final String CONTEXT = "[weather|task-7] ";
  private static final String SECRET = "Nobody may read this summary in a log";
  private static final Duration RARELY = Duration.ofMinutes(5);
  private static final Duration OFTEN = Duration.ofSeconds(10);
  private static final String GOOD = "{\"summary\":\"%s\"}".formatted(SECRET);
  private static final String BAD =
      "{\"summary\":\"%s\",\"company\":{\"id\":99}}".formatted(SECRET);

  private long offset;
  private SinkInHand sink;

  @AfterEach
  void clear() {
    MDC.clear();
  }

  @Test
  void hasFewLinesThatSayWhatBeginsWhatLastsAndWhatIsOver(Simulator simulator) throws Exception {
    simulator.seed().tickets(3);
    simulator.seed().companies(1);
    MDC.put(TestLogging.CONTEXT, CONTEXT);

    List<String> log = TestLogging.of(() -> day(simulator));

    assertThat(sink.committable(offset)).as("everything is settled").isEqualTo(offset);
    assertThat(log).as("every line says whose it is").allMatch(line -> line.contains(CONTEXT));
    assertThat(log).noneMatch(line -> line.contains(simulator.password()) || line.contains(SECRET));
    List<String> away =
        troubleOf(
            log, "→ 503", "Retrying in", "Over after 1[0-2]\\d{5} ms: the site is unavailable");
    assertThat(away).as("for a quarter of an hour").hasSizeBetween(15, 16);
    assertThat(away.subList(1, away.size()))
        .allMatch(line -> line.contains("Writing is paused after attempt"));
    assertThat(away.get(1)).contains("goes on in", "the site is unavailable: ", " more since");
    List<String> rejected =
        troubleOf(
            log,
            "are rejected, patchServiceTicketsById → 400",
            "Record psa.tickets-0@\\d+ is reported, and the next ones go on",
            "Over after 1\\d{6} ms: records are rejected, .*\\(90 times in all\\)");
    assertThat(rejected).hasSizeBetween(15, 16);
    assertThat(rejected.get(1)).contains("5 more since the last line");
    assertThat(
            troubleOf(
                log, "are rejected, not sent", "is reported", "Over after .*\\(30 times in all\\)"))
        .hasSizeBetween(5, 6);
    assertThat(
            troubleOf(
                log, "→ 429", "Retrying in", "Over after \\d{5} ms: the site limits requests"))
        .hasSize(1);
    assertThat(of(log, " INFO ")).as("the ends alone").hasSize(4);
    assertThat(of(log, " WARN ")).hasSizeLessThan(40);
    assertThat(log).hasSize(of(log, " INFO ").size() + of(log, " WARN ").size());
  }

  /** The warnings of a trouble, of which the first reads so and one line says that it is over. */
  private static List<String> troubleOf(
      List<String> log, String trouble, String first, String over) {
    List<String> warnings = of(of(log, trouble), " WARN ");
    assertThat(warnings.get(0)).containsPattern(first).doesNotContain("since the last line");
    assertThat(log).filteredOn(line -> Pattern.compile(over).matcher(line).find()).hasSize(1);
    return warnings;
  }

  private static List<String> of(List<String> log, String text) {
    return log.stream().filter(line -> line.contains(text)).toList();
  }

  private void day(Simulator simulator) {
    SinkConfig config =
        new SinkConfig(
            SinkRig.properties(
                simulator,
                "mutate.operation.id",
                "patchServiceTicketsById",
                "options",
                "{\"id\":\"${key}\"}"),
            Fixtures.CATALOG);
    TaskContext context = TaskContext.withReporter(SinkInHand.PARTITION);
    RecordApplier[] applier = new RecordApplier[1];
    sink =
        new SinkInHand(
            context,
            Optional.empty(),
            new RecordRouter(config.routes(), Fixtures.CATALOG),
            record -> applier[0].apply(record));
    try (ConnectWiseClient client =
        ConnectWiseClient.open(
            config.connection().settings(), MetricRegistry.hidden(), sink.now::get)) {
      sink.retriedLater = client::retriedLater;
      applier[0] =
          new RecordApplier(
              new RecordSender(client::send, Fixtures.CATALOG, sink.now::get),
              Map.of(),
              new CreatedItems(sink.now::get),
              Fixtures.lease(),
              sink.now::get);
      pass(Duration.ofHours(6), RARELY);
      simulator.faults().add(Fault.of("unavailable").with("status", 503));
      pass(Duration.ofMinutes(15), OFTEN);
      simulator.faults().clear();
      pass(Duration.ofHours(6), RARELY);
      pass(Duration.ofMinutes(15), OFTEN, "1", BAD);
      pass(Duration.ofHours(6), RARELY);
      pass(Duration.ofMinutes(5), OFTEN, null, GOOD);
      pass(Duration.ofHours(5), RARELY);
      // Last, since the client is slow for a while afterwards, by the real clock.
      simulator.faults().add(Fault.of("rateLimit").with("retryAfter", "none").times(2));
      pass(Duration.ofSeconds(30), OFTEN);
    }
  }

  /** Time passes in steps, each with a record that can be applied, and another if it is given. */
  private void pass(Duration time, Duration step, String... other) {
    for (long i = time.dividedBy(step); i > 0; i--) {
      sink.now.addAndGet(step.toNanos());
      sink.put(Fixtures.record(0, offset++, String.valueOf(1 + offset % 3), GOOD));
      if (other.length > 0) {
        sink.put(Fixtures.record(0, offset++, other[0], other[1]));
      }
      sink.executor.runAll();
      sink.put();
    }
  }
}
