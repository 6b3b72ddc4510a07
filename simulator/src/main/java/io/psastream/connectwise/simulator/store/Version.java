package io.psastream.connectwise.simulator.store;

import java.time.Instant;
import java.util.Optional;

/**
 * An entry of the version log: an item became visible in a new version, or was deleted.
 *
 * @param sequence its place in the log, from 0
 * @param id the id of the item
 * @param visibleFrom the server's time from which requests see it
 * @param item the version; empty for a deletion
 */
public record Version(long sequence, long id, Instant visibleFrom, Optional<StoredItem> item) {

  public boolean deletion() {
    return item.isEmpty();
  }

  /** The version's last update; empty for a deletion and for an item without one. */
  public Optional<Instant> lastUpdated() {
    return item.flatMap(StoredItem::updated);
  }
}
