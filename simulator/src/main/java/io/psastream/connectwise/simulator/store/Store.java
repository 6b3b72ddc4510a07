package io.psastream.connectwise.simulator.store;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All collections, by path with the parents' ids in place ({@code /service/tickets/5/notes}). A
 * collection exists as soon as it is asked for.
 */
public final class Store {

  /** A document, image or PDF. */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  public record StoredFile(String name, String contentType, byte[] content) {}

  /** How many versions are kept unless told otherwise, far more than a test writes. */
  public static final int MOST_VERSIONS = 100_000;

  private final ConcurrentNavigableMap<String, ItemCollection> collections =
      new ConcurrentSkipListMap<>();
  private final ConcurrentNavigableMap<String, AtomicLong> lastIds = new ConcurrentSkipListMap<>();
  private final ConcurrentNavigableMap<String, StoredFile> files = new ConcurrentSkipListMap<>();
  private final VersionLog log;
  private final InstantSource clock;
  private volatile Watcher watcher = (path, version, added) -> {};

  /** Told of each version and deletion as it becomes visible, under the lock of its collection. */
  public interface Watcher {

    /**
     * Notes a change, without waiting.
     *
     * @param path the path of the collection
     * @param added whether there was no item of this id before
     */
    void changed(String path, Version version, boolean added);
  }

  /** One that keeps the last {@value #MOST_VERSIONS} versions. */
  public Store(InstantSource clock) {
    this(clock, MOST_VERSIONS);
  }

  /** Keeps at most so many versions of its items, and of those at most 128 MB. */
  public Store(InstantSource clock, int mostVersions) {
    this.clock = clock;
    this.log = new VersionLog(mostVersions);
  }

  /**
   * Keeps every version from now on, for a test that compares with all of them. The memory this
   * takes has no bound.
   */
  public void keepEveryVersion() {
    log.keepAll();
  }

  /** Tells this one of all changes from now on. */
  public void watch(Watcher other) {
    watcher = other;
  }

  /** The collection of this path. */
  public ItemCollection collection(String path) {
    return collections.computeIfAbsent(
        path, p -> collection(p, lastIds.computeIfAbsent(idSpace(p), s -> new AtomicLong())));
  }

  private ItemCollection collection(String path, AtomicLong lastId) {
    return new ItemCollection(
        lastId, clock, log.new Series(), (version, added) -> changed(path, version, added));
  }

  /** The collection of this path to read from: where there is none an empty one, not kept. */
  public ItemCollection reading(String path) {
    return existing(path).orElseGet(() -> collection(path, new AtomicLong()));
  }

  private void changed(String path, Version version, boolean added) {
    if (version.deletion()) {
      forgetBelow(path + "/" + version.id() + "/");
    }
    watcher.changed(path, version, added);
  }

  /** What is below a deleted item goes with it: its collections and its file. */
  private void forgetBelow(String prefix) {
    for (NavigableMap<String, ?> kept : List.of(collections, lastIds, files)) {
      kept.subMap(prefix, prefix + Character.MAX_VALUE).clear();
    }
  }

  /** The collection of this path, if anything was ever kept there. */
  public Optional<ItemCollection> existing(String path) {
    return Optional.ofNullable(collections.get(path));
  }

  /**
   * Ids of service and project tickets are drawn from one sequence (P27a), others each their own.
   */
  private static String idSpace(String path) {
    return path.toLowerCase(Locale.ROOT).equals("/project/tickets") ? "/service/tickets" : path;
  }

  /** The paths of the collections that have been asked for. */
  public Set<String> paths() {
    return new ConcurrentSkipListSet<>(collections.keySet());
  }

  /** What a binary operation answers at this path, such as {@code /system/documents/5/download}. */
  public void file(String path, StoredFile file) {
    files.put(path, file);
  }

  public Optional<StoredFile> file(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /** Forgets everything, the version logs too. */
  public void clear() {
    collections.clear();
    lastIds.clear();
    files.clear();
    log.clear();
  }
}
