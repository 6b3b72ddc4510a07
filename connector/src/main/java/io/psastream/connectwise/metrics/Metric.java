package io.psastream.connectwise.metrics;

import java.util.List;
import java.util.stream.Stream;

/**
 * Every figure of the plugin: its name, what it is a figure of, its unit and its meaning. To add
 * one, add it here, use it where it counts, and say in docs/monitoring.md what to do about it.
 */
public enum Metric {
  /** How far a query is behind. */
  LAG(
      "lag-seconds",
      MetricScope.QUERY,
      MetricType.GAUGE,
      "s",
      "Time since the moment up to which every change has been read; not a number until the first"
          + " window is complete"),
  /** How long a query has not succeeded. */
  SUCCESS_AGE(
      "last-success-age-seconds",
      MetricScope.QUERY,
      MetricType.GAUGE,
      "s",
      "Time since the last batch was read without a failure, or since the start of the task"),
  /** What a query does now. */
  PHASE(
      "phase",
      MetricScope.QUERY,
      MetricType.GAUGE,
      "text",
      "What the query does: idle, snapshot, window, refresh, sweep, child, signal (reads what a"
          + " signal names), delayed (waits after a failure), refused (waits for its next scheduled"
          + " run), paused (Connect does not poll)"),
  /** The same as a number. */
  PHASE_CODE(
      "phase-code",
      MetricScope.QUERY,
      MetricType.GAUGE,
      "number",
      "The phase as a number: 0 idle, 1 snapshot, 2 window, 3 refresh, 4 sweep, 5 child, 6 delayed,"
          + " 7 refused, 8 paused, 9 signal"),
  /** Progress of a snapshot. */
  SNAPSHOT_ITEMS(
      "snapshot-items",
      MetricScope.QUERY,
      MetricType.GAUGE,
      "items",
      "Items that the current or last snapshot has sent so far; 0 before one"),
  /** The end of a snapshot. */
  SNAPSHOT_ITEMS_EXPECTED(
      "snapshot-items-expected",
      MetricScope.QUERY,
      MetricType.GAUGE,
      "items",
      "Items that the snapshot is to have in the end: by the count of the API, then as many as the"
          + " last one had; not a number where it is not known, or a page was enough"),
  /** Items that are sent. */
  ITEMS(
      "items-total",
      MetricScope.QUERY,
      MetricType.COUNTER,
      "items",
      "Items that were sent, also again and for signals"),
  /** Items read again. */
  DUPLICATES_DROPPED(
      "duplicates-dropped-total",
      MetricScope.QUERY,
      MetricType.COUNTER,
      "items",
      "Versions left out because they had been sent before"),
  /** Items left out by {@code skip.updated.by}. */
  UPDATES_SKIPPED(
      "updates-skipped-total",
      MetricScope.QUERY,
      MetricType.COUNTER,
      "items",
      "Items left out because one of skip.updated.by was the last to change them"),
  /** Deletions found. */
  TOMBSTONES(
      "tombstones-total",
      MetricScope.QUERY,
      MetricType.COUNTER,
      "items",
      "Deletions found, each a tombstone"),
  /** What the catalogue does not know. */
  UNKNOWN_FIELDS(
      "unknown-fields-total",
      MetricScope.QUERY,
      MetricType.COUNTER,
      "fields",
      "Top-level fields that went into _extra, since the catalogue does not know them or they did"
          + " not fit"),
  /** Complete windows. */
  WINDOWS(
      "windows-total",
      MetricScope.QUERY,
      MetricType.COUNTER,
      "windows",
      "Windows that were completed"),
  /** How long the last window took. */
  WINDOW_DURATION(
      "window-duration-ms",
      MetricScope.QUERY,
      MetricType.GAUGE,
      "ms",
      "How long the last complete window took, with all waits"),
  /** Requests of a query. */
  QUERY_REQUESTS(
      "query-requests-total",
      MetricScope.QUERY,
      MetricType.COUNTER,
      "requests",
      "Requests that were sent for the query, retries included"),
  /** Pages read ahead. */
  READ_AHEAD(
      "pages-read-ahead-total",
      MetricScope.QUERY,
      MetricType.COUNTER,
      "pages",
      "Pages that were asked for before their turn"),
  /** Children left out by {@code on.child.error=skip}. */
  CHILDREN_SKIPPED(
      "children-skipped-total",
      MetricScope.QUERY,
      MetricType.COUNTER,
      "items",
      "Items of the parent query whose children could not be read and were left out"),
  /** Versions that the size limit of an offset has left out. */
  VERSIONS_FORGOTTEN(
      "versions-forgotten-total",
      MetricScope.QUERY,
      MetricType.COUNTER,
      "versions",
      "Versions that no offset had room for, which a restart may send again"),
  /** Items whose deletions are not found. */
  IDS_OUT_OF_RANGE(
      "ids-out-of-range-total",
      MetricScope.QUERY,
      MetricType.COUNTER,
      "items",
      "Items sent whose ids are not from 0 to 2147483647, so that no sweep finds their deletions"),

  /** Signals that concern a query. */
  SIGNALS_TAKEN(
      "signals-taken-total",
      MetricScope.SOURCE,
      MetricType.COUNTER,
      "signals",
      "Signals that were taken for one of the queries of the task"),
  /** Signals that cannot be read or that a query cannot follow. */
  SIGNALS_REJECTED(
      "signals-rejected-total",
      MetricScope.SOURCE,
      MetricType.COUNTER,
      "signals",
      "Signals that were dropped, since they cannot be read or followed"),

  /** Records that were applied. */
  APPLIED(
      "records-applied-total", MetricScope.ROUTE, MetricType.COUNTER, "records", "Records applied"),
  /** Records that were rejected. */
  REJECTED(
      "records-rejected-total",
      MetricScope.ROUTE,
      MetricType.COUNTER,
      "records",
      "Records rejected, by ConnectWise or because no call could be made of them"),
  /** Creates in doubt. */
  AMBIGUOUS(
      "records-ambiguous-total",
      MetricScope.ROUTE,
      MetricType.COUNTER,
      "records",
      "Records whose create may have been applied or not, because its answer was lost"),
  /** Records saved by coalescing. */
  COALESCED(
      "records-coalesced-total",
      MetricScope.ROUTE,
      MetricType.COUNTER,
      "records",
      "Records that needed no call of their own, since a later one of their item was sent with them"),
  /** Records under way. */
  UNSETTLED(
      "records-unsettled",
      MetricScope.ROUTE,
      MetricType.GAUGE,
      "records",
      "Records taken from Connect that are not settled yet, so that their offsets wait"),
  /** The oldest of them. */
  OLDEST_UNSETTLED(
      "oldest-unsettled-age-seconds",
      MetricScope.ROUTE,
      MetricType.GAUGE,
      "s",
      "How long the oldest of them has been under way; 0 when there is none"),
  /** Lanes at work. */
  LANES_BUSY(
      "lanes-busy",
      MetricScope.ROUTE,
      MetricType.COUNTER,
      "lanes",
      "Lanes in which a record is being applied now"),
  /** Look-ups. */
  LOOKUPS(
      "lookups-total",
      MetricScope.ROUTE,
      MetricType.COUNTER,
      "look-ups",
      "Look-ups of items, by key or by id"),
  /** Records tried again. */
  RECORD_RETRIES(
      "record-retries-total",
      MetricScope.ROUTE,
      MetricType.COUNTER,
      "attempts",
      "Attempts at a record that left it to be tried again"),
  /** How long records take. */
  RECORD_LATENCY(
      "record-latency-ms",
      MetricScope.ROUTE,
      MetricType.DISTRIBUTION,
      "ms",
      "Time from taking a record until it was settled, over the last one to two minutes"),

  /** How long requests take. */
  REQUEST_LATENCY(
      "request-latency-ms",
      MetricScope.SITE,
      MetricType.DISTRIBUTION,
      "ms",
      "Time from sending a request to its answer or failure, over the last one to two minutes"),
  /** Retries of the client. */
  REQUEST_RETRIES(
      "request-retries-total",
      MetricScope.SITE,
      MetricType.COUNTER,
      "requests",
      "Requests sent again after a failure"),
  /** Answers with 429. */
  THROTTLED(
      "throttled-total",
      MetricScope.SITE,
      MetricType.COUNTER,
      "requests",
      "Requests that the site refused because there were too many (429)"),
  /** Time lost to limits. */
  THROTTLE_WAIT(
      "throttle-wait-ms-total",
      MetricScope.SITE,
      MetricType.COUNTER,
      "ms",
      "Time that requests waited for a free slot or for the rate limit, of all threads together"),
  /** The rate that is permitted now. */
  PACE(
      "pace-per-minute",
      MetricScope.SITE,
      MetricType.GAUGE,
      "requests/min",
      "Requests a minute that may be sent now by all tasks of this worker for the site and user;"
          + " infinite without a limit"),
  /** Open connections. */
  CONNECTIONS(
      "connections",
      MetricScope.SITE,
      MetricType.GAUGE,
      "connections",
      "Open connections to the site"),
  /** Calls by operation and outcome. */
  REQUESTS(
      "requests-total",
      MetricScope.CALLS,
      MetricType.COUNTER,
      "requests",
      "Requests by operation and outcome: success, or the kind of failure of docs/architecture.md"),

  /** State of the circuit breaker. */
  BREAKER(
      "breaker-state",
      MetricScope.SINK,
      MetricType.GAUGE,
      "number",
      "Circuit breaker of the task: 0 closed, 1 open (all lanes pause), 2 probing with one call");

  /** What a metric is a figure of, as the tags that tell its values apart, besides the task's. */
  public enum MetricScope {
    /** A query of a source. */
    QUERY("query"),
    /** A source task. */
    SOURCE(),
    /** A route of a sink. */
    ROUTE("route"),
    /** What a task sees of the site. */
    SITE(),
    /** The requests of one operation that ended in one way. */
    CALLS("operation", "outcome"),
    /** A sink task. */
    SINK();

    @SuppressWarnings("ImmutableEnumChecker") // List.of gives immutable lists.
    private final List<String> tags;

    MetricScope(String... tags) {
      this.tags = List.of(tags);
    }

    /** The names of its tags. */
    List<String> tags() {
      return tags;
    }
  }

  /** How a metric comes by its value. */
  enum MetricType {
    /** Counted. */
    COUNTER,
    /** Worked out when it is read. */
    GAUGE,
    /** Several values: quantiles and the highest. */
    DISTRIBUTION
  }

  private final String title;
  private final MetricScope scope;
  private final MetricType kind;
  private final String unit;
  private final String description;

  Metric(String title, MetricScope scope, MetricType kind, String unit, String description) {
    this.title = title;
    this.scope = scope;
    this.kind = kind;
    this.unit = unit;
    this.description = description;
  }

  MetricScope scope() {
    return scope;
  }

  MetricType kind() {
    return kind;
  }

  /** Its unit, in words. */
  String unit() {
    return unit;
  }

  String description() {
    return description;
  }

  String title() {
    return title;
  }

  /** The metrics of a scope. */
  static Stream<Metric> of(MetricScope scope) {
    return Stream.of(values()).filter(metric -> metric.scope == scope);
  }
}
