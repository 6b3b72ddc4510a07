package io.psastream.connectwise.simulator.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.condition.IdRange;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The items behind one path, by id. Reading takes no lock and sees every item in one version or the
 * next, never between; writing is one at a time. Each version is logged when it becomes visible.
 */
public final class ItemCollection {

  private record Pending(Instant due, StoredItem item) {}

  private final ConcurrentSkipListMap<Long, StoredItem> visible = new ConcurrentSkipListMap<>();
  private final PriorityQueue<Pending> pending =
      new PriorityQueue<>(Comparator.comparing(Pending::due));
  private final VersionLog.Series log;
  private final AtomicLong lastId;
  private final InstantSource clock;
  private final BiConsumer<Version, Boolean> watcher;
  private volatile Instant nextDue = Instant.MAX;

  /** The watcher is told of each version, and whether it is the first of its item. */
  ItemCollection(
      AtomicLong lastId,
      InstantSource clock,
      VersionLog.Series log,
      BiConsumer<Version, Boolean> watcher) {
    this.log = log;
    this.lastId = lastId;
    this.clock = clock;
    this.watcher = watcher;
  }

  /** Creates the item, or replaces the one of its {@code id}; without an id it gets the next. */
  public StoredItem put(ObjectNode item) {
    return put(item, Stamp.now());
  }

  /** Creates or replaces an item with this stamp. */
  public synchronized StoredItem put(ObjectNode item, Stamp stamp) {
    settle();
    long id = item.path("id").canConvertToLong() ? item.get("id").longValue() : lastId.get() + 1;
    lastId.accumulateAndGet(id, Math::max);
    ObjectNode stored = Json.object();
    stored.put("id", id);
    stored.setAll(item);
    flush(id);
    Optional<ObjectNode> info =
        Optional.ofNullable(visible.get(id)).flatMap(old -> info(old.tree()));
    return write(id, stored, info, stamp);
  }

  private static Optional<ObjectNode> info(ObjectNode item) {
    return item.get("_info") instanceof ObjectNode info ? Optional.of(info) : Optional.empty();
  }

  /** Takes the next free id. */
  public long nextId() {
    return lastId.incrementAndGet();
  }

  /** Creates an item of a kind that shows no id. */
  public synchronized StoredItem putWithoutId(ObjectNode item, Stamp stamp) {
    settle();
    return write(lastId.incrementAndGet(), item.deepCopy(), Optional.empty(), stamp);
  }

  /** Changes an item; empty when there is none of this id. */
  public Optional<StoredItem> update(long id, Consumer<ObjectNode> change) {
    return update(id, change, Stamp.now());
  }

  /** Changes an item with this stamp; empty when there is none of this id. */
  public synchronized Optional<StoredItem> update(
      long id, Consumer<ObjectNode> change, Stamp stamp) {
    settle();
    flush(id);
    return Optional.ofNullable(visible.get(id))
        .map(
            before -> {
              ObjectNode item = before.tree();
              Optional<ObjectNode> info = info(item);
              change.accept(item);
              return write(id, item, info, stamp);
            });
  }

  /** Changes an item without moving its {@code lastUpdated} (P23). */
  public Optional<StoredItem> silentChange(long id, Consumer<ObjectNode> change) {
    return update(id, change, Stamp.unchanged());
  }

  /** Gives all of these items the same new {@code lastUpdated}; answers how many there were. */
  public int touch(Collection<Long> ids) {
    return touch(ids, Stamp.at(clock.instant()));
  }

  /** Gives all of these items this stamp; answers how many there were. */
  public synchronized int touch(Collection<Long> ids, Stamp stamp) {
    int touched = 0;
    for (Long id : ids) {
      touched += update(id, item -> {}, stamp).isPresent() ? 1 : 0;
    }
    return touched;
  }

  /** Deletes an item for good, with no trace in the API (P24). */
  public synchronized boolean delete(long id) {
    settle();
    flush(id);
    boolean deleted = visible.remove(id) != null;
    if (deleted) {
      watcher.accept(log.add(id, clock.instant(), Optional.empty()), false);
    }
    return deleted;
  }

  /** Deletes everything. */
  public synchronized void deleteAll() {
    List.copyOf(visible.keySet()).forEach(this::delete);
  }

  public Optional<StoredItem> get(long id) {
    settle();
    return Optional.ofNullable(visible.get(id));
  }

  public int size() {
    settle();
    return visible.size();
  }

  /** The ids, ascending. */
  public List<Long> ids() {
    settle();
    return List.copyOf(visible.keySet());
  }

  /** The items of these ids, ascending; a live view that never fails while others write. */
  public Iterable<StoredItem> items(IdRange range) {
    settle();
    return range.isEmpty() ? List.of() : view(range).values();
  }

  /** The items of these ids, descending. */
  public Iterable<StoredItem> itemsDescending(IdRange range) {
    settle();
    return range.isEmpty() ? List.of() : view(range).descendingMap().values();
  }

  /** All items, by ascending id. */
  public Collection<StoredItem> items() {
    settle();
    return Collections.unmodifiableCollection(visible.values());
  }

  private NavigableMap<Long, StoredItem> view(IdRange range) {
    ConcurrentNavigableMap<Long, StoredItem> tail = visible;
    if (range.first() != Long.MIN_VALUE) {
      tail = tail.tailMap(range.first(), true);
    }
    return range.last() == Long.MAX_VALUE ? tail : tail.headMap(range.last(), true);
  }

  /**
   * The versions that became visible, oldest first; the most recent ones, unless the store
   * {@linkplain Store#keepEveryVersion keeps every version}.
   */
  public List<Version> versions() {
    settle();
    return log.kept();
  }

  /** How many older versions {@link #versions()} leaves out. */
  public long versionsLeftOut() {
    settle();
    return log.leftOut();
  }

  /** Those of one item. */
  public List<Version> versions(long id) {
    return versions().stream().filter(version -> version.id() == id).toList();
  }

  private StoredItem write(long id, ObjectNode item, Optional<ObjectNode> info, Stamp stamp) {
    Instant now = clock.instant();
    stamp.apply(item, info, now);
    StoredItem version = StoredItem.of(id, item);
    Instant due = stamp.visibleFrom().orElse(now);
    if (due.isAfter(now)) {
      pending.add(new Pending(due, version));
      nextDue = pending.element().due();
    } else {
      show(version, now);
    }
    return version;
  }

  private void show(StoredItem version, Instant from) {
    boolean added = visible.put(version.id(), version) == null;
    watcher.accept(log.add(version.id(), from, Optional.of(version)), added);
  }

  /** Makes visible what is due by now. */
  private void settle() {
    if (nextDue.equals(Instant.MAX) || clock.instant().isBefore(nextDue)) {
      return;
    }
    synchronized (this) {
      Instant now = clock.instant();
      while (!pending.isEmpty() && !pending.element().due().isAfter(now)) {
        Pending next = pending.remove();
        show(next.item(), next.due());
      }
      nextDue = pending.isEmpty() ? Instant.MAX : pending.element().due();
    }
  }

  /** A writer waits for the one before it: what is still hidden of this item is shown first. */
  private void flush(long id) {
    if (pending.isEmpty()) {
      return;
    }
    List<Pending> mine = pending.stream().filter(each -> each.item().id() == id).toList();
    mine.stream()
        .sorted(Comparator.comparing(Pending::due))
        .forEach(each -> show(each.item(), clock.instant()));
    pending.removeAll(mine);
    nextDue = pending.isEmpty() ? Instant.MAX : pending.element().due();
  }
}
