package io.psastream.connectwise.source;

import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.data.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Fingerprints of the items that a query has sent, by id, which tell whether one has changed since.
 * Belongs to the thread that reads the query. What is not remembered counts as changed.
 */
final class Fingerprints {

  /** Items whose fingerprints are kept, where no full refresh needs those of all. */
  private static final int MOST_RECENT = 100_000;

  private final Map<Long, Long> byId;

  private Fingerprints(Map<Long, Long> byId) {
    this.byId = byId;
  }

  /** Those of all items. */
  static Fingerprints ofAll() {
    return new Fingerprints(new HashMap<>());
  }

  /** Those of the latest items; the oldest are forgotten. */
  static Fingerprints ofRecent() {
    return new Fingerprints(
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > MOST_RECENT;
          }
        });
  }

  /** Distinguishes contents that have the same timestamp. */
  static long of(Item item) {
    try {
      byte[] text =
          item.content() instanceof byte[] file
              ? file
              : item.content() instanceof JsonText json
                  ? json.utf8()
                  : String.valueOf(item.content()).getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** Whether an item has changed; one without an id always has. */
  boolean differs(Item item) {
    if (item.id().isEmpty()) {
      return true;
    }
    Long before = byId.get(item.id().getAsLong());
    return before == null || before != of(item);
  }

  /**
   * Remembers an item as it is now.
   *
   * @return whether it has changed
   */
  boolean update(Item item) {
    if (item.id().isEmpty()) {
      return true;
    }
    long now = of(item);
    Long before = byId.put(item.id().getAsLong(), now);
    return before == null || before != now;
  }

  /** An item is deleted. */
  void remove(long id) {
    byId.remove(id);
  }
}
