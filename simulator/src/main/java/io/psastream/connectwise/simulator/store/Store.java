package io.psastream.connectwise.simulator.store;

import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

  private final Map<String, ItemCollection> collections = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> lastIds = new ConcurrentHashMap<>();
  private final Map<String, StoredFile> files = new ConcurrentHashMap<>();
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

  public Store(InstantSource clock) {
    this.clock = clock;
  }

  /** Tells this one of all changes from now on. */
  public void watch(Watcher other) {
    watcher = other;
  }

  /** The collection of this path. */
  public ItemCollection collection(String path) {
    return collections.computeIfAbsent(
        path,
        p ->
            new ItemCollection(
                lastIds.computeIfAbsent(idSpace(p), s -> new AtomicLong()),
                clock,
                (version, added) -> watcher.changed(p, version, added)));
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
  }
}
