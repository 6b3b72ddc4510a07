package io.psastream.connectwise.simulator.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.SimulatedClock;
import io.psastream.connectwise.simulator.condition.IdRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ItemCollectionTest {

  private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

  private final SimulatedClock clock = new SimulatedClock();
  private ItemCollection tickets;

  @BeforeEach
  void empty() {
    clock.freezeAt(NOON);
    tickets = new Store(clock).collection("/service/tickets");
  }

  private static ObjectNode named(String name) {
    return Json.object().put("name", name);
  }

  @Test
  void everyVersionIsLoggedWithTheDeletion() {
    long id = tickets.put(named("a")).id();
    clock.advance(Duration.ofSeconds(3));
    tickets.update(id, item -> item.put("name", "b"));
    clock.advance(Duration.ofSeconds(3));
    assertThat(tickets.delete(id)).isTrue();
    assertThat(tickets.delete(id)).isFalse();

    List<Version> versions = tickets.versions(id);
    assertThat(versions).extracting(Version::sequence).containsExactly(0L, 1L, 2L);
    assertThat(versions)
        .extracting(Version::lastUpdated)
        .containsExactly(Optional.of(NOON), Optional.of(NOON.plusSeconds(3)), Optional.empty());
    assertThat(versions.get(2).deletion()).isTrue();
    assertThat(versions.get(2).visibleFrom()).isEqualTo(NOON.plusSeconds(6));
    assertThat(versions.get(0).item().orElseThrow().contentHash())
        .isNotEqualTo(versions.get(1).item().orElseThrow().contentHash());
  }

  @Test
  void aLateVersionIsStampedNowAndSeenLater() {
    long id = tickets.put(named("a")).id();
    clock.advance(Duration.ofSeconds(1));
    tickets.update(
        id, item -> item.put("name", "b"), Stamp.now().visibleFrom(NOON.plusSeconds(30)));
    assertThat(tickets.get(id).orElseThrow().json()).contains("\"a\"");

    clock.set(NOON.plusSeconds(30));
    StoredItem seen = tickets.get(id).orElseThrow();
    assertThat(seen.json()).contains("\"b\"");
    assertThat(seen.updated()).hasValue(NOON.plusSeconds(1));
    assertThat(tickets.versions().get(1).visibleFrom()).isEqualTo(NOON.plusSeconds(30));
  }

  @Test
  void aWriterComesAfterTheLateVersionBeforeIt() {
    long id = tickets.put(named("a")).id();
    tickets.update(
        id, item -> item.put("late", true), Stamp.now().visibleFrom(NOON.plusSeconds(30)));
    tickets.update(id, item -> item.put("name", "c"));
    assertThat(tickets.get(id).orElseThrow().tree().path("late").asBoolean()).isTrue();
    clock.advance(Duration.ofMinutes(1));
    assertThat(tickets.get(id).orElseThrow().json()).contains("\"c\"");
    assertThat(tickets.versions()).hasSize(3);
  }

  @Test
  void aSilentChangeKeepsItsTime() {
    long id = tickets.put(named("a")).id();
    clock.advance(Duration.ofHours(1));
    tickets.silentChange(id, item -> item.put("name", "b"));
    assertThat(tickets.get(id).orElseThrow().updated()).hasValue(NOON);
    assertThat(tickets.get(id).orElseThrow().json()).contains("\"b\"");
  }

  @Test
  void manyItemsAreTouchedInOneSecond() {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ids.add(tickets.put(named("a"), Stamp.at(NOON.minusSeconds(100 + i))).id());
    }
    assertThat(tickets.touch(ids)).isEqualTo(10);
    assertThat(tickets.items()).allSatisfy(item -> assertThat(item.updated()).hasValue(NOON));
    assertThat(tickets.touch(List.of(99L))).isZero();
  }

  @Test
  void anItemMayHaveNoLastUpdate() {
    StoredItem item = tickets.put(named("a"), Stamp.none());
    assertThat(item.updated()).isEmpty();
    assertThat(item.json()).doesNotContain("lastUpdated");
  }

  @Test
  void itemsAreFoundByRangesOfIds() {
    for (int i = 0; i < 5; i++) {
      tickets.put(named("a"));
    }
    assertThat(tickets.items(new IdRange(2, 4)))
        .extracting(StoredItem::id)
        .containsExactly(2L, 3L, 4L);
    assertThat(tickets.itemsDescending(IdRange.EVERYTHING))
        .extracting(StoredItem::id)
        .startsWith(5L, 4L);
    assertThat(tickets.items(new IdRange(4, 2))).isEmpty();
  }

  @Test
  void anIdThatWasGivenIsNotGivenAgain() {
    tickets.put(named("a").put("id", 41));
    assertThat(tickets.put(named("b")).id()).isEqualTo(42);
    tickets.delete(42);
    assertThat(tickets.put(named("c")).id()).isEqualTo(43);
  }
}
