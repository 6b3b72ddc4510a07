package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.client.paging.PagingStrategy;
import io.psastream.connectwise.metrics.Metrics;
import io.psastream.connectwise.source.WindowScan.Accepted;
import io.psastream.connectwise.source.config.Reading;
import io.psastream.connectwise.source.config.Reading.Mode;
import io.psastream.connectwise.source.config.Reading.Start;
import io.psastream.connectwise.source.offset.SourceOffset;
import io.psastream.connectwise.source.offset.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WindowScanTest {

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
        scan.accept(List.of(item(1, null), item(2, NOON), item(3, NOON.plusSeconds(1))), 3);

    assertThat(scan.readFrom()).isEmpty();
    assertThat(ids(accepted)).containsExactly(1L, 2L);
  }

  @Test
  void theNextWindowReadsTheOverlapAgainButSendsOnlyWhatIsNew() {
    WindowScan first = first(NOON);
    first.accept(List.of(item(1, NOON.minusSeconds(10)), item(3, NOON.minusSeconds(90))), 3);

    WindowScan second = first.next(NOON.plusSeconds(60));
    List<Accepted> accepted =
        second.accept(
            List.of(
                item(1, NOON.minusSeconds(10)),
                item(2, NOON.minusSeconds(20)),
                item(4, NOON.plusSeconds(60))),
            4);

    assertThat(second.readFrom()).contains(NOON.minusSeconds(60));
    assertThat(ids(accepted)).containsExactly(2L, 4L);
  }

  @Test
  void aServerThatIgnoresTheConditionCostsNoDuplicates() {
    WindowScan second = first(NOON).next(NOON.plusSeconds(60));

    List<Accepted> accepted =
        second.accept(
            List.of(item(1, null), item(2, NOON.minusSeconds(60)), item(3, NOON.minusSeconds(59))),
            3);

    assertThat(ids(accepted)).containsExactly(3L);
  }

  @Test
  void anItemThatIsNewerThanThreeWindowsInARowIsSentAsItIs() {
    WindowScan scan = first(NOON);
    for (int window = 0; window < 3; window++) {
      assertThat(scan.accept(List.of(newer(scan, "a")), 1)).isEmpty();
      scan = scan.next(scan.window().to().plusSeconds(60));
    }

    Item sent = newer(scan, "b");
    assertThat(scan.accept(List.of(sent), 1)).hasSize(1);

    WindowScan next = scan.next(scan.window().to().plusSeconds(60));
    assertThat(next.accept(List.of(sent), 1)).as("the same content again").isEmpty();
    WindowScan other = scan.next(scan.window().to().plusSeconds(60));
    Item changed = new Item(sent.id(), sent.lastUpdated(), "c");
    assertThat(other.accept(List.of(changed), 1)).as("other content, same second").hasSize(1);
  }

  @Test
  void aPauseInBetweenBeginsTheCountOfBeingLeftAnew() {
    WindowScan scan = first(NOON);
    scan.accept(List.of(newer(scan, "a")), 1);
    scan = scan.next(scan.window().to().plusSeconds(60));
    scan.accept(List.of(newer(scan, "a")), 1);
    scan = scan.next(scan.window().to().plusSeconds(60));
    scan.accept(List.of(), 0);
    scan = scan.next(scan.window().to().plusSeconds(60));

    assertThat(scan.accept(List.of(newer(scan, "a")), 1)).isEmpty();
    scan = scan.next(scan.window().to().plusSeconds(60));
    assertThat(scan.accept(List.of(newer(scan, "a")), 1)).isEmpty();
  }

  @Test
  void everyOffsetGoesOnAtTheNextItem() {
    WindowScan scan = first(NOON);
    List<Accepted> accepted =
        scan.accept(List.of(item(5, NOON), item(8, NOON.minusSeconds(5)), item(9, NOON)), 9);

    SourceOffset middle = SourceOffset.fromMap(accepted.get(1).offset());
    WindowScan resumed = WindowScan.resume(middle, READING, Optional.empty(), Metrics.NONE);
    resumed.accept(List.of(item(9, NOON)), 9);
    List<Accepted> next =
        resumed
            .next(NOON.plusSeconds(60))
            .accept(List.of(item(5, NOON), item(8, NOON.minusSeconds(5)), item(9, NOON)), 9);

    assertThat(middle.position()).isEqualTo(8);
    assertThat(middle.window()).isEqualTo(Window.first(Optional.empty(), NOON));
    assertThat(next).isEmpty();
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
        WindowScan.first(Optional.empty(), Instant.MAX, byNumber, Optional.empty(), Metrics.NONE);
    Item item = new Item(OptionalLong.empty(), Optional.empty(), Map.of("count", 5L));

    List<Accepted> accepted = scan.accept(List.of(item, item), 2);

    assertThat(accepted).hasSize(2);
    assertThat(accepted.get(1).offset()).isEqualTo(Map.of("version", 1L, "count", 2L));
    assertThat(scan.next(Instant.MAX).accept(List.of(item), 1)).hasSize(1);
  }

  private static WindowScan first(Instant to) {
    return WindowScan.first(Optional.empty(), to, READING, Optional.empty(), Metrics.NONE);
  }

  private static Item item(long id, Instant lastUpdated) {
    return new Item(OptionalLong.of(id), Optional.ofNullable(lastUpdated), "item " + id);
  }

  private static Item newer(WindowScan scan, String content) {
    Instant after = scan.window().to().plusSeconds(1);
    return new Item(OptionalLong.of(1), Optional.of(after), content);
  }

  private static List<Long> ids(List<Accepted> accepted) {
    return accepted.stream().map(each -> each.item().id().getAsLong()).toList();
  }
}
