package io.psastream.connectwise.catalog.generator;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One operation as it will be written, in the words of the file; what is empty is nothing.
 *
 * @param pathTypes the types of the path parameters, in the order of the path
 * @param query query parameters as {@code name:type}, {@code !} behind a required one
 */
record SpecOperation(
    String id,
    String method,
    String path,
    List<String> pathTypes,
    List<String> query,
    String body,
    String bodyItem,
    String answer,
    String item) {

  /** This operation with one column changed as an overlay says. */
  SpecOperation with(String column, String value) {
    return switch (column) {
      case "path" -> copy(value, pathTypes, query, body, bodyItem, answer, item);
      case "types" ->
          copy(path, List.of(value.split(" ", -1)), query, body, bodyItem, answer, item);
      case "query" -> copy(path, pathTypes, plus(value), body, bodyItem, answer, item);
      case "body" -> copy(path, pathTypes, query, kind(value), name(value), answer, item);
      case "answer" -> copy(path, pathTypes, query, body, bodyItem, kind(value), name(value));
      default -> throw new IllegalArgumentException("No column is called \"" + column + "\".");
    };
  }

  private SpecOperation copy(
      String newPath,
      List<String> newPathTypes,
      List<String> newQuery,
      String newBody,
      String newBodyItem,
      String newAnswer,
      String newItem) {
    return new SpecOperation(
        id, method, newPath, newPathTypes, newQuery, newBody, newBodyItem, newAnswer, newItem);
  }

  /** What is there already is replaced where it stands. */
  private List<String> plus(String added) {
    Map<String, String> all = new LinkedHashMap<>();
    query.forEach(parameter -> all.put(kind(parameter), parameter));
    List.of(added.split(" ", -1)).forEach(parameter -> all.put(kind(parameter), parameter));
    return List.copyOf(all.values());
  }

  private static String kind(String value) {
    return value.split(":", -1)[0];
  }

  private static String name(String value) {
    return value.contains(":") ? value.substring(value.indexOf(':') + 1) : "";
  }
}
