package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PagingStrategy;
import io.psastream.connectwise.metrics.Metric;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.WindowScan.Opening;
import io.psastream.connectwise.source.config.Reading;
import io.psastream.connectwise.source.config.Reading.Mode;
import io.psastream.connectwise.source.config.Reading.Start;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowScanTest {

  /** The monotonic time of everything that is read here. */
  private static final long READ = 0;

  private static final Opening OPENED = new Opening(READ, Instant.parse("2026-03-01T12:00:01Z"));

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Reading READING =
      new Reading(
          Mode.INCREMENTAL,
          PagingStrategy.KEYSET,
          100,
          Duration.ofSeconds(60),
          Duration.ofSeconds(1),
          Start.BEGINNING,
          Set.of());

  @Test
  void theSnapshotAsksForEverythingAndSendsWhatWasNeverUpdated() {
    WindowScan scan = first(NOON);

    List<Accepted> accepted =
        scan.accept(List.of(item(1, null), item(2, NOON), item(3, NOON.plusSeconds(1))), 3, READ);

    assertThat(scan.readFrom()).isEmpty();
    assertThat(ids(accepted)).containsExactly(1L, 2L);
  }

  /** What the next window is to bring must not wait for an interval that has grown. */
  @Test
  void aWindowIsEmptyUnlessItSendsSomethingOrLeavesSomethingToTheNext() {
    WindowScan first = first(NOON);
    assertThat(first.empty()).isTrue();
    first.accept(List.of(item(1, NOON)), 1, READ);
    assertThat(first.empty()).isFalse();

    WindowScan second = first.next(NOON.plusSeconds(60), OPENED);
    second.accept(List.of(item(1, NOON)), 1, READ);
    assertThat(second.empty()).as("it was sent before").isTrue();

    second.accept(List.of(item(2, NOON.plusSeconds(61))), 2, READ);
    assertThat(second.empty()).as("it lies ahead").isFalse();
  }

  @Test
  void theNextWindowReadsTheOverlapAgainButSendsOnlyWhatIsNew() {
    WindowScan first = first(NOON);
    first.accept(List.of(item(1, NOON.minusSeconds(10)), item(3, NOON.minusSeconds(90))), 3, READ);

    WindowScan second = first.next(NOON.plusSeconds(60), OPENED);
    List<Accepted> accepted =
        second.accept(
            List.of(
                item(1, NOON.minusSeconds(10)),
                item(2, NOON.minusSeconds(20)),
                item(4, NOON.plusSeconds(60))),
            4,
            READ);

    assertThat(second.readFrom()).contains(NOON.minusSeconds(70));
    assertThat(ids(accepted)).containsExactly(2L, 4L);
  }

  @Test
  void aServerThatIgnoresTheConditionCostsNoDuplicates() {
    WindowScan first = first(NOON);
    first.accept(List.of(item(9, NOON)), 9, READ);
    WindowScan second = first.next(NOON.plusSeconds(60), OPENED);

    List<Accepted> accepted =
        second.accept(
            List.of(item(1, null), item(2, NOON.minusSeconds(60)), item(3, NOON.minusSeconds(59))),
            3,
            READ);

    assertThat(ids(accepted)).containsExactly(3L);
  }

  /** However often the overlap has it again, and wherever the next window begins. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whatIsLeftOutForWhomItWasChangedByIsCountedOnce(long seed) {
    Random random = new Random(seed);
    AtomicLong counted = new AtomicLong();
    Instant now = NOON;
    WindowScan scan = skipping("sync", counted, now);
    List<Item> items = new ArrayList<>();
    Set<Item> read = new HashSet<>();
    for (int window = 0; window < 30; window++) {
      for (int more = random.nextInt(4); more > 0; more--) {
        Instant updated = now.plusSeconds(random.nextInt(40) - 20);
        items.add(by("sync", item(1 + items.size(), updated)));
      }
      Optional<Instant> from = scan.readFrom();
      List<Item> page =
          items.stream()
              .filter(
                  item ->
                      from.filter(item.lastUpdated().get()::isAfter).isPresent() || from.isEmpty())
              .toList();
      read.addAll(page);

      assertThat(scan.accept(page, items.size(), READ)).isEmpty();
      scan.complete();
      now = now.plusSeconds(random.nextInt(30));
      scan = scan.next(now, new Opening(random.nextInt(3), NOON));
    }

    assertThat(read).isNotEmpty();
    assertThat(counted).hasValue(read.size());
  }

  private static WindowScan skipping(String member, AtomicLong counted, Instant to) {
    Reading reading =
        new Reading(
            READING.mode(),
            READING.strategy(),
            READING.pageSize(),
            READING.overlap(),
            READING.safetyLag(),
            READING.start(),
            Set.of(member));
    Metrics metrics =
        (metric, more) -> counted.addAndGet(metric == Metric.UPDATES_SKIPPED ? more : 0);
    return WindowScan.first(Optional.empty(), to, reading, Optional.empty(), metrics, OPENED);
  }

  @Test
  void anItemThatIsNewerThanThreeWindowsInARowIsSentAsItIs() {
    WindowScan scan = first(NOON);
    for (int window = 0; window < 3; window++) {
      assertThat(scan.accept(List.of(newer(scan, "a")), 1, READ)).isEmpty();
      scan = scan.next(scan.window().to().plusSeconds(60), OPENED);
    }

    Item sent = newer(scan, "b");
    assertThat(scan.accept(List.of(sent), 1, READ)).hasSize(1);

    WindowScan next = scan.next(scan.window().to().plusSeconds(60), OPENED);
    assertThat(next.accept(List.of(sent), 1, READ)).as("the same content again").isEmpty();
    WindowScan other = scan.next(scan.window().to().plusSeconds(60), OPENED);
    Item changed = new Item(sent.id(), sent.lastUpdated(), "c");
    assertThat(other.accept(List.of(changed), 1, READ)).as("other content, same second").hasSize(1);
  }

  @Test
  void aPauseInBetweenBeginsTheCountOfBeingLeftAnew() {
    WindowScan scan = first(NOON);
    scan.accept(List.of(newer(scan, "a")), 1, READ);
    scan = scan.next(scan.window().to().plusSeconds(60), OPENED);
    scan.accept(List.of(newer(scan, "a")), 1, READ);
    scan = scan.next(scan.window().to().plusSeconds(60), OPENED);
    scan.accept(List.of(), 0, READ);
    scan = scan.next(scan.window().to().plusSeconds(60), OPENED);

    assertThat(scan.accept(List.of(newer(scan, "a")), 1, READ)).isEmpty();
    scan = scan.next(scan.window().to().plusSeconds(60), OPENED);
    assertThat(scan.accept(List.of(newer(scan, "a")), 1, READ)).isEmpty();
  }

  @Test
  void everyOffsetGoesOnAtTheNextItem() {
    WindowScan scan = first(NOON);
    List<Accepted> accepted =
        scan.accept(List.of(item(5, NOON), item(8, NOON.minusSeconds(5)), item(9, NOON)), 9, READ);

    SourceOffset middle = accepted.get(1).windows().orElseThrow().get();
    WindowScan resumed = WindowScan.resume(middle, READING, Optional.empty(), Metrics.NONE, OPENED);
    resumed.accept(List.of(item(9, NOON)), 9, READ);
    List<Accepted> next =
        resumed
            .next(NOON.plusSeconds(60), OPENED)
            .accept(List.of(item(5, NOON), item(8, NOON.minusSeconds(5)), item(9, NOON)), 9, READ);

    assertThat(middle.position()).isEqualTo(8);
    assertThat(middle.window()).isEqualTo(Window.first(Optional.empty(), NOON));
    assertThat(next).isEmpty();
  }

  /** A page at the most; what costs more is not read again as soon. */
  @ParameterizedTest
  @CsvSource({"100, '4,15,60'", "101, '15,60'"})
  void theOverlapIsReadAgainAtGrowingDistances(int items, String seconds) {
    WindowScan first = first(NOON);
    first.accept(LongStream.rangeClosed(1, items).mapToObj(id -> item(id, NOON)).toList(), 1, READ);

    assertThat(lookedBack(first, 0)).isEqualTo(seconds);
  }

  /** What is late for the newest item has the whole overlap to come, restarts or not. */
  @ParameterizedTest
  @CsvSource({"2, '3,15,60'", "3600, '1,60'"})
  void aRestartReadsTheOverlapAgainUntilItHasPassed(int down, String seconds) {
    WindowScan first = first(NOON);
    List<Accepted> accepted = first.accept(List.of(item(1, NOON)), 1, READ);
    SourceOffset stored = accepted.get(0).windows().orElseThrow().get();

    WindowScan resumed =
        WindowScan.resume(stored, READING, Optional.empty(), Metrics.NONE, opened(down));

    assertThat(lookedBack(resumed, down)).isEqualTo(seconds);
  }

  /** The seconds after one at which windows of an interval of 1 s look back, to the same time. */
  private static String lookedBack(WindowScan complete, int since) {
    List<String> lookedBack = new ArrayList<>();
    WindowScan scan = complete;
    for (int second = 1; second <= 150; second++) {
      scan = scan.next(NOON.plusSeconds(since + second), opened(since + second));
      Instant from = scan.readFrom().orElseThrow();
      if (from.isBefore(NOON)) {
        assertThat(from).isEqualTo(NOON.minusSeconds(60));
        lookedBack.add(Integer.toString(second));
      }
    }
    return String.join(",", lookedBack);
  }

  /** It reads from where it did; where nobody says so, before its beginning. */
  @ParameterizedTest
  @CsvSource({
    "2026-03-01T11:59:45Z, 2026-03-01T11:58:00Z, 2026-03-01T11:59:45Z",
    "2026-03-01T12:00:00Z, 2026-03-01T11:58:00Z, 2026-03-01T12:00:00Z",
    ", 2026-03-01T11:59:30Z, 2026-03-01T11:59:30Z",
    ", , 2026-03-01T11:59:00Z",
    "2026-03-01T12:00:01Z, , 2026-03-01T11:59:00Z",
  })
  void aWindowGoesOnAfterARestart(String after, String reach, Instant expected) {
    Map<String, Object> stored = new HashMap<>();
    stored.putAll(Map.of("version", 1L, "from", NOON.toString(), "to", NOON.toString(), "id", 7));
    stored.put("after", after);
    stored.put("reach", reach);

    WindowScan resumed =
        WindowScan.resume(
            SourceOffset.fromMap(stored), READING, Optional.empty(), Metrics.NONE, opened(9));

    assertThat(resumed.readFrom()).contains(expected);
  }

  /** A signal or a refresh has seen it. */
  @Test
  void whatIsKnownToBeLateIsLookedForAtOnce() {
    WindowScan first = first(NOON);
    first.accept(List.of(item(1, NOON)), 1, READ);
    WindowScan second = first.next(NOON.plusSeconds(1), opened(1));
    assertThat(second.readFrom()).contains(NOON);

    second.expect(item(3, NOON.plusSeconds(1)));
    WindowScan third = second.next(NOON.plusSeconds(2), opened(2));
    assertThat(third.readFrom()).as("it is new").contains(NOON);

    third.expect(item(2, NOON.minusSeconds(1)));
    WindowScan fourth = third.next(NOON.plusSeconds(3), opened(3));
    assertThat(ids(fourth.accept(List.of(item(2, NOON.minusSeconds(1))), 2, READ)))
        .containsExactly(2L);
  }

  private static Opening opened(int seconds) {
    return new Opening(seconds * 1_000_000_000L, OPENED.time().plusSeconds(seconds));
  }

  @Test
  void aListWithoutIdsIsSentAsAWholeAndCounted() {
    Reading byNumber =
        new Reading(
            Mode.SNAPSHOT,
            PagingStrategy.PAGE,
            100,
            Duration.ZERO,
            Duration.ofSeconds(1),
            Start.BEGINNING,
            Set.of());
    WindowScan scan =
        WindowScan.first(
            Optional.empty(), Instant.MAX, byNumber, Optional.empty(), Metrics.NONE, OPENED);
    Item item = new Item(OptionalLong.empty(), Optional.empty(), Map.of("count", 5L));

    List<Accepted> accepted = scan.accept(List.of(item, item), 2, READ);

    assertThat(accepted).hasSize(2);
    assertThat(Map.copyOf(new SourceOffset.Lazy(accepted.get(1).windows().orElseThrow())))
        .isEqualTo(Map.of("version", 1L, "count", 2L));
    assertThat(scan.next(Instant.MAX, OPENED).accept(List.of(item), 1, READ)).hasSize(1);
  }

  private static WindowScan first(Instant to) {
    return WindowScan.first(Optional.empty(), to, READING, Optional.empty(), Metrics.NONE, OPENED);
  }

  private static Item item(long id, Instant lastUpdated) {
    return new Item(OptionalLong.of(id), Optional.ofNullable(lastUpdated), "item " + id);
  }

  private static Item by(String member, Item item) {
    return new Item(
        item.id(), item.lastUpdated(), Optional.of(member), item.headers(), item.content());
  }

  private static Item newer(WindowScan scan, String content) {
    Instant after = scan.window().to().plusSeconds(1);
    return new Item(OptionalLong.of(1), Optional.of(after), content);
  }

  private static List<Long> ids(List<Accepted> accepted) {
    return accepted.stream().map(each -> each.item().id().getAsLong()).toList();
  }
}
