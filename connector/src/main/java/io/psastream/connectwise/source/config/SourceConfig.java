package io.psastream.connectwise.source.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.config.Aliases;
import io.psastream.connectwise.config.ConnectionConfig;
import io.psastream.connectwise.config.ConnectionKeys;
import io.psastream.connectwise.config.Group;
import io.psastream.connectwise.config.Key;
import io.psastream.connectwise.config.OperationIds;
import io.psastream.connectwise.config.Options;
import io.psastream.connectwise.config.Problems;
import io.psastream.connectwise.config.Unresolved;
import io.psastream.connectwise.config.Validation;
import io.psastream.connectwise.config.Validators;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configuration of a source connector or of one of its tasks. */
public final class SourceConfig {

  private static final Logger LOG = LoggerFactory.getLogger(SourceConfig.class);

  public static final String QUERIES = "queries";
  private static final String QUERIES_DOC =
      "Names for the queries of this connector; each is described by keys that begin with"
          + " query.<name>, and a key that a query lacks falls back to the same key without that"
          + " prefix. Leave it empty for a single query described by keys without prefix. Example:"
          + " tickets, companies.";

  public static final String TOPIC_PATTERN = "topic.name.pattern";
  private static final String TOPIC_PATTERN_DOC =
      "Names the topic of each query that has no topic of its own. ${resource} is the path of the"
          + " list with dots (service.tickets), ${operation} the OperationId, ${company} the company"
          + " of the username. Example: psa.${resource}.";

  public static final String HEARTBEAT_TOPIC = "heartbeat.topic";
  private static final String HEARTBEAT_TOPIC_DOC =
      "A topic for small records that say where a query stands while it has nothing to send, so that"
          + " Connect stores it; also the way in which the ids for detecting deletions are stored."
          + " Nobody needs to read it; give it cleanup.policy=compact. Unset for none. Example:"
          + " psa.heartbeats.";

  public static final String HEARTBEAT_INTERVAL = "heartbeat.interval.ms";
  private static final String HEARTBEAT_INTERVAL_DOC =
      "After so long without a record, in milliseconds, a query sends a heartbeat.";

  public static final String UNAVAILABLE_TIMEOUT = "unavailable.timeout.ms";
  private static final String UNAVAILABLE_TIMEOUT_DOC =
      "How long a query that has worked before may get answers that are not the API's (a page of a"
          + " gateway, a 404 of the web server, a 500 without a reason), in milliseconds. It is"
          + " retried with growing waits meanwhile, as maintenance takes minutes; then the task"
          + " fails. Throttling, timeouts and refused connections are waited out for as long as they"
          + " last, and a query that never worked fails at once. Example: 7200000.";

  /** Set by the connector, not by users: which queries the task runs. */
  public static final String TASK_QUERIES = "task.queries";

  static final Aliases ALIASES = new Aliases(QUERIES, "query.", QueryKeys.ALL);

  private static final OperationIds OPERATIONS =
      new OperationIds(
          ALIASES,
          Map.of(QueryKeys.OPERATION_ID, operation -> operation.method() == HttpMethod.GET));

  private final List<Query> queries;

  /** How many queries of the connector select the same items. */
  private final Map<Query.Scope, Long> selections;

  private final ConnectionConfig connection;
  private final Optional<Heartbeat> heartbeat;
  private final Duration unavailableTimeout;
  private final Optional<SignalSettings> signals;
  private final Optional<NotificationSettings> notifications;
  private final double share;
  private final boolean bytes;

  /**
   * Parses a configuration.
   *
   * @throws org.apache.kafka.common.config.ConfigException that names everything that is wrong
   */
  public SourceConfig(Map<String, String> properties, Catalog catalog) {
    Problems problems = new Problems();
    Map<String, String> given = problems.given(properties);
    ConfigDef def = definition(given);
    Unresolved.check(given, def.names(), problems);
    problems.throwIfAny();
    AbstractConfig parsed = new AbstractConfig(def, given, Map.of(), false);
    List<Query> all = queries(given, parsed.values(), catalog, problems);
    SignalSettings.check(given, parsed.values(), problems);
    NotificationSettings.check(parsed.values(), all, problems);
    problems.throwIfAny();
    this.queries = ofTask(all, given);
    this.selections =
        all.stream()
            .filter(query -> query.parent().isEmpty())
            .collect(Collectors.groupingBy(Query::selection, Collectors.counting()));
    this.signals = SignalSettings.of(parsed, all);
    this.notifications = NotificationSettings.of(parsed);
    this.share = share(all, queries);
    this.bytes = NamedConverter.ofValues(given) == NamedConverter.BYTES;
    this.connection = new ConnectionConfig(parsed);
    this.unavailableTimeout = Duration.ofMillis(parsed.getLong(UNAVAILABLE_TIMEOUT));
    this.heartbeat =
        Optional.ofNullable(parsed.getString(HEARTBEAT_TOPIC))
            .map(
                topic ->
                    new Heartbeat(topic, Duration.ofMillis(parsed.getLong(HEARTBEAT_INTERVAL))));
  }

  /** The definition without any alias, for tools and for the reference. */
  public static ConfigDef definition() {
    ConfigDef def = ConnectionKeys.define(new ConfigDef());
    Group group = new Group(def, "Queries");
    group.add(
        Key.of(QUERIES, Type.LIST, "", QUERIES_DOC)
            .display("Queries")
            .importance(Importance.HIGH)
            .validator(Validators.ALIASES));
    QueryKeys.ALL.forEach(group::add);
    group.add(
        Key.of(TOPIC_PATTERN, Type.STRING, "connectwise.${resource}", TOPIC_PATTERN_DOC)
            .display("Topic name pattern")
            .width(Width.LONG));
    group.add(
        Key.of(UNAVAILABLE_TIMEOUT, Type.LONG, 1_800_000L, UNAVAILABLE_TIMEOUT_DOC)
            .display("Unavailable timeout (ms)")
            .importance(Importance.LOW)
            .validator(ConfigDef.Range.between(0, Validators.TEN_YEARS)));
    Group heartbeats = new Group(def, "Heartbeats");
    heartbeats.add(
        Key.of(HEARTBEAT_TOPIC, Type.STRING, null, HEARTBEAT_TOPIC_DOC)
            .decides(HEARTBEAT_INTERVAL)
            .display("Heartbeat topic")
            .validator(Validators.TOPIC));
    heartbeats.add(
        Key.of(HEARTBEAT_INTERVAL, Type.LONG, 300_000L, HEARTBEAT_INTERVAL_DOC)
            .display("Heartbeat interval (ms)")
            .importance(Importance.LOW)
            .validator(ConfigDef.Range.between(1_000, Validators.TEN_YEARS)));
    SignalSettings.define(def);
    NotificationSettings.define(def);
    return def;
  }

  private static ConfigDef definition(Map<String, String> properties) {
    ConfigDef def = definition();
    ALIASES.define(def, properties);
    return def;
  }

  /** Reports every problem on the key that causes it; asks the site when there is none. */
  public static Config validate(Map<String, String> properties, Catalog catalog) {
    Problems problems = new Problems();
    Map<String, String> given = problems.given(properties);
    Validation validation = new Validation(definition(given), OPERATIONS, given, catalog, problems);
    List<Query> queries = queries(given, validation.values(), catalog, problems);
    problems.attempt(
        SignalSettings.TOPIC, () -> SignalSettings.check(given, validation.values(), problems));
    problems.attempt(
        NotificationSettings.TOPIC,
        () -> NotificationSettings.check(validation.values(), queries, problems));
    problems.attempt(QUERIES, () -> NamedConverter.check(given, queries, problems));
    problems.attempt(QUERIES, () -> checkNew(queries, validation.values(), problems));
    if (given.containsKey(TASK_QUERIES)) {
      problems.add(TASK_QUERIES, "is set by the connector itself; remove it");
    }
    Config result = validation.result(() -> probes(queries));
    if (result.configValues().stream().allMatch(value -> value.errorMessages().isEmpty())) {
      costWarning(queries, validation.values()).ifPresent(LOG::warn);
    }
    return result;
  }

  /** Reports what a new connector should not have, though tasks that have it go on. */
  private static void checkNew(List<Query> queries, Map<String, ?> values, Problems problems) {
    for (String topic : List.of(HEARTBEAT_TOPIC, SignalSettings.TOPIC)) {
      NotificationSettings.checkOwn(topic, values, queries, problems);
    }
    queries.stream()
        .filter(query -> query.reading().start().isAfter(Instant.now()))
        .map(query -> ALIASES.key(query.alias(), QueryKeys.START_AT))
        .forEach(key -> problems.add(key, "expected a time that is not in the future"));
  }

  /**
   * What a run costs at least is one request. A ConfigDef has no warnings, so it goes to the log.
   */
  static Optional<String> costWarning(List<Query> queries, Map<String, ?> values) {
    int budget = ((Number) values.get(ConnectionKeys.RATE_LIMIT)).intValue();
    Instant now = Instant.now();
    double runs =
        queries.stream()
            .flatMap(query -> query.passes().schedules().values().stream())
            .mapToDouble(schedule -> schedule.perMinute(now))
            .sum();
    return budget == 0 || runs <= budget / 2.0
        ? Optional.empty()
        : Optional.of(
            "The queries of the connector run up to %d times a minute and cost a request each time,"
                    .formatted(Math.round(runs))
                + " more than half of the %d that %s permits; little is left for pages, children"
                    .formatted(budget, ConnectionKeys.RATE_LIMIT)
                + " and other users of the site. Raise schedule.interval.ms, or"
                + " deletes.schedule.interval.ms.");
  }

  /** What to tell a user about a configuration that is valid; empty for nothing. */
  public static Optional<String> advice(Map<String, String> properties) {
    return NamedConverter.advice(properties);
  }

  /** A call for one item of every query, by the key to report its refusal on. */
  private static Map<String, Call> probes(List<Query> queries) {
    Map<String, Call> calls = new LinkedHashMap<>();
    for (Query query : queries) {
      if (query.parent().isPresent()) {
        continue; // its options depend on an item of the parent
      }
      Map<String, String> parameters = new LinkedHashMap<>(query.options().query());
      if (query.operation().answer().paged()) {
        parameters.put("pageSize", "1");
      }
      calls.put(
          ALIASES.key(query.alias(), Options.KEY),
          Call.of(query.operation(), query.options().path(), parameters));
    }
    return calls;
  }

  private static List<Query> queries(
      Map<String, String> properties, Map<String, ?> values, Catalog catalog, Problems problems) {
    List<Query> all =
        ALIASES.read(
            properties,
            values,
            problems,
            of -> {
              Optional<Query> read = Query.of(of, catalog);
              read.ifPresent(query -> UnusedQueryKeys.report(query, of, properties));
              return read;
            });
    UnusedQueryKeys.report(all, new AliasValues(ALIASES, "", values, problems), properties);
    checkDistinct(all, problems);
    new QueryTree(all).check(problems);
    return all;
  }

  private static List<Query> ofTask(List<Query> all, Map<String, String> properties) {
    QueryTree tree = new QueryTree(all);
    List<String> ofTask = words(properties.getOrDefault(TASK_QUERIES, ""));
    return all.stream()
        .filter(query -> ofTask.isEmpty() || ofTask.contains(tree.root(query).alias()))
        .toList();
  }

  /**
   * Two queries that select the same items would share one offset. Queries with a parent have none
   * of their own.
   */
  private static void checkDistinct(List<Query> queries, Problems problems) {
    Map<Query.Scope, Query> known = new HashMap<>();
    for (Query query : queries) {
      if (query.parent().isPresent()) {
        continue;
      }
      Query other = known.putIfAbsent(query.scope(), query);
      if (other != null) {
        boolean named = query.offsetName().isPresent();
        problems.add(
            ALIASES.key(query.alias(), named ? QueryKeys.OFFSET_NAME : QueryKeys.OPERATION_ID),
            "query "
                + query.alias()
                + (named
                    ? " has the operation and the name of query "
                    : " selects the same items as query ")
                + other.alias()
                + ", so their offsets would be one"
                + (named
                    ? "; give each a name of its own"
                    : "; fields and orderBy do not tell queries apart. Give one of them another"
                        + " offset.name or other conditions, or move it to another connector."));
      }
    }
  }

  private static List<String> words(String list) {
    return Arrays.stream(list.split(",")).filter(word -> !word.isBlank()).toList();
  }

  public List<Query> queries() {
    return queries;
  }

  /**
   * Whether a query may go on where one of another name, or without, was. Where several select the
   * same items, nobody could say whose place it was, and the others would never send what is there.
   */
  public boolean goesOn(Query query) {
    return selections.getOrDefault(query.selection(), 0L) < 2;
  }

  /** Present where there is a heartbeat topic. */
  public Optional<Heartbeat> heartbeat() {
    return heartbeat;
  }

  /** Where signals come from; empty where there are none. */
  public Optional<SignalSettings> signals() {
    return signals;
  }

  /** Where the connector tells what it does; empty for nowhere. */
  public Optional<NotificationSettings> notifications() {
    return notifications;
  }

  /** The part of the connector's queries that this task runs. */
  public double share() {
    return share;
  }

  private static double share(List<Query> all, List<Query> ofTask) {
    return (double) roots(ofTask) / Math.max(1, roots(all));
  }

  private static long roots(List<Query> queries) {
    return queries.stream().filter(query -> query.parent().isEmpty()).count();
  }

  /** How long a query that has worked may get answers that are not the API's. */
  public Duration unavailableTimeout() {
    return unavailableTimeout;
  }

  public ConnectionConfig connection() {
    return connection;
  }

  /** Whether JSON text is sent as bytes, because the value converter takes nothing else. */
  public boolean bytes() {
    return bytes;
  }
}
