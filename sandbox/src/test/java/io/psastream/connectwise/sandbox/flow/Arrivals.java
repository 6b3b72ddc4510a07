package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import io.psastream.connectwise.sandbox.machine.Await;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.StoredItem;
import io.psastream.connectwise.simulator.store.Version;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What arrived in a topic, held against what the double has and had, id by id. What was deleted
 * after it had arrived has a tombstone.
 */
record Arrivals(TopicReader reader, ItemCollection items) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String DELETED = "deleted";

  /** A version as both sides know it; timestamps have a resolution of a second. */
  record Seen(long id, String lastUpdated) {}

  /** Waits until the newest version of every item is there, and the tombstones are. */
  Arrivals awaitAll() {
    Await.until(
        "The newest version of every item in the topic",
        PATIENCE,
        () -> {
          reader.poll();
          return missing().isEmpty() ? Optional.of(true) : Optional.empty();
        },
        () ->
            reader.records().size()
                + " records arrived, missing are "
                + missing().stream().limit(5).toList());
    return this;
  }

  /** Waits until at least this many records are there. */
  Arrivals awaitAtLeast(int count) {
    reader.awaitCount(count, PATIENCE);
    return this;
  }

  /**
   * Every record is a version that the double has had, or the tombstone of what it has no more;
   * none is there twice, and the newest have the double's contents.
   */
  void assertEachOnce() {
    List<Seen> arrived = reader.toEnd().stream().map(Arrivals::seen).toList();
    assertThat(arrived).doesNotHaveDuplicates();
    assertThat(had()).containsAll(arrived);
    assertThat(missing()).isEmpty();
    Map<Long, JsonNode> newest = newest();
    for (StoredItem item : items.items()) {
      assertThat(newest.get(item.id())).isEqualTo(json(item));
    }
  }

  /** Parsed the way the topic's records are, so that equal numbers are equal. */
  private static JsonNode json(StoredItem item) {
    try {
      return new ObjectMapper().readTree(item.json());
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private Set<Seen> had() {
    Set<Seen> had = new HashSet<>();
    for (Version version : items.versions()) {
      had.add(
          version
              .item()
              .map(item -> seen(item.tree()))
              .orElseGet(() -> new Seen(version.id(), DELETED)));
    }
    return had;
  }

  private List<Seen> missing() {
    Map<Long, JsonNode> newest = newest();
    Stream<Seen> existing = items.items().stream().map(item -> seen(item.tree()));
    Stream<Seen> deleted =
        newest.keySet().stream()
            .filter(id -> items.get(id).isEmpty())
            .map(id -> new Seen(id, DELETED));
    return Stream.concat(
            existing.filter(
                item ->
                    !newest.containsKey(item.id()) || !seen(newest.get(item.id())).equals(item)),
            deleted)
        .toList();
  }

  private Map<Long, JsonNode> newest() {
    Map<Long, JsonNode> newest = new TreeMap<>();
    for (TopicRecord record : reader.records()) {
      record
          .value()
          .ifPresentOrElse(
              value -> newest.put(value.path("id").asLong(), value),
              () -> newest.remove(seen(record).id()));
    }
    return newest;
  }

  private static Seen seen(TopicRecord record) {
    return record
        .value()
        .map(Arrivals::seen)
        .orElseGet(() -> new Seen(record.key().orElseThrow().asLong(), DELETED));
  }

  private static Seen seen(JsonNode item) {
    return new Seen(item.path("id").asLong(), item.at("/_info/lastUpdated").asText());
  }
}
