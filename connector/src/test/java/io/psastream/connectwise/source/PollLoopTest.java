package io.psastream.connectwise.source;

import static io.psastream.connectwise.source.PollLoops.A_LITTLE;
import static io.psastream.connectwise.source.PollLoops.INTERVAL;
import static io.psastream.connectwise.source.PollLoops.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.psastream.connectwise.HandExecutor;
import io.psastream.connectwise.source.config.Passes.PassKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a poll hands over and when, and how the loop ends. */
class PollLoopTest {

  private final PollLoops loops = new PollLoops();
  private final HandExecutor readers = loops.readers;
  private final ScriptedPasses tickets = loops.tickets;
  private final ScriptedPasses companies = loops.companies;

  @Test
  void handsOverTheRecordsOfABatch() throws InterruptedException {
    tickets.ends("a", "b");

    assertThat(poll(loops.of(tickets))).containsExactly("a", "b");

    assertThat(tickets.asked).containsExactly(PassKind.WINDOW);
    assertThat(tickets.finished).isEqualTo(1);
  }

  @Test
  void givesNullWhenNothingIsDue() throws InterruptedException {
    PollLoop loop = loops.of(tickets.ends("a"));
    poll(loop);

    loops.now = INTERVAL.minus(A_LITTLE).toNanos();
    assertThat(loop.poll()).isNull();
    assertThat(tickets.asked).hasSize(1);

    loops.now = INTERVAL.toNanos();
    tickets.ends("b");
    assertThat(poll(loop)).containsExactly("b");
  }

  @Test
  void givesNullForABatchWithoutRecords() throws InterruptedException {
    assertThat(loops.of(tickets.ends()).poll()).isNull();
  }

  @Test
  void returnsWithinAboutASecondWhileTheSiteDoesNotAnswer() {
    PollLoop loop = loops.of(readers.atOnce(0), Optional.empty(), tickets);

    List<SourceRecord> polled = assertTimeoutPreemptively(Duration.ofSeconds(5), loop::poll);

    assertThat(polled).isNull();
    assertThat(readers.waiting()).isEqualTo(1);
  }

  @Test
  void theNextBatchIsFetchedWhileOneIsHandedOver() throws InterruptedException {
    tickets.gives("a").ends("b");
    PollLoop loop = loops.of(readers.atOnce(1), Optional.empty(), tickets);

    assertThat(poll(loop)).containsExactly("a");

    assertThat(readers.waiting()).isEqualTo(1);
    readers.runOne();
    assertThat(tickets.asked).hasSize(2);
    assertThat(poll(loop)).containsExactly("b");
    assertThat(readers.waiting()).isZero();
  }

  @Test
  void withTransactionsAPollHandsOverAllBatchesThatAreReadyAndDoesNotWaitBehindTheLast()
      throws InterruptedException {
    tickets.gives("0").gives("a", "b").gives("c").ends("d");
    PollLoop loop = withTransactions(Integer.MAX_VALUE);

    assertThat(poll(loop)).containsExactly("a", "b", "c", "d");
    assertThat(tickets.finished).isEqualTo(1);
  }

  @Test
  void withTransactionsAPollDoesNotWaitForABatchThatDoesNotCome() throws InterruptedException {
    tickets.gives("0").gives("a").gives("b");
    PollLoop loop = withTransactions(3);

    List<Object> polled = assertTimeoutPreemptively(Duration.ofSeconds(5), () -> poll(loop));

    assertThat(polled).containsExactly("a", "b");
  }

  /** Each poll is a transaction, and Connect holds its records. */
  @ParameterizedTest
  @CsvSource({"1000, 10, 2", "1, 1000000, 4", "1, 20000000, 1"})
  void whatAPollHandsOverIsBoundedByRecordsAndByBytes(int records, int size, int batches)
      throws InterruptedException {
    tickets.gives("0");
    String[] batch = Stream.generate(() -> "x".repeat(size)).limit(records).toArray(String[]::new);
    for (int i = 0; i < 12; i++) {
      tickets.gives(batch);
    }
    PollLoop loop = withTransactions(Integer.MAX_VALUE);

    assertThat(poll(loop)).hasSize(batches * records);
    assertThat(poll(loop)).hasSize(batches * records);
  }

  /** A transaction takes long, and a reader that waited for its end would have nothing ready. */
  @Test
  void withTransactionsAsMuchIsMadeReadyAsAPollHandsOver() throws InterruptedException {
    tickets.gives("0").gives("1");
    for (int i = 0; i < 12; i++) {
      tickets.gives(Stream.generate(() -> "x").limit(1_000).toArray(String[]::new));
    }
    PollLoop loop = withTransactions(3);

    assertThat(poll(loop)).as("the third run of the reader reads two").hasSize(1 + 2 * 1_000);
    assertThat(tickets.asked).hasSize(2 + 2);
    assertThat(readers.waiting()).isEqualTo(1);
  }

  /** Batches are ready long before their turn, of any number and size of records. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void withTransactionsWhatIsToldOfABatchIsHandedOverWithItAndNotBefore(long seed)
      throws InterruptedException {
    Random random = new Random(seed);
    tickets.telling().gives("0");
    long records = 1;
    for (int batch = 0; batch < 40; batch++) {
      String value = "x".repeat(random.nextInt(9_000_000));
      String[] values =
          Stream.generate(() -> value).limit(random.nextInt(4)).toArray(String[]::new);
      records += values.length;
      tickets.tells(records, values);
    }
    tickets.ends();
    PollLoop loop = withTransactions(Integer.MAX_VALUE);

    int polls = 0;
    for (long before = 1; before < records; polls++) {
      List<SourceRecord> polled = loop.poll();
      before += polled.stream().filter(each -> each.topic().equals("topic")).count();
      SourceRecord told = polled.get(polled.size() - 1);
      assertThat(told.topic()).isEqualTo("told");
      assertThat(((Map<?, ?>) told.value()).get("items")).isEqualTo(before);
    }
    assertThat(polls).as("as what is ready does not fit into one").isGreaterThan(5);
  }

  @Test
  void aFailureBehindABatchEndsTheTaskOnlyAfterTheBatchIsHandedOver() throws InterruptedException {
    tickets.gives("0").gives("a").gives("b").fails(new IllegalStateException("bug"));
    PollLoop loop = withTransactions(Integer.MAX_VALUE);

    assertThat(poll(loop)).containsExactly("a", "b");
    assertThatThrownBy(loop::poll).hasMessage("Query tickets failed; the task stops.");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theEndOfTheTaskWaitsUntilKafkaHasWhatIsToldBeforeItAndNotForEver(boolean confirmed)
      throws InterruptedException {
    tickets.gives("a").fails(new IllegalStateException("bug"));
    PollLoop loop = loops.of(tickets);
    assertThat(poll(loop)).containsExactly("a");
    loops.notifications.add(leftOut -> ScriptedPasses.record("told"));

    assertThat(loop.poll()).isNull();
    if (confirmed) {
      loop.confirm(ScriptedPasses.record("a"), true);
      assertThat(poll(loop)).containsExactly("told");
    } else {
      loops.now += Duration.ofSeconds(6).toNanos();
    }
    assertThatThrownBy(loop::poll).hasMessage("Query tickets failed; the task stops.");
  }

  /** Connect writes on the producer's thread without transactions, and drops records on its own. */
  @Test
  void withoutTransactionsEachBatchIsHandedOverAsItComes() throws Exception {
    tickets.gives("0").gives("a").ends("b");
    PollLoop loop = loops.of(tickets);
    poll(loop);
    loop.confirm(ScriptedPasses.record("0"), false);
    Thread producer = new Thread(() -> loop.confirm(ScriptedPasses.record("0"), true));
    producer.start();
    producer.join();

    assertThat(poll(loop)).containsExactly("a");
    assertThat(poll(loop)).containsExactly("b");
  }

  /** A loop of which Connect has committed the first batch on the thread that polls. */
  private PollLoop withTransactions(int atOnce) throws InterruptedException {
    PollLoop loop = loops.of(readers.atOnce(atOnce), Optional.empty(), tickets);
    assertThat(poll(loop)).containsExactly("0");
    loop.confirm(ScriptedPasses.record("0"), true);
    return loop;
  }

  @Test
  void oneBatchOfEachQueryIsUnderWayAtOnce() throws InterruptedException {
    tickets.gives("a").gives("b").ends("c");
    companies.ends("x");
    PollLoop loop = loops.of(readers.atOnce(1), Optional.empty(), tickets, companies);

    assertThat(poll(loop)).containsExactly("a");

    assertThat(readers.waiting()).as("companies, and the second of tickets").isEqualTo(2);
    readers.runOne();
    assertThat(poll(loop)).containsExactly("x");
    assertThat(readers.waiting()).as("nothing but the second of tickets").isEqualTo(1);
    readers.runOne();
    assertThat(poll(loop)).containsExactly("b");
    assertThat(readers.waiting()).as("the third").isEqualTo(1);
  }

  @Test
  void everyQueryIsToldWhatConnectHasDoneWithARecord() {
    PollLoop loop = loops.of(tickets, companies);

    loop.confirm(ScriptedPasses.record("a"), true);
    loop.confirm(ScriptedPasses.record("b"), false);

    assertThat(tickets.confirmed).isEqualTo(List.of("a", "b"));
    assertThat(companies.confirmed).isEqualTo(List.of("a", "b"));
  }

  @Test
  void closingCancelsCallsAndReadersAndMayBeRepeated() {
    PollLoop loop = loops.of(tickets);

    loop.close();
    loop.close();

    assertThat(readers.isShutdown()).isTrue();
    assertThat(loops.closed).containsExactly("client", "client");
  }

  @Test
  void closingDoesNotWaitForEverForAReader() {
    readers.stick();

    loops.of(tickets).close();

    assertThat(readers.awaited()).hasSize(1);
    assertThat(readers.awaited().get(0)).isLessThanOrEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void closingKeepsAnInterruptOfItsThread() {
    PollLoop loop = loops.of(tickets);
    Thread.currentThread().interrupt();

    loop.close();

    assertThat(Thread.interrupted()).isTrue();
  }
}
