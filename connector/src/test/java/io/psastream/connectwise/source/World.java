package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Item;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;

/**
 * A table that changes while it is read, in whole seconds: what the algorithm must cope with,
 * without HTTP, threads or waiting.
 */
final class World {

  private final Random random;
  private final int latest;
  private final NavigableMap<Long, Item> items = new TreeMap<>();
  private final List<Late> late = new ArrayList<>();
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private long version;

  private record Late(Item item, Instant visible) {}

  World(Random random, int size) {
    this(random, size, 40);
  }

  /**
   * @param latest how many seconds after its timestamp a change becomes visible at the latest
   */
  World(Random random, int size, int latest) {
    this.random = random;
    this.latest = latest;
    for (long id = 1; id <= size; id++) {
      Optional<Instant> updated =
          id % 50 == 0 ? Optional.empty() : Optional.of(now.minusSeconds(random.nextInt(200)));
      items.put(id, item(id, updated));
    }
  }

  Instant now() {
    return now;
  }

  /** A monotonic clock that goes on as the time does. */
  long nanos() {
    return now.getEpochSecond() * 1_000_000_000L;
  }

  WindowScan.Opening opening() {
    return new WindowScan.Opening(nanos(), now);
  }

  void tick(int seconds) {
    now = now.plusSeconds(seconds);
    late.stream().filter(each -> !each.visible().isAfter(now)).forEach(each -> put(each.item()));
    late.removeIf(each -> !each.visible().isAfter(now));
  }

  /** Some items change, once or several times in this second; one commits late; one is new. */
  void change() {
    for (int i = random.nextInt(6); i > 0; i--) {
      update(1L + random.nextInt(items.size()));
    }
    if (random.nextInt(4) == 0) {
      update(items.lastKey() + 1);
    }
    if (random.nextInt(3) == 0) {
      long id = 1L + random.nextInt(items.size());
      // Two versions of one item in one second, one of them late, nobody could tell apart.
      boolean fresh = items.get(id).lastUpdated().equals(Optional.of(now));
      if (!waiting(id) && !fresh) {
        late.add(new Late(item(id, Optional.of(now)), now.plusSeconds(random.nextInt(latest + 1))));
      }
    }
  }

  void update(long id) {
    if (!waiting(id)) {
      put(item(id, Optional.of(now)));
    }
  }

  private boolean waiting(long id) {
    return late.stream().anyMatch(each -> each.item().id().getAsLong() == id);
  }

  private void put(Item item) {
    items.put(item.id().getAsLong(), item);
  }

  private Item item(long id, Optional<Instant> updated) {
    return new Item(OptionalLong.of(id), updated, Map.of("version", ++version));
  }

  /** What the server returns for {@code lastUpdated > after AND id > position}, in order of id. */
  List<Item> read(Optional<Instant> after, long position, int pageSize) {
    return items.tailMap(position, false).values().stream()
        .filter(
            item ->
                after.isEmpty()
                    || item.lastUpdated().filter(at -> at.isAfter(after.get())).isPresent())
        .limit(pageSize)
        .toList();
  }

  List<Item> all() {
    return List.copyOf(items.values());
  }
}
