package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.config.Nearest;
import io.psastream.connectwise.config.Problems;
import java.util.List;

/** Checks that every topic belongs to exactly one route. */
final class RouteTopics {

  private final List<Route> routes;
  private final Problems problems;

  RouteTopics(List<Route> routes, Problems problems) {
    this.routes = routes;
    this.problems = problems;
  }

  /**
   * Checks the routes against each other and against the connector.
   *
   * @param topics those of the connector, as the routes see them
   */
  void check(ConnectorTopics topics) {
    if (routes.size() > 1) {
      routes.forEach(this::checkGiven);
    }
    routes.forEach(route -> route.topics().names().forEach(name -> checkUnique(route, name)));
    topics.names().ifPresent(names -> names.forEach(name -> checkRouted(name, topics)));
    routes.forEach(route -> checkReached(route, topics));
  }

  /** Reports what of a route no record can come to. */
  private void checkReached(Route route, ConnectorTopics topics) {
    route.topics().names().stream()
        .filter(name -> !topics.mayHave(name))
        .forEach(
            name ->
                problems.add(
                    key(route, RouteKeys.TOPICS),
                    "\""
                        + name
                        + "\" is none of "
                        + topics.place()
                        + ", so no record comes to it. "
                        + topics
                            .names()
                            .map(names -> Nearest.hint(name, names))
                            .orElse("It does not match topics.regex.")));
    route
        .topics()
        .pattern()
        .filter(regex -> !topics.mayHaveAny(name -> regex.matcher(name).matches()))
        .ifPresent(
            regex ->
                problems.add(
                    key(route, RouteKeys.TOPICS_REGEX),
                    "matches none of " + topics.place() + ", so no record comes to it"));
  }

  private void checkGiven(Route route) {
    if (!route.topics().given()) {
      problems.add(
          key(route, RouteKeys.TOPICS),
          "is missing; with several routes each needs topics or topics.regex");
    }
  }

  private void checkUnique(Route route, String name) {
    routes.stream()
        .filter(other -> !other.equals(route) && other.topics().match(name))
        .filter(other -> other.topics().given() && !reportedByOther(route, other, name))
        .forEach(
            other ->
                problems.add(
                    key(route, RouteKeys.TOPICS),
                    "\""
                        + name
                        + "\" is taken by route "
                        + other.alias()
                        + " already; list it in one of them"));
  }

  /** Whether another route reports the problem: the later of two routes that both name a topic. */
  private boolean reportedByOther(Route route, Route other, String name) {
    return other.topics().names().contains(name) && routes.indexOf(route) < routes.indexOf(other);
  }

  private void checkRouted(String topic, ConnectorTopics topics) {
    List<Route> matching =
        routes.stream()
            .filter(route -> route.topics().given() || routes.size() == 1)
            .filter(route -> route.topics().match(topic))
            .toList();
    boolean named = matching.stream().anyMatch(route -> route.topics().names().contains(topic));
    if (matching.isEmpty() && !routes.isEmpty()) {
      problems.add(
          SinkConfig.ROUTES,
          "no route takes the topic \""
              + topic
              + "\""
              + (topics.transformed() ? ", one of " + topics.place() : "")
              + "; add it to the topics of one");
    } else if (matching.size() > 1 && !named) {
      problems.add(
          key(matching.get(1), RouteKeys.TOPICS_REGEX),
          "\""
              + topic
              + "\" is taken by route "
              + matching.get(0).alias()
              + " already; list it in one of them");
    }
  }

  private static String key(Route route, String name) {
    return SinkConfig.ALIASES.key(route.alias(), name);
  }
}
