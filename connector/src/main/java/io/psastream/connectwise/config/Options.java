package io.psastream.connectwise.config;

import com.fasterxml.jackson.core.JsonParser;
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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The options of an operation: a JSON object of path and query parameters by name.
 *
 * @param path values of the path parameters
 * @param query the other ones, in the order given
 */
public record Options(Map<String, String> path, Map<String, String> query) {

  public static final String KEY = "options";

  /** The paging parameter that a user may give: it is the page size of the query. */
  public static final String PAGE_SIZE = "pageSize";

  private static final Options NONE = new Options(Map.of(), Map.of());

  /** Refuses a name that is given twice, of whose values one would be lost. */
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  /** Reads the options of an alias and checks them against the operation. */
  public static Options parse(AliasValues values, Operation operation) {
    JsonNode object = tree(values);
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
                values.problem(
                    KEY, "the value of \"" + name + "\" must be a string, a number or a boolean");
              } else if (pathNames.contains(name)) {
                path.put(name, option.getValue().asText());
                checkType(values, name, option.getValue().asText(), operation);
              } else {
                checkName(values, name, operation);
                query.put(name, option.getValue().asText());
                checkType(values, name, option.getValue().asText(), operation);
              }
            });
    Stream<String> requiredNames =
        operation.queryParameters().stream().filter(Parameter::required).map(Parameter::name);
    checkComplete(values, object, operation, "path", pathNames.stream());
    checkComplete(values, object, operation, "query", requiredNames);
    return new Options(path, query);
  }

  /** Checks a value that no parent fills in against the type of its parameter. */
  private static void checkType(
      AliasValues values, String name, String value, Operation operation) {
    if (value.contains("${")) {
      return;
    }
    Map<String, String> given = Map.of(name, value);
    try {
      operation.check(given, given);
    } catch (IllegalArgumentException e) {
      values.problem(KEY, e.getMessage());
    }
  }

  private static void checkComplete(
      AliasValues values, JsonNode given, Operation operation, String kind, Stream<String> names) {
    names
        .filter(name -> !given.has(name))
        .forEach(
            name ->
                values.problem(
                    KEY,
                    "the %s parameter \"%s\" of %s is missing"
                        .formatted(kind, name, operation.id())));
  }

  /** The value of a query parameter, whatever the case of its name. */
  public Optional<String> query(String name) {
    return query.entrySet().stream()
        .filter(each -> each.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** The same without a query parameter, whatever the case of its name. */
  public Options withoutQuery(String name) {
    Map<String, String> others = new LinkedHashMap<>(query);
    others.keySet().removeIf(name::equalsIgnoreCase);
    return new Options(path, others);
  }

  /** The options of an alias as a tree; anything but an object is a problem. */
  public static JsonNode tree(AliasValues values) {
    try {
      JsonNode tree = JSON.readTree(values.text(KEY).orElse("{}"));
      if (!tree.isObject()) {
        values.problem(
            KEY, "expected a JSON object, such as {\"conditions\": \"closedFlag=False\"}");
      }
      return tree;
    } catch (JsonProcessingException e) {
      values.problem(KEY, "not valid JSON: " + e.getOriginalMessage());
      return MissingNode.getInstance();
    }
  }

  private static void checkName(AliasValues values, String name, Operation operation) {
    List<String> known =
        Stream.concat(operation.pathParameters().stream(), operation.queryParameters().stream())
            .map(Parameter::name)
            .toList();
    // An operation given as text is not in the catalogue: its query parameters are not known.
    boolean given = operation.id().contains("/");
    boolean pageSize = operation.answer().paged() && name.equalsIgnoreCase(PAGE_SIZE);
    if (!given && !pageSize && !known.contains(name)) {
      values.problem(
          KEY,
          operation.id()
              + " takes no parameter \""
              + name
              + "\". "
              + (known.isEmpty() ? "It takes none." : Nearest.hint(name, known)));
    }
  }
}
