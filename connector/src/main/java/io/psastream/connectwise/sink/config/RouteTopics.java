package io.psastream.connectwise.sink.config;

import io.psastream.connectwise.config.Problems;
import java.util.Arrays;
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
   * @param connectorTopics Connect's own key; empty when the connector goes by a pattern, whose
   *     topics are not known in advance
   */
  void check(String connectorTopics) {
    if (routes.size() > 1) {
      routes.forEach(this::checkGiven);
    }
    routes.forEach(route -> route.topics().names().forEach(name -> checkUnique(route, name)));
    Arrays.stream(connectorTopics.split(","))
        .map(String::trim)
        .filter(topic -> !topic.isEmpty())
        .forEach(this::checkRouted);
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

  private void checkRouted(String topic) {
    List<Route> matching =
        routes.stream()
            .filter(route -> route.topics().given() || routes.size() == 1)
            .filter(route -> route.topics().match(topic))
            .toList();
    boolean named = matching.stream().anyMatch(route -> route.topics().names().contains(topic));
    if (matching.isEmpty() && !routes.isEmpty()) {
      problems.add(
          SinkConfig.ROUTES,
          "no route takes the topic \"" + topic + "\"; add it to the topics of one");
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
