package io.psastream.connectwise.simulator.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every version of every item of a collection, in the order in which they became visible. */
final class VersionLog {

  private final List<Version> versions = new ArrayList<>();

  synchronized Version add(long id, Instant visibleFrom, Optional<StoredItem> item) {
    Version version = new Version(versions.size(), id, visibleFrom, item);
    versions.add(version);
    return version;
  }

  synchronized List<Version> all() {
    return List.copyOf(versions);
  }
}
