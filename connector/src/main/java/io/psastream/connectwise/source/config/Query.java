package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.client.paging.PagingStrategy;
import io.psastream.connectwise.config.Options;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One query of a source: what it reads, how, how often and where to.
 *
 * @param alias its name in the configuration; empty for the only one
 * @param operation the operation it runs
 * @param options path and query parameters
 * @param topic where its items go
 * @param schedule when it runs
 * @param reading how the answer is read
 * @param keyFields fields of the item that make the record key, {@code a/b} for nested ones
 * @param refresh when everything is read again besides, if ever
 * @param deletes when and how deletions are looked for, if ever
 * @param parent the alias of the query for each of whose items this one runs, if for any
 * @param values what the values of its records are
 */
public record Query(
    String alias,
    Operation operation,
    Options options,
    String topic,
    Schedule schedule,
    Reading reading,
    List<String> keyFields,
    Optional<Refresh> refresh,
    Optional<Deletes> deletes,
    Optional<String> parent,
    ValueFormat values) {

  /** What a run of the query returns. */
  public enum Mode {
    /** What was changed since the last run, found by lastUpdated. */
    INCREMENTAL,
    /** Everything, every time. */
    SNAPSHOT
  }

  /**
   * How the answer is read.
   *
   * @param overlap how far back a window reads once more, for commits that became visible late
   * @param safetyLag how far a window stays behind the server's clock
   * @param start where the first window begins
   * @param skipUpdatedBy whose writes are not sent
   */
  public record Reading(
      Mode mode,
      PagingStrategy strategy,
      int pageSize,
      Duration overlap,
      Duration safetyLag,
      Start start,
      Set<String> skipUpdatedBy) {}

  /** Where the first window begins: at the beginning, at a time, or so long before now. */
  public record Start(Optional<Instant> at, Optional<Duration> back) {

    public static final Start BEGINNING = new Start(Optional.empty(), Optional.empty());

    /** The time it means; empty for the beginning. */
    public Optional<Instant> from(Instant now) {
      return back.map(now::minus).or(() -> at);
    }
  }

  /**
   * A full refresh.
   *
   * @param changedOnly whether items that are as they were are left out
   */
  public record Refresh(Schedule schedule, boolean changedOnly) {}

  /**
   * Looking for deletions.
   *
   * @param get the operation that tells whether an item exists
   * @param maxRatio the largest part of the known items that may be gone at once
   */
  public record Deletes(Schedule schedule, Operation get, double maxRatio) {}

  /** The name for messages and threads: the alias, or the operation where there is none. */
  public String name() {
    return alias.isEmpty() ? operation.id() : alias;
  }
}
