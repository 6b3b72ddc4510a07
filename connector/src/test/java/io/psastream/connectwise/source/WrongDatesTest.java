package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Stamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sites whose {@code Date} headers tell another time than the clock behind {@code lastUpdated}. */
class WrongDatesTest {

  private static final String TICKETS = "/service/tickets";
  private static final int CHANGES = 40;

  private final Simulator simulator = Simulator.start();
  private final SourceHarness source = new SourceHarness(simulator);
  private final ItemCollection tickets = simulator.store().collection(TICKETS);

  @AfterEach
  void close() {
    source.close();
    simulator.close();
  }

  static Stream<Arguments> dates() {
    AtomicInteger answers = new AtomicInteger();
    return Stream.of(
        Arguments.of("ahead", shifted(now -> now.plusSeconds(300))),
        Arguments.of("far ahead", shifted(now -> now.plusSeconds(100_000))),
        Arguments.of("behind", shifted(now -> now.minusSeconds(300))),
        Arguments.of("missing", (Function<Instant, Optional<Instant>>) now -> Optional.empty()),
        Arguments.of(
            "jumping for one answer",
            shifted(now -> answers.incrementAndGet() % 9 == 0 ? now.plusSeconds(900) : now)),
        Arguments.of(
            "differing from answer to answer",
            shifted(now -> now.plusSeconds(answers.incrementAndGet() % 2 == 0 ? 300 : -300))),
        Arguments.of(
            "set back for good",
            shifted(now -> answers.incrementAndGet() < 30 ? now.plusSeconds(300) : now)));
  }

  private static Function<Instant, Optional<Instant>> shifted(Function<Instant, Instant> shift) {
    return shift.andThen(Optional::of);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dates")
  void everyChangeArrivesOnce(String name, Function<Instant, Optional<Instant>> dates)
      throws InterruptedException {
    simulator.seed().tickets(20);
    simulator.clock().advance(Duration.ofMinutes(10));
    tickets.put(
        new ObjectMapper().createObjectNode().put("summary", "of another age"),
        Stamp.at(Instant.parse("2099-01-01T00:00:00Z")));
    simulator.dates(dates);
    source.set("schedule.interval.ms", "100").start().pollUntil(21);

    for (int change = 0; change < CHANGES; change++) {
      simulator.clock().advance(Duration.ofSeconds(1));
      change(1L + change % 20, "change " + change);
      if (change % 3 == 0) {
        source.poll();
      }
      if (change == CHANGES / 2) {
        source.restart();
      }
    }
    simulator.clock().advance(Duration.ofSeconds(400));
    source.pollUntil(this::complete);
    source.pollOn(10);

    assertThat(versions()).doesNotHaveDuplicates();
    assertThat(complete()).isTrue();
  }

  /**
   * Two changes of one second have one timestamp; a clock that is ahead must not hide the second.
   */
  @Test
  void aSecondThatIsNotOverIsNotTakenForOne() throws InterruptedException {
    simulator.seed().tickets(3);
    simulator.dates(now -> Optional.of(now.plusSeconds(300)));
    source.start().pollUntil(3);
    simulator.clock().freezeAt(simulator.clock().instant().plusSeconds(30));

    change(1, "first");
    source.pollUntil(4);
    change(1, "second");
    source.pollUntil(5);
    source.pollOn(10);

    assertThat(source.records()).hasSize(5);
    assertThat(summary(source.records().get(4))).isEqualTo("second");
  }

  /** What is quiet costs a request for each run, though much of it has changed at once before. */
  @Test
  void aQuietListIsNotReadAgainAndAgain() throws InterruptedException {
    simulator.seed().bytes(400).tickets(3_000);
    simulator.clock().advance(Duration.ofMinutes(10));
    source.set("overlap.ms", "300").set("page.size", "100").start().pollUntil(3_000);
    tickets.touch(tickets.ids());
    simulator.clock().advance(Duration.ofSeconds(5));
    source.pollUntil(6_000);
    source.pollUntil(() -> lastRunsWereOneRequest(10));

    assertThat(versions()).doesNotHaveDuplicates();
  }

  private final List<Long> requests = new ArrayList<>();

  /** Whether so many runs in a row have asked for one page and were given nothing. */
  private boolean lastRunsWereOneRequest(int runs) {
    requests.add(simulator.requests().total());
    int last = requests.size() - 1;
    return last > runs && requests.get(last) - requests.get(last - runs) <= runs;
  }

  private void change(long id, String summary) {
    tickets.update(id, ticket -> ticket.put("summary", summary));
  }

  /** Whether the newest version of every ticket has arrived. */
  private boolean complete() {
    return tickets.ids().stream().allMatch(this::hasArrived);
  }

  private boolean hasArrived(long id) {
    String newest = tickets.get(id).orElseThrow().tree().path("summary").asText();
    return source.records().stream()
        .anyMatch(record -> record.key().equals(id) && summary(record).equals(newest));
  }

  private static String summary(SourceRecord record) {
    return String.valueOf(((Map<?, ?>) record.value()).get("summary"));
  }

  private List<String> versions() {
    return source.records().stream()
        .map(
            record ->
                record.key()
                    + " "
                    + ((Map<?, ?>) ((Map<?, ?>) record.value()).get("_info")).get("lastUpdated"))
        .toList();
  }
}
