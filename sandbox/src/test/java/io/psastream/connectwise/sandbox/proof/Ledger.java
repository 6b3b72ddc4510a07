package io.psastream.connectwise.sandbox.proof;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.sandbox.broker.TopicRecord;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.StoredItem;
import io.psastream.connectwise.simulator.store.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The topic held against the double's version log. Compares sets of tens of thousands and names but
 * the differences. Belongs to one thread.
 */
final class Ledger {
  private final TopicReader reader;
  private final ItemCollection tickets;
  private final Copy.Part part;
  private final Map<Copy, Integer> times = new LinkedHashMap<>();
  private final List<Copy> arrived = new ArrayList<>();
  private final Map<StoredItem, Copy> copies = new HashMap<>();
  private final Map<Long, Integer> tombstones = new HashMap<>();
  private final List<Copy> afterTombstone = new ArrayList<>();

  Ledger(TopicReader reader, ItemCollection tickets, Copy.Part part) {
    this.reader = reader;
    this.tickets = tickets;
    this.part = part;
  }

  /** Takes what has come to the topic within a moment. */
  void read() {
    take(reader.drain());
  }

  /** Takes everything that is in the topic now. */
  void readToEnd() {
    take(reader.toEnd());
  }

  private void take(List<TopicRecord> records) {
    for (TopicRecord record : records) {
      if (record.value().isEmpty()) {
        JsonNode key = record.key().orElseThrow();
        tombstones.merge((key.isObject() ? key.path("id") : key).asLong(), 1, Integer::sum);
      } else {
        take(record);
      }
    }
  }

  /** A full refresh sends again what it cannot know to be sent. */
  private void take(TopicRecord record) {
    Copy copy = Copy.of(record, part);
    times.merge(copy, record.headers().containsKey("connectwise.refresh") ? 0 : 1, Integer::sum);
    arrived.add(copy);
    if (tombstones.containsKey(copy.id())) {
      afterTombstone.add(copy);
    }
  }

  int size() {
    return arrived.size();
  }

  /** The newest version of every ticket that has not arrived. */
  List<Copy> newestMissing() {
    return missing(tickets.items());
  }

  /** Those of the versions that have not arrived. */
  List<Copy> missing(Collection<StoredItem> versions) {
    return versions.stream().map(this::copy).filter(copy -> !times.containsKey(copy)).toList();
  }

  /** Tickets that were deleted after they had arrived, and have no tombstone. */
  Set<Long> tombstonesMissing() {
    Set<Long> missing = deleted();
    missing.retainAll(arrived.stream().map(Copy::id).collect(Collectors.toSet()));
    missing.removeAll(tombstones.keySet());
    return missing;
  }

  /** Tombstones of what was never deleted. */
  Set<Long> falseTombstones() {
    Set<Long> wrong = new TreeSet<>(tombstones.keySet());
    wrong.removeAll(deleted());
    return wrong;
  }

  /** Tickets with more than one tombstone. */
  Set<Long> tombstonesTwice() {
    Set<Long> twice = new TreeSet<>(tombstones.keySet());
    twice.removeIf(id -> tombstones.get(id) == 1);
    return twice;
  }

  /** Arrivals after the tombstone of their ticket. */
  List<Copy> afterTombstone() {
    return List.copyOf(afterTombstone);
  }

  int tombstones() {
    return tombstones.size();
  }

  /** Ids are not given twice. */
  private Set<Long> deleted() {
    return tickets.versions().stream()
        .filter(Version::deletion)
        .map(Version::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Versions that arrived more than once. */
  List<Copy> twice() {
    return times.entrySet().stream()
        .filter(entry -> entry.getValue() > 1)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Arrivals that no ticket ever was. */
  List<Copy> invented() {
    Map<Copy, Long> log = log();
    return times.keySet().stream().filter(copy -> !log.containsKey(copy)).toList();
  }

  /** Arrivals after a newer version of the same ticket. */
  List<Copy> late() {
    Map<Copy, Long> log = log();
    Map<Long, Long> newest = new HashMap<>();
    return arrived.stream()
        .filter(
            copy -> {
              long sequence = log.getOrDefault(copy, Long.MAX_VALUE);
              return newest.merge(copy.id(), sequence, Math::max) > sequence;
            })
        .toList();
  }

  private Map<Copy, Long> log() {
    Map<Copy, Long> log = new HashMap<>();
    for (Version version : tickets.versions()) {
      Optional<StoredItem> item = version.item();
      item.ifPresent(it -> log.put(copy(it), version.sequence()));
    }
    return log;
  }

  private Copy copy(StoredItem item) {
    return copies.computeIfAbsent(item, it -> Copy.of(it, part));
  }
}
