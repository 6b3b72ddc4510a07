package io.psastream.connectwise.sink.config;

import static io.psastream.connectwise.catalog.Operation.HttpMethod.PATCH;
import static io.psastream.connectwise.catalog.Operation.HttpMethod.POST;
import static io.psastream.connectwise.catalog.Operation.HttpMethod.PUT;

import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.config.AliasValues;
import io.psastream.connectwise.config.UnusedKeys;
import io.psastream.connectwise.sink.config.Rules.OnExists;
import io.psastream.connectwise.sink.config.Rules.OnNotFound;
import io.psastream.connectwise.sink.config.Writing.PatchFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The keys that have no effect in a route, for what it calls or for what other keys say. */
final class UnusedRouteKeys {

  /** What a route calls. */
  private static final List<String> OPERATIONS =
      List.of(
          RouteKeys.MUTATE,
          RouteKeys.DELETE,
          RouteKeys.OPERATION_ALLOWED,
          LookupKeys.OPERATION,
          LookupKeys.CREATE,
          LookupKeys.UPDATE);

  private static final List<UnusedKeys<Route>> ALL =
      List.of(
          UnusedKeys.of(
              (route, values) -> !calls(route, PATCH),
              "in a route that calls no PATCH; leave it out",
              WritingKeys.PATCH_FORMAT,
              WritingKeys.ON_UNAPPLIED),
          UnusedKeys.of(
              (route, values) -> !calls(route, PUT),
              "in a route that calls no PUT; leave it out",
              WritingKeys.PUT_MERGE),
          UnusedKeys.of(
              (route, values) -> !calls(route, PATCH, PUT),
              "in a route that changes no items by PATCH or PUT; leave it out",
              WritingKeys.NULLS,
              WritingKeys.CUSTOM_FIELDS,
              WritingKeys.COALESCE,
              RouteKeys.ON_NOT_FOUND),
          UnusedKeys.of(
              (route, values) -> route.directives().unordered(),
              "with " + RouteKeys.LANE + "=none, where no record waits for another",
              WritingKeys.COALESCE),
          UnusedKeys.of(
              (route, values) ->
                  route.writing().format() == PatchFormat.OPERATIONS && !calls(route, PUT),
              "with " + WritingKeys.PATCH_FORMAT + "=operations, which are sent as they are",
              WritingKeys.NULLS),
          UnusedKeys.of(
              (route, values) -> route.operations().stream().noneMatch(UnusedRouteKeys::checked),
              "in a route that sends no items with fields; leave it out",
              WritingKeys.UNKNOWN_FIELDS),
          UnusedKeys.of(
              (route, values) -> route.mutate().isEmpty() && route.directives().header().isEmpty(),
              "in a route for tombstones alone; leave it out",
              RouteKeys.ITEMS),
          UnusedKeys.of(
              (route, values) -> !calls(route, POST, PATCH),
              "in a route whose calls can all be repeated; leave it out",
              RouteKeys.ON_AMBIGUOUS),
          UnusedKeys.of(
              (route, values) -> route.lookup().isEmpty(),
              "unless the route has a look-up (" + LookupKeys.OPERATION + ")",
              LookupKeys.WAIT_MS),
          UnusedKeys.of(
              (route, values) -> route.lookup().isPresent() && !looksUp(route),
              "in a route that creates nothing and whose options give the id; leave out the id or"
                  + " the look-up",
              Stream.concat(
                      Stream.of(LookupKeys.OPERATION), LookupKeys.PARAMETERS.keySet().stream())
                  .toArray(String[]::new)),
          UnusedKeys.of(
              (route, values) -> route.lookup().isEmpty() || !targets(route, POST),
              "unless the route creates items with a look-up (" + LookupKeys.OPERATION + ")",
              LookupKeys.ON_EXISTS,
              LookupKeys.UPDATE),
          UnusedKeys.of(
              (route, values) -> route.lookup().isEmpty() || !calls(route, POST),
              "unless the route has a look-up and creates items",
              LookupKeys.MEMORY_MS),
          UnusedKeys.of(
              (route, values) -> route.rules().onExists() != OnExists.UPDATE,
              "without " + LookupKeys.ON_EXISTS + "=update",
              LookupKeys.UPDATE),
          UnusedKeys.of(
              (route, values) ->
                  !targets(route, PATCH, PUT) || route.rules().onNotFound() != OnNotFound.CREATE,
              "unless the route changes items, with " + RouteKeys.ON_NOT_FOUND + "=create",
              LookupKeys.CREATE));

  private UnusedRouteKeys() {}

  /** Reports those of a route, once its operations are known. */
  static void report(Route route, AliasValues values, Map<String, String> properties) {
    if (OPERATIONS.stream().noneMatch(values::hasProblem)) {
      UnusedKeys.report(ALL, route, values, properties);
    }
  }

  /**
   * Reports those of the connector.
   *
   * @param values of no alias
   */
  static void report(AliasValues values, Map<String, String> properties) {
    report(ReporterKeys.PREFIX, ReporterKeys.TOPICS, values, properties);
    report(LedgerKeys.PREFIX, LedgerKeys.TOPICS, values, properties);
  }

  /** Reports keys with a prefix that are of no use without one of these topics. */
  private static void report(
      String prefix, List<String> needed, AliasValues values, Map<String, String> properties) {
    List<String> others =
        Stream.concat(properties.keySet().stream(), values.all().keySet().stream())
            .distinct()
            .filter(name -> name.startsWith(prefix))
            .filter(name -> !needed.contains(name))
            .toList();
    UnusedKeys.report(
        List.of(
            new UnusedKeys<List<String>>(
                (topics, all) -> topics.stream().allMatch(name -> all.all().get(name) == null),
                "without " + String.join(" or ", needed),
                others)),
        needed,
        values,
        properties);
  }

  /** Whether the route may write with one of these methods. */
  private static boolean calls(Route route, HttpMethod... methods) {
    return route.operations().stream().anyMatch(it -> Arrays.asList(methods).contains(it.method()));
  }

  /** Whether records can ask for an operation with one of these methods. */
  private static boolean targets(Route route, HttpMethod... methods) {
    return route.targets().stream().anyMatch(it -> Arrays.asList(methods).contains(it.method()));
  }

  private static boolean checked(Operation operation) {
    return operation.body() == BodyKind.OBJECT
        || operation.body() == BodyKind.ARRAY
        || operation.body() == BodyKind.JSON_PATCH;
  }

  /** Whether there is something to find: an item that may exist, or an id that is not given. */
  private static boolean looksUp(Route route) {
    return calls(route, POST)
        || route.targets().stream()
            .flatMap(target -> route.found(target).stream())
            .anyMatch(name -> !route.options().containsKey(name));
  }
}
