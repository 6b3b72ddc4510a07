package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Stamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TimeZone;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Timestamps tell no more than the second, may come late, and may be misread. */
@ExtendWith(SimulatorExtension.class)
class SecondResolutionTest {

  private static final int SMALL = 200;

  private Simulator simulator;
  private SourceHarness source;
  private ItemCollection tickets;

  @BeforeEach
  void setUp(Simulator started) {
    simulator = started;
    tickets = simulator.store().collection("/service/tickets");
    source = new SourceHarness(simulator);
  }

  @AfterEach
  void tearDown() {
    source.close();
  }

  @Test
  void tenThousandItemsOfOneSecondArriveOnceEach() throws InterruptedException {
    simulator.clock().freezeAt(Instant.parse("2026-03-01T12:00:00Z"));
    simulator.seed().bytes(SMALL).tickets(10_000);
    simulator.clock().advance(Duration.ofSeconds(5));

    source.start().pollUntil(10_000);
    simulator.clock().advance(Duration.ofSeconds(20));
    source.pollOn(15);

    assertThat(source.keys()).hasSize(10_000).doesNotHaveDuplicates();
  }

  @Test
  void aBulkChangeOfOneSecondSurvivesARestartInItsMiddle() throws InterruptedException {
    simulator.clock().freezeAt(Instant.parse("2026-03-01T12:00:00Z"));
    simulator.seed().bytes(SMALL).tickets(20_000);
    simulator.clock().advance(Duration.ofMinutes(5));
    source.start().pollUntil(20_000);

    tickets.touch(tickets.ids());
    simulator.clock().advance(Duration.ofSeconds(5));
    source.pollUntil(20_000 + 8_000);
    source.restart().pollUntil(40_000);
    simulator.clock().advance(Duration.ofSeconds(20));
    source.pollOn(30);

    assertThat(source.keys().subList(20_000, source.keys().size()))
        .hasSize(20_000)
        .doesNotHaveDuplicates();
    assertThat(source.offsets().values()).allMatch(offset -> offset.toString().length() < 200_000);
  }

  @Test
  void anItemThatNeverRestsArrivesAndSoDoesItsLastVersion() throws InterruptedException {
    simulator.seed().tickets(5);
    simulator.clock().advance(Duration.ofSeconds(5));
    source.start().pollUntil(5);
    long busy = tickets.ids().get(2);

    for (int second = 0; second < 120; second++) {
      for (int i = 0; i < 3; i++) {
        String summary = second + "." + i;
        tickets.update(busy, ticket -> ticket.put("summary", summary));
      }
      simulator.clock().advance(Duration.ofSeconds(1));
      source.poll();
    }
    int whileBusy = source.records().size();
    simulator.clock().advance(Duration.ofSeconds(5));
    source.pollUntil(() -> summaryOf(last()).equals("119.2"));
    source.pollOn(10);

    assertThat(whileBusy).isGreaterThan(6);
    assertThat(source.records())
        .extracting(SecondResolutionTest::summaryOf)
        .doesNotHaveDuplicates();
  }

  @Test
  void whatBecomesVisibleLateIsNotMissed() throws InterruptedException {
    simulator.seed().tickets(5);
    simulator.clock().advance(Duration.ofSeconds(5));
    source.start().pollUntil(5);
    Instant now = simulator.clock().instant();
    tickets.update(
        tickets.ids().get(1),
        ticket -> ticket.put("summary", "late"),
        Stamp.at(now).visibleFrom(now.plusSeconds(30)));

    simulator.clock().advance(Duration.ofSeconds(10));
    source.pollOn(5);
    assertThat(source.records()).hasSize(5);
    simulator.clock().advance(Duration.ofSeconds(25));
    source.pollUntil(6);
    source.pollOn(5);

    assertThat(source.records()).hasSize(6);
    assertThat(summaryOf(last())).isEqualTo("late");
  }

  @Test
  void daylightSavingTimeMakesNoDifference() throws InterruptedException {
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
    try {
      simulator.clock().freezeAt(Instant.parse("2026-11-01T05:59:30Z"));
      simulator.seed().tickets(10);
      simulator.clock().advance(Duration.ofSeconds(5));
      source.start().pollUntil(10);
      for (int i = 0; i < 10; i++) {
        simulator.clock().advance(Duration.ofMinutes(12));
        tickets.update(tickets.ids().get(i), ticket -> ticket.put("summary", "in the hour"));
        simulator.clock().advance(Duration.ofSeconds(5));
        source.pollUntil(11 + i);
      }
      source.pollOn(5);
    } finally {
      TimeZone.setDefault(before);
    }

    assertThat(source.records()).hasSize(20);
  }

  @Test
  void aSiteThatMisreadsTimesIsNoticed() {
    simulator.seed().tickets(5);
    simulator.faults().add(Fault.of("tzBug"));
    source.start();

    assertThatThrownBy(() -> source.pollOn(20))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(
            "misreads the times in conditions. Set connectwise.datetime.format to naive.");
  }

  @Test
  void aSiteThatMisreadsTimesIsReadByNaiveOnes() throws InterruptedException {
    simulator.seed().tickets(5);
    simulator.faults().add(Fault.of("tzBug"));
    simulator.clock().advance(Duration.ofSeconds(5));
    source.set("connectwise.datetime.format", "naive").start().pollUntil(5);

    tickets.update(tickets.ids().get(0), ticket -> ticket.put("summary", "seen"));
    simulator.clock().advance(Duration.ofSeconds(5));
    source.pollUntil(6);

    assertThat(summaryOf(last())).isEqualTo("seen");
  }

  @ParameterizedTest
  @CsvSource({"naive, [2026-03-01T12:00:00]", "zoned, [2026-03-01T12:00:00Z]"})
  void timesInConditionsHaveSecondsAlsoWhereTheseAreZero(String format, String literal)
      throws InterruptedException {
    simulator.seed().at(Instant.parse("2026-03-01T12:00:00Z")).tickets(1);

    source.set("connectwise.datetime.format", format).start().pollUntil(1);

    assertThat(simulator.requests().recent("GET", "/service/tickets"))
        .anyMatch(each -> each.query("conditions").endsWith("lastUpdated >= " + literal));
  }

  private SourceRecord last() {
    return source.records().get(source.records().size() - 1);
  }

  private static String summaryOf(SourceRecord record) {
    return String.valueOf(((Map<?, ?>) record.value()).get("summary"));
  }
}
