package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.config.Aliases;
import io.psastream.connectwise.config.ConnectionConfig;
import io.psastream.connectwise.config.ConnectionKeys;
import io.psastream.connectwise.config.Group;
import io.psastream.connectwise.config.Key;
import io.psastream.connectwise.config.OperationIds;
import io.psastream.connectwise.config.Problems;
import io.psastream.connectwise.config.Unresolved;
import io.psastream.connectwise.config.Validation;
import io.psastream.connectwise.config.Validators;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The configuration of a sink connector; its tasks all have the same. */
public final class SinkConfig {

  public static final String ROUTES = "routes";
  private static final String ROUTES_DOC =
      "Names for the routes of this connector: what is done with the records of which topics. Each"
          + " is described by keys that begin with route.<name>, and a key that a route lacks falls"
          + " back to the same key without that prefix (but for topics and topics.regex, which are"
          + " Connect's own there). Leave it empty for a single route described by keys without"
          + " prefix. Example: tickets, notes.";

  static final String REWIND = "offsets.rewind.creates";
  private static final String REWIND_DOC =
      "Whether offsets of topics whose records create items may be altered or reset through the REST"
          + " API where neither a look-up nor ledger.topic keeps a repeated record from creating its"
          + " item again. refuse: no, since Connect does not tell a connector whether an offset is"
          + " set back or forward. allow: yes; set it for the one change and remove it again."
          + " Example: allow.";

  static final Aliases ALIASES = new Aliases(ROUTES, "route.", RouteKeys.ALL);

  private static final OperationIds OPERATIONS =
      new OperationIds(
          ALIASES,
          Map.of(
              RouteKeys.MUTATE, operation -> operation.method() != HttpMethod.GET,
              RouteKeys.DELETE, operation -> operation.method() == HttpMethod.DELETE,
              LookupKeys.OPERATION, SinkConfig::lists,
              LookupKeys.CREATE, operation -> operation.method() == HttpMethod.POST,
              LookupKeys.UPDATE, SinkConfig::updates));

  /** A list that exists on every site; to a role without permission the answer is "forbidden". */
  private static final String PROBE = "getCompanyCompanies";

  private final List<Route> routes;
  private final Reporting reporting;
  private final Optional<LedgerSettings> ledger;
  private final ConnectionConfig connection;

  /**
   * Parses a configuration.
   *
   * @throws org.apache.kafka.common.config.ConfigException that names everything that is wrong
   */
  public SinkConfig(Map<String, String> properties, Catalog catalog) {
    Problems problems = new Problems();
    Map<String, String> given = problems.given(properties);
    ConfigDef def = definition(given);
    Unresolved.check(given, def.names(), problems);
    problems.throwIfAny();
    AbstractConfig parsed = new AbstractConfig(def, given, Map.of(), false);
    this.routes = routes(given, parsed.values(), catalog, problems);
    Reporting.check(given, parsed.values(), problems);
    LedgerSettings.check(given, parsed.values(), problems);
    problems.throwIfAny();
    this.reporting = Reporting.of(parsed);
    this.ledger = LedgerSettings.of(parsed);
    this.connection = new ConnectionConfig(parsed);
  }

  /** The definition without any alias, for tools and for the reference. */
  public static ConfigDef definition() {
    ConfigDef def = ConnectionKeys.define(new ConfigDef());
    Group group = new Group(def, "Routes");
    group.add(
        Key.of(ROUTES, Type.LIST, "", ROUTES_DOC)
            .display("Routes")
            .importance(Importance.HIGH)
            .validator(Validators.ALIASES));
    RouteKeys.SHARED.forEach(group::add);
    group.add(
        Key.of(REWIND, Type.STRING, "refuse", REWIND_DOC)
            .display("Rewinds that create again")
            .oneOf(List.of("refuse", "allow"))
            .importance(Importance.LOW));
    Group writing = new Group(def, "Writing");
    WritingKeys.ALL.forEach(writing::add);
    Group lookup = new Group(def, "Look-up");
    LookupKeys.ALL.forEach(lookup::add);
    ReporterKeys.define(def);
    LedgerKeys.define(def);
    return def;
  }

  private static ConfigDef definition(Map<String, String> properties) {
    ConfigDef def = definition();
    Map<String, String> inherited = new HashMap<>(properties);
    inherited.keySet().removeAll(RouteKeys.CONNECTS_OWN);
    ALIASES.define(def, inherited);
    return def;
  }

  /** Reports every problem on the key that causes it; asks the site when there is none. */
  public static Config validate(Map<String, String> properties, Catalog catalog) {
    Problems problems = new Problems();
    Map<String, String> given = problems.given(properties);
    Validation validation = new Validation(definition(given), OPERATIONS, given, catalog, problems);
    Map<String, Object> values = validation.values();
    List<Route> routes = routes(given, values, catalog, problems);
    problems.attempt(RouteKeys.TOPICS, () -> ConnectorTopics.check(given, problems));
    problems.attempt(ReporterKeys.PREFIX + "*", () -> Reporting.check(given, values, problems));
    problems.attempt(LedgerKeys.PREFIX + "*", () -> LedgerSettings.check(given, values, problems));
    return validation.result(() -> Map.of(ROUTES, probe(routes, catalog)));
  }

  /** Whether a connector with these properties is given the records of a topic. */
  public static boolean consumes(String topic, Map<String, String> properties) {
    String names = Objects.requireNonNullElse(properties.get(RouteKeys.TOPICS), "");
    String regex = properties.get(RouteKeys.TOPICS_REGEX);
    return Arrays.stream(names.split(",", -1)).map(String::strip).anyMatch(topic::equals)
        || (regex != null
            && !regex.isBlank()
            && Validators.isRegex(regex)
            && Validators.matches(Pattern.compile(regex), topic));
  }

  /**
   * Why the offsets of a topic must not be altered: records that are read again would create again.
   * Empty where they would not, where that is allowed, and where no route can be read.
   */
  public static Optional<String> rewindProblem(
      String topic, Map<String, String> properties, Catalog catalog) {
    Problems problems = new Problems();
    Map<String, String> given = problems.given(properties);
    Map<String, Object> values =
        new Validation(definition(given), OPERATIONS, given, catalog, problems).values();
    if (values.get(LedgerKeys.TOPIC) != null || "allow".equals(values.get(REWIND))) {
      return Optional.empty();
    }
    boolean renamed = ConnectorTopics.of(given).transformed();
    return routes(given, values, catalog, problems).stream()
        .filter(route -> renamed || route.topics().match(topic))
        .filter(route -> route.createsAgain() && !route.writing().dryRun())
        .findFirst()
        .map(
            route ->
                "Records of the topic \""
                    + topic
                    + "\" that are read again would create their items again ("
                    + route
                    + "), and Connect does not tell the connector whether an offset is set back, so"
                    + " one that skips records is refused, too."
                    + " Set lookup.operation.id or ledger.topic; or, to alter the offset all the"
                    + " same, set "
                    + REWIND
                    + "=allow in the configuration, alter it, and remove the key again.");
  }

  private static boolean lists(Operation operation) {
    return operation.method() == HttpMethod.GET && operation.answer() == AnswerKind.LIST;
  }

  private static boolean updates(Operation operation) {
    return operation.method() == HttpMethod.PATCH || operation.method() == HttpMethod.PUT;
  }

  /** A harmless read to try the credentials with, near to what the routes write. */
  private static Call probe(List<Route> routes, Catalog catalog) {
    Operation list =
        routes.stream()
            .flatMap(route -> route.mutate().or(route::delete).stream())
            .flatMap(operation -> operation.siblings().list().stream())
            .map(catalog::operation)
            .filter(operation -> operation.path().parameters().isEmpty())
            .findFirst()
            .orElseGet(() -> catalog.operation(PROBE));
    return Call.of(list, Map.of(), Map.of("pageSize", "1"));
  }

  private static List<Route> routes(
      Map<String, String> properties, Map<String, ?> values, Catalog catalog, Problems problems) {
    List<Route> routes =
        ALIASES.read(
            properties,
            values,
            problems,
            of -> {
              Optional<Route> read = Route.of(of, catalog);
              read.ifPresent(route -> UnusedRouteKeys.report(route, of, properties));
              return read;
            });
    UnusedRouteKeys.report(new AliasValues(ALIASES, "", values, problems), properties);
    problems.attempt(
        ROUTES, () -> new RouteTopics(routes, problems).check(ConnectorTopics.of(properties)));
    return routes;
  }

  public List<Route> routes() {
    return routes;
  }

  public Reporting reporting() {
    return reporting;
  }

  /** Where creates are remembered; empty where they are not. */
  public Optional<LedgerSettings> ledger() {
    return ledger;
  }

  public ConnectionConfig connection() {
    return connection;
  }
}
