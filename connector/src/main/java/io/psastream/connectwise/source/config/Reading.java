package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.client.paging.PagingStrategy;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.config.Options;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How a query reads its list.
 *
 * @param overlap how far a window reads back before its start, for changes that became visible late
 * @param safetyLag how far the end of a window stays behind the server's clock
 * @param start where the first window starts
 * @param skipUpdatedBy members whose changes are not sent
 */
public record Reading(
    Mode mode,
    PagingStrategy strategy,
    int pageSize,
    Duration overlap,
    Duration safetyLag,
    Start start,
    Set<String> skipUpdatedBy) {

  /** What a run of the query returns. */
  public enum Mode {
    /** What has changed since the last run, by lastUpdated. */
    INCREMENTAL,
    /** Everything, every time. */
    SNAPSHOT
  }

  /** Where the first window starts: at the beginning, at a time, or a duration before now. */
  public record Start(Optional<Instant> at, Optional<Duration> back) {

    public static final Start BEGINNING = new Start(Optional.empty(), Optional.empty());

    private static Start parse(String text) {
      return text.startsWith("P")
          ? new Start(Optional.empty(), Optional.of(Duration.parse(text)))
          : new Start(Optional.of(Instant.parse(text)), Optional.empty());
    }

    /** Whether the start is a time that has not come yet. */
    boolean isAfter(Instant now) {
      return at.filter(now::isBefore).isPresent();
    }

    /** The start as a time; empty for the beginning. */
    public Optional<Instant> from(Instant now) {
      return back.map(now::minus).or(() -> at);
    }
  }

  /** The same, of everything on each run. */
  public Reading asSnapshot() {
    return new Reading(Mode.SNAPSHOT, strategy, pageSize, overlap, safetyLag, start, skipUpdatedBy);
  }

  /** Reads how the query of an operation is to read. */
  static Reading of(AliasValues values, Operation operation, Options options) {
    boolean byId = operation.answer().paged() && operation.traits().id();
    PagingStrategy strategy = strategy(values, operation, byId);
    return new Reading(
        mode(values, operation, byId),
        strategy,
        pageSize(values, options),
        values.duration(QueryKeys.OVERLAP),
        values.duration(QueryKeys.SAFETY_LAG),
        values.text(QueryKeys.START_AT).map(Start::parse).orElse(Start.BEGINNING),
        Set.copyOf(values.list(QueryKeys.SKIP_UPDATED_BY)));
  }

  /**
   * The {@code pageSize} of the options, which is what other tools call it, or {@code page.size}.
   */
  private static int pageSize(AliasValues values, Options options) {
    int size = values.number(QueryKeys.PAGE_SIZE).intValue();
    String given = options.query(Options.PAGE_SIZE).map(String::strip).orElse("");
    if (given.isEmpty()) {
      return size;
    }
    boolean valid =
        given.matches("\\d{1,4}")
            && Integer.parseInt(given) >= 1
            && Integer.parseInt(given) <= QueryKeys.LARGEST_PAGE;
    if (!valid) {
      values.problem(
          Options.KEY,
          "the value of \"pageSize\" must be a number from 1 to " + QueryKeys.LARGEST_PAGE);
    } else if (size != QueryKeys.LARGEST_PAGE && size != Integer.parseInt(given)) {
      values.problem(
          Options.KEY,
          "\"pageSize\" is " + given + ", but page.size is " + size + "; leave one of them out");
    }
    return valid ? Integer.parseInt(given) : size;
  }

  private static Mode mode(AliasValues values, Operation operation, boolean byId) {
    if (values.is(QueryKeys.MODE, "auto")) {
      return byId && operation.traits().info() ? Mode.INCREMENTAL : Mode.SNAPSHOT;
    }
    Mode mode = values.choice(Mode.class, QueryKeys.MODE);
    if (mode == Mode.INCREMENTAL && !byId) {
      values.problem(
          QueryKeys.MODE,
          operation.id() + " has no items with an id to find changes by; use snapshot");
    }
    return mode;
  }

  private static PagingStrategy strategy(AliasValues values, Operation operation, boolean byId) {
    if (values.is(QueryKeys.PAGING, "auto")) {
      return PagingStrategy.defaultFor(byId);
    }
    PagingStrategy strategy =
        PagingStrategy.of(values.text(QueryKeys.PAGING).orElseThrow().toLowerCase(Locale.ROOT));
    if (strategy.byId() && !byId) {
      values.problem(
          QueryKeys.PAGING,
          operation.id()
              + " has no items with an id to page by; use "
              + PagingStrategy.defaultFor(false).word());
    }
    return strategy;
  }
}
