package io.psastream.connectwise.client;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An item of an answer: the fields that paging, windows and records use, and its content.
 *
 * @param id its id; empty for items without one
 * @param lastUpdated its {@code _info.lastUpdated}, in whole seconds
 * @param updatedBy the member who updated it last, its {@code _info.updatedBy}
 * @param headers the headers of its record, such as the name of a file
 * @param content the item as its decoder made it; null for a JSON {@code null}
 */
public record Item(
    OptionalLong id,
    Optional<Instant> lastUpdated,
    Optional<String> updatedBy,
    Map<String, String> headers,
    Object content) {

  /** An item without headers and updatedBy. */
  public Item(OptionalLong id, Optional<Instant> lastUpdated, Object content) {
    this(id, lastUpdated, Optional.empty(), Map.of(), content);
  }

  /** The same item in another form. */
  public Item with(Object otherContent) {
    return new Item(id, lastUpdated, updatedBy, headers, otherContent);
  }
}
