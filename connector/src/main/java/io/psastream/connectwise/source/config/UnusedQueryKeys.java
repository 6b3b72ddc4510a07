package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.config.UnusedKeys;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Reading.Mode;
import io.psastream.connectwise.source.config.ValueFormat.SchemaMode;
import java.util.List;
import java.util.Map;

/** The keys that have no effect in a query, for what the query is or for what other keys say. */
final class UnusedQueryKeys {

  private static final List<UnusedKeys<Query>> ALL =
      List.of(
          UnusedKeys.of(
              (query, values) -> isChild(query),
              "in a query with a parent, whose deletions are not found; where the API has one list"
                  + " of all its items, such as getTimeEntries, read that without a parent",
              Passes.DELETES_DETECT,
              Passes.DELETES_INTERVAL,
              Passes.DELETES_CRON,
              Passes.DELETES_MAX_RATIO),
          UnusedKeys.of(
              (query, values) -> isChild(query),
              "in a query with a parent, which reads everything that is below each item that the"
                  + " parent sends; set it for the parent query",
              Passes.INTERVAL,
              Passes.IDLE_INTERVAL,
              Passes.CRON,
              Passes.TIME_ZONE,
              Passes.REFRESH_INTERVAL,
              Passes.REFRESH_CRON,
              Passes.REFRESH_LOOKBACK,
              Passes.REFRESH_EMIT,
              QueryKeys.START_AT,
              QueryKeys.OVERLAP,
              QueryKeys.SAFETY_LAG,
              QueryKeys.SKIP_UPDATED_BY,
              QueryKeys.OFFSET_NAME),
          UnusedKeys.of(
              (query, values) -> isChild(query) && values.is(QueryKeys.MODE, "incremental"),
              "in a query with a parent, which reads everything that is below each item that the"
                  + " parent sends; leave it out",
              QueryKeys.MODE),
          UnusedKeys.of(
              (query, values) -> !isChild(query),
              "in a query without parent; name one, or leave it out",
              Passes.ON_CHILD_ERROR),
          UnusedKeys.of(
              (query, values) -> !isChild(query) && query.reading().mode() == Mode.SNAPSHOT,
              "in snapshot mode, which reads everything on every run; leave it out, or use a list"
                  + " that can be read incrementally",
              QueryKeys.START_AT,
              QueryKeys.OVERLAP,
              QueryKeys.SAFETY_LAG,
              Passes.IDLE_INTERVAL,
              Passes.REFRESH_INTERVAL,
              Passes.REFRESH_CRON,
              Passes.REFRESH_LOOKBACK,
              Passes.REFRESH_EMIT),
          beside(Passes.CRON, Passes.INTERVAL),
          beside(Passes.CRON, Passes.IDLE_INTERVAL),
          beside(Passes.REFRESH_CRON, Passes.REFRESH_INTERVAL),
          beside(Passes.DELETES_CRON, Passes.DELETES_INTERVAL),
          UnusedKeys.of(
              (query, values) ->
                  List.of(Passes.CRON, Passes.REFRESH_CRON, Passes.DELETES_CRON).stream()
                      .allMatch(name -> values.text(name).isEmpty()),
              "without a cron expression, such as " + Passes.CRON,
              Passes.TIME_ZONE),
          UnusedKeys.of(
              (query, values) -> !query.passes().schedules().containsKey(PassKind.REFRESH),
              "without a full refresh; set " + Passes.REFRESH_CRON + ", too",
              Passes.REFRESH_LOOKBACK,
              Passes.REFRESH_EMIT),
          UnusedKeys.of(
              (query, values) -> !values.is(Passes.DELETES_DETECT, "sweep"),
              "without " + Passes.DELETES_DETECT + "=sweep",
              Passes.DELETES_INTERVAL,
              Passes.DELETES_CRON,
              Passes.DELETES_MAX_RATIO),
          UnusedKeys.of(
              (query, values) -> !query.operation().answer().paged(),
              "in a query whose answer is no list and comes as a whole; leave it out",
              QueryKeys.PAGING,
              QueryKeys.PAGE_SIZE),
          UnusedKeys.of(
              (query, values) -> isFile(query),
              "in a query for files, which have no fields; leave it out",
              QueryKeys.KEY_FIELDS),
          UnusedKeys.of(
              (query, values) -> isFile(query) || query.operation().answer() == AnswerKind.REPORT,
              "on files and rows of reports, which have no fields that the catalogue knows; leave it"
                  + " out",
              ValueFormat.UNKNOWN_FIELDS,
              ValueFormat.TIMESTAMP_FORMAT,
              ValueFormat.CUSTOM_FIELDS,
              ValueFormat.CAPTIONS),
          UnusedKeys.of(
              (query, values) -> query.values().mode() != SchemaMode.TYPED,
              "without "
                  + ValueFormat.SCHEMA_MODE
                  + "=typed; other values are as ConnectWise sends"
                  + " them",
              ValueFormat.UNKNOWN_FIELDS,
              ValueFormat.TIMESTAMP_FORMAT,
              ValueFormat.CUSTOM_FIELDS,
              ValueFormat.CAPTIONS),
          UnusedKeys.of(
              (query, values) -> !values.is(ValueFormat.CUSTOM_FIELDS, "flatten"),
              "without " + ValueFormat.CUSTOM_FIELDS + "=flatten",
              ValueFormat.CAPTIONS));

  /** Of the connector as a whole. */
  private static final List<UnusedKeys<List<Query>>> OF_CONNECTOR =
      List.of(
          UnusedKeys.of(
              (queries, values) -> values.all().get(SourceConfig.HEARTBEAT_TOPIC) == null,
              "without " + SourceConfig.HEARTBEAT_TOPIC,
              SourceConfig.HEARTBEAT_INTERVAL),
          UnusedKeys.of(
              (queries, values) -> values.all().get(SignalSettings.TOPIC) == null,
              "without " + SignalSettings.TOPIC,
              SignalSettings.BOOTSTRAP_SERVERS),
          UnusedKeys.of(
              (queries, values) -> values.all().get(NotificationSettings.TOPIC) == null,
              "without " + NotificationSettings.TOPIC,
              NotificationSettings.WINDOWS,
              NotificationSettings.INTERVAL));

  private UnusedQueryKeys() {}

  /** Reports those of a query. */
  static void report(Query query, AliasValues values, Map<String, String> properties) {
    UnusedKeys.report(ALL, query, values, properties);
  }

  /**
   * Reports those of the connector.
   *
   * @param values of no alias
   */
  static void report(List<Query> queries, AliasValues values, Map<String, String> properties) {
    UnusedKeys.report(OF_CONNECTOR, queries, values, properties);
  }

  private static UnusedKeys<Query> beside(String cron, String interval) {
    return UnusedKeys.of(
        (query, values) -> values.text(cron).isPresent(),
        "beside " + cron + ", which counts; remove one of the two",
        interval);
  }

  private static boolean isChild(Query query) {
    return query.parent().isPresent();
  }

  private static boolean isFile(Query query) {
    return query.operation().answer() == AnswerKind.BINARY
        || query.operation().answer() == AnswerKind.HTML;
  }
}
