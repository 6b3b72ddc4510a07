package io.psastream.connectwise.simulator.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.condition.Row;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * One version of an item: its JSON as it goes over the wire, and beside it what nearly every
 * condition asks for, so that a page is written without parsing anything. Immutable.
 */
public final class StoredItem implements Row {

  private final long id;
  private final long lastUpdated;
  private final byte[] json;

  private StoredItem(long id, long lastUpdated, byte[] json) {
    this.id = id;
    this.lastUpdated = lastUpdated;
    this.json = json;
  }

  /** The version that this tree describes; {@code id} is where it is kept. */
  static StoredItem of(long id, ObjectNode item) {
    long updated =
        Json.time(item.path("_info").path("lastUpdated"))
            .map(Instant::getEpochSecond)
            .orElse(NO_TIME);
    return new StoredItem(id, updated, Json.bytes(item));
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public long lastUpdated() {
    return lastUpdated;
  }

  /** The last update; empty where the item has none. */
  public Optional<Instant> updated() {
    return lastUpdated == NO_TIME
        ? Optional.empty()
        : Optional.of(Instant.ofEpochSecond(lastUpdated));
  }

  /** The item, parsed anew: the caller may change what it gets. */
  @Override
  public ObjectNode tree() {
    return Json.object(json);
  }

  /** The length of the JSON in bytes. */
  public int length() {
    return json.length;
  }

  /** The JSON. */
  public String json() {
    return new String(json, UTF_8);
  }

  /** Writes the JSON. */
  public void writeTo(OutputStream out) throws IOException {
    out.write(json, 0, json.length);
  }

  /** A hash of the JSON, to tell versions apart by content. */
  public int contentHash() {
    return Arrays.hashCode(json);
  }
}
