package io.psastream.connectwise.simulator.route;

import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.PathTemplate;
import io.psastream.connectwise.simulator.route.Route.Action;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decides from paths, methods and answers what each operation does. */
final class Routes {

  private final Map<String, Optional<String>> lists = new HashMap<>();
  private final Set<String> paths = new HashSet<>();

  Routes(Collection<Operation> operations) {
    for (Operation operation : operations) {
      String path = path(operation);
      paths.add(path);
      if (operation.method() == HttpMethod.GET && operation.answer() == AnswerKind.LIST) {
        lists.put(path, operation.item());
      }
    }
  }

  private static String path(Operation operation) {
    return trimmed(operation.path().toString());
  }

  private static String trimmed(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  Route route(Operation operation) {
    String path = path(operation);
    return switch (operation.method()) {
      case GET -> get(operation, path);
      case POST -> post(operation, path);
      case PUT -> byId(operation, path, Action.REPLACE);
      case PATCH -> byId(operation, path, Action.PATCH);
      case DELETE -> delete(operation, path);
    };
  }

  private Route get(Operation operation, String path) {
    switch (operation.answer()) {
      case BINARY, HTML, BLANK -> {
        return route(operation, Action.FIXED, path);
      }
      case REPORT -> {
        return route(operation, Action.REPORT, path);
      }
      default -> {
        // The path tells.
      }
    }
    // The /info paths show the items of the path before them with fewer fields.
    String whole = withoutInfo(path);
    if (operation.answer() == AnswerKind.LIST) {
      return route(operation, Action.LIST, lists.containsKey(whole) ? whole : path);
    }
    String parent = parent(whole);
    if (last(path).equals("count") && lists.containsKey(parent)) {
      return route(operation, Action.COUNT, withoutInfo(parent));
    }
    if (last(path).equals("default") && lists.containsKey(parent)) {
      return route(operation, Action.FIRST, parent);
    }
    if (!last(whole).startsWith("{")) {
      return route(operation, Action.FIXED, path);
    }
    boolean number =
        operation
            .pathParameters()
            .get(operation.pathParameters().size() - 1)
            .type()
            .equals("integer");
    return route(operation, number ? Action.GET : Action.GET_BY_NAME, parent);
  }

  private Route post(Operation operation, String path) {
    if (operation.body() == BodyKind.MULTIPART) {
      return route(operation, Action.UPLOAD, path);
    }
    String parent = parent(path);
    return switch (last(path)) {
      case "search" -> route(operation, Action.SEARCH, parent);
      case "bulk" -> route(operation, Action.BULK, parent);
      default ->
          lists.containsKey(path) || paths.contains(path + "/{id}")
              ? route(operation, Action.CREATE, path)
              : route(operation, Action.FIXED, path);
    };
  }

  private Route byId(Operation operation, String path, Action action) {
    if (last(path).equals("bulk")) {
      return route(operation, Action.BULK, parent(path));
    }
    return last(path).startsWith("{")
        ? route(operation, action, parent(path))
        : route(operation, Action.FIXED, path);
  }

  private Route delete(Operation operation, String path) {
    return lists.containsKey(path)
        ? route(operation, Action.CLEAR, path)
        : byId(operation, path, Action.DELETE);
  }

  private Route route(Operation operation, Action action, String collection) {
    Optional<String> item = lists.getOrDefault(collection, operation.item());
    return new Route(operation, action, PathTemplate.parse(collection), item);
  }

  private String withoutInfo(String path) {
    return path.endsWith("/info") && path.length() > "/system/info".length()
        ? path.substring(0, path.length() - "/info".length())
        : path;
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
