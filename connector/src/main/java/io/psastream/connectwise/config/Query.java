package io.psastream.connectwise.config;

import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.client.PageReader.Strategy;
import java.time.Duration;
import java.util.List;

/**
 * One query of a source: what it reads, how, how often and where to.
 *
 * @param alias its name in the configuration; empty for the only one
 * @param operation the operation it runs
 * @param options path and query parameters
 * @param topic where its items go
 * @param interval the time from the start of one run to the start of the next
 * @param reading how the answer is read
 * @param keyFields fields of the item that make the record key, {@code a/b} for nested ones
 */
public record Query(
    String alias,
    Operation operation,
    Options options,
    String topic,
    Duration interval,
    Reading reading,
    List<String> keyFields) {

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
   */
  public record Reading(
      Mode mode, Strategy strategy, int pageSize, Duration overlap, Duration safetyLag) {}

  /** The name for messages and threads: the alias, or the operation where there is none. */
  public String name() {
    return alias.isEmpty() ? operation.id() : alias;
  }
}
