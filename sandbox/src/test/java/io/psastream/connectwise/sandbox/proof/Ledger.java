package io.psastream.connectwise.sandbox.proof;

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

/**
 * The topic held against the double's version log. Compares sets of tens of thousands and names but
 * the differences. Belongs to one thread.
 */
final class Ledger {
  private final TopicReader reader;
  private final ItemCollection tickets;
  private final Map<Copy, Integer> times = new LinkedHashMap<>();
  private final List<Copy> arrived = new ArrayList<>();
  private final Map<StoredItem, Copy> copies = new HashMap<>();

  Ledger(TopicReader reader, ItemCollection tickets) {
    this.reader = reader;
    this.tickets = tickets;
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
      Copy copy = Copy.of(record);
      times.merge(copy, 1, Integer::sum);
      arrived.add(copy);
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
    return copies.computeIfAbsent(item, Copy::of);
  }
}
