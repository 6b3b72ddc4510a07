package io.psastream.connectwise.simulator.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.Parameter;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the operation of a path. Fixed segments win over parameters and ignore case, as in the web
 * framework of the API; a parameter that is a number takes digits only. Immutable once built.
 */
public final class Router {

  /** The routes of a path, by method, and the values of its parameters. */
  public record Match(Map<String, Route> routes, Map<String, String> values) {}

  private static final class Node {
    private final Map<String, Node> fixed = new HashMap<>();
    private final List<Node> parameters = new ArrayList<>();
    private final Map<String, Route> routes = new HashMap<>();
    private String parameter = "";
    private boolean digits;
  }

  private final Node root = new Node();

  public Router(Catalog catalog) {
    Routes routes = new Routes(catalog.operations());
    catalog.operations().forEach(operation -> add(operation, routes.route(operation)));
  }

  private void add(Operation operation, Route route) {
    Node node = root;
    for (String segment : segments(operation.path().toString())) {
      node =
          segment.startsWith("{")
              ? parameter(node, segment.substring(1, segment.length() - 1), operation)
              : node.fixed.computeIfAbsent(segment.toLowerCase(Locale.ROOT), s -> new Node());
    }
    node.routes.put(operation.method().name(), route);
  }

  private static Node parameter(Node parent, String name, Operation operation) {
    boolean digits =
        operation.pathParameters().stream()
            .filter(parameter -> parameter.name().equals(name))
            .map(Parameter::type)
            .anyMatch(type -> type.equals("integer") || type.equals("long"));
    for (Node node : parent.parameters) {
      if (node.parameter.equals(name) && node.digits == digits) {
        return node;
      }
    }
    Node node = new Node();
    node.parameter = name;
    node.digits = digits;
    // Numbers first: what is not one may still be a name.
    parent.parameters.add(digits ? 0 : parent.parameters.size(), node);
    return node;
  }

  /** The routes for a path below {@code /apis/3.0}; a slash at its end makes no difference. */
  public Optional<Match> match(String path) {
    Map<String, String> values = new LinkedHashMap<>();
    List<Map<String, Route>> found = new ArrayList<>();
    collect(root, segments(path), 0, new LinkedHashMap<>(), values, found);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Route> routes = new HashMap<>();
    found.forEach(each -> each.forEach(routes::putIfAbsent));
    return Optional.of(new Match(routes, values));
  }

  /** How the API calls the items of this collection in its messages. */
  public String entity(String collection) {
    String name =
        match(collection)
            .map(found -> found.routes().get("GET"))
            .flatMap(Route::item)
            .orElse("Record");
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Different operations of a path may call its parameters differently, so all are visited. */
  private static void collect(
      Node node,
      List<String> segments,
      int at,
      Map<String, String> path,
      Map<String, String> values,
      List<Map<String, Route>> found) {
    if (at == segments.size()) {
      if (!node.routes.isEmpty()) {
        found.add(node.routes);
        path.forEach(values::putIfAbsent);
      }
      return;
    }
    String segment = segments.get(at);
    int before = found.size();
    Node fixed = node.fixed.get(segment.toLowerCase(Locale.ROOT));
    if (fixed != null) {
      collect(fixed, segments, at + 1, path, values, found);
    }
    if (found.size() > before) {
      return;
    }
    for (Node next : node.parameters) {
      if (!next.digits || segment.matches("\\d{1,18}")) {
        Map<String, String> more = new LinkedHashMap<>(path);
        decoded(segment)
            .ifPresent(
                value -> {
                  more.put(next.parameter, value);
                  collect(next, segments, at + 1, more, values, found);
                });
      }
    }
  }

  /** The value of a parameter; empty when it is blank, a dot segment or wrongly encoded. */
  private static Optional<String> decoded(String segment) {
    try {
      String value = URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
      boolean usable = !value.isBlank() && !value.equals(".") && !value.equals("..");
      return usable ? Optional.of(value) : Optional.empty();
    } catch (IllegalArgumentException badEscape) {
      return Optional.empty();
    }
  }

  public static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      if (!segment.isEmpty()) {
        segments.add(segment);
      }
    }
    return segments;
  }
}
