package io.psastream.connectwise.metrics;

import java.util.Set;

/**
 * Every counter of the plugin: its name, its description and the tags that tell its values apart.
 */
public enum Metric {
  /** Items left out by {@code skip.updated.by}. */
  UPDATES_SKIPPED(
      "updates-skipped-total",
      "Items left out because one of skip.updated.by was the last to change them",
      Metric.QUERY),
  /** Children left out by {@code on.child.error=skip}. */
  CHILDREN_SKIPPED(
      "children-skipped-total",
      "Items of the parent query whose children could not be read and were left out",
      Metric.QUERY),
  /** Versions that the size limit of an offset has left out. */
  VERSIONS_FORGOTTEN(
      "versions-forgotten-total",
      "Versions that no offset had room for, which a restart may send again",
      Metric.QUERY),
  /** Signals that concern a query. */
  SIGNALS_TAKEN(
      "signals-taken-total", "Signals that were taken for one of the queries of the task"),
  /** Signals that cannot be read or that a query cannot follow. */
  SIGNALS_REJECTED(
      "signals-rejected-total", "Signals that were dropped, since they cannot be read or followed");

  /** The tag with the name of a query. */
  public static final String QUERY = "query";

  private final String title;
  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // Set.of gives immutable sets.
  private final Set<String> tags;

  Metric(String title, String description, String... tags) {
    this.title = title;
    this.description = description;
    this.tags = Set.of(tags);
  }

  String title() {
    return title;
  }

  String description() {
    return description;
  }

  /** The names of its tags. */
  Set<String> tags() {
    return tags;
  }
}
