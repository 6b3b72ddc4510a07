package io.psastream.connectwise.client;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An item of an answer: what the paging, the windows and the record need to know of it, and its
 * content.
 *
 * @param id its id; empty for items without one
 * @param lastUpdated its {@code _info.lastUpdated}, in whole seconds
 * @param updatedBy the member who did that, its {@code _info.updatedBy}
 * @param headers what its record says beside the content, such as a file's name
 * @param content the item in the form that its decoder made; null for a JSON {@code null}
 */
public record Item(
    OptionalLong id,
    Optional<Instant> lastUpdated,
    Optional<String> updatedBy,
    Map<String, String> headers,
    Object content) {

  /** An item without headers, of which nobody is known to have changed it. */
  public Item(OptionalLong id, Optional<Instant> lastUpdated, Object content) {
    this(id, lastUpdated, Optional.empty(), Map.of(), content);
  }
}
