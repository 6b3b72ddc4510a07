package io.psastream.connectwise.client;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An item of a paged list: what the paging and the windows look at, and its content.
 *
 * @param id its id; empty for items without one
 * @param lastUpdated its {@code _info.lastUpdated}, in whole seconds
 * @param content the item in the form that its decoder made
 */
public record Item(OptionalLong id, Optional<Instant> lastUpdated, Object content) {}
