package io.psastream.connectwise.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The options of an operation: a JSON object of path and query parameters by name.
 *
 * @param path values of the path parameters
 * @param query the other ones, in the order given
 */
public record Options(Map<String, String> path, Map<String, String> query) {

  public static final String KEY = "options";
  public static final Options NONE = new Options(Map.of(), Map.of());

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * Reads options and checks them against the operation; what is wrong goes to {@code problems},
   * under {@code key}.
   */
  public static Options parse(String key, String text, Operation operation, Problems problems) {
    JsonNode object = tree(key, text, problems);
    if (!object.isObject()) {
      return NONE;
    }
    Map<String, String> path = new LinkedHashMap<>();
    Map<String, String> query = new LinkedHashMap<>();
    List<String> pathNames = operation.path().parameters();
    object
        .properties()
        .forEach(
            option -> {
              String name = option.getKey();
              if (!option.getValue().isValueNode() || option.getValue().isNull()) {
                problems.add(
                    key, "the value of \"" + name + "\" must be a string, a number or a boolean");
              } else if (pathNames.contains(name)) {
                path.put(name, option.getValue().asText());
              } else {
                checkName(key, name, operation, problems);
                query.put(name, option.getValue().asText());
              }
            });
    pathNames.stream()
        .filter(name -> !object.has(name))
        .forEach(
            name ->
                problems.add(
                    key,
                    "the path parameter \"" + name + "\" of " + operation.id() + " is missing"));
    return new Options(path, query);
  }

  /** The options as a tree; anything but an object is a problem. */
  public static JsonNode tree(String key, String text, Problems problems) {
    try {
      JsonNode tree = text.isBlank() ? JSON.createObjectNode() : JSON.readTree(text);
      if (!tree.isObject()) {
        problems.add(key, "expected a JSON object, such as {\"conditions\": \"closedFlag=False\"}");
      }
      return tree;
    } catch (JsonProcessingException e) {
      problems.add(key, "not valid JSON: " + e.getOriginalMessage());
      return MissingNode.getInstance();
    }
  }

  private static void checkName(String key, String name, Operation operation, Problems problems) {
    List<String> known =
        Stream.concat(operation.pathParameters().stream(), operation.queryParameters().stream())
            .map(Parameter::name)
            .toList();
    // An operation given as text is not in the catalogue: its query parameters are not known.
    boolean given = operation.id().contains("/");
    if (!given && !known.contains(name)) {
      problems.add(
          key,
          operation.id()
              + " takes no parameter \""
              + name
              + "\". "
              + (known.isEmpty() ? "It takes none." : Nearest.hint(name, known)));
    }
  }
}
