package io.psastream.connectwise.catalog.generator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the OpenAPI file says: operations, and item schemas as lines of fields. */
record OpenApi(List<SpecOperation> operations, Map<String, List<String>> schemas) {

  private static final Set<String> BODIES =
      Set.of("none", "object", "array", "jsonpatch", "multipart");

  static OpenApi read(Path file) throws IOException {
    JsonNode root = new ObjectMapper().readTree(file.toFile());
    List<SpecOperation> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        operations.add(operation(path.getKey(), method.getKey(), method.getValue()));
      }
    }
    Map<String, List<String>> schemas = new TreeMap<>();
    root.path("components")
        .path("schemas")
        .properties()
        .forEach(schema -> schemas.put(schema.getKey(), fields(schema.getValue())));
    return new OpenApi(operations, schemas);
  }

  private static SpecOperation operation(String path, String method, JsonNode node) {
    List<String> pathTypes = new ArrayList<>();
    List<String> query = new ArrayList<>();
    for (JsonNode parameter : node.path("parameters")) {
      String type = parameter.at("/schema/type").asText();
      boolean required = parameter.path("required").asBoolean();
      switch (parameter.path("in").asText()) {
        case "path" -> pathTypes.add(type);
        case "query" ->
            query.add(parameter.path("name").asText() + ":" + type + (required ? "!" : ""));
        default -> {} // The header clientId, which every operation takes.
      }
    }
    String body = node.path("x-body-kind").asText();
    if (!BODIES.contains(body)) {
      throw new IllegalArgumentException("Unknown body kind \"" + body + "\" of " + path);
    }
    return new SpecOperation(
        node.path("operationId").asText(),
        method.toUpperCase(Locale.ROOT),
        path,
        List.copyOf(pathTypes),
        List.copyOf(query),
        body.equals("jsonpatch") ? "json_patch" : body,
        body.equals("jsonpatch") ? "" : schemaName(node.path("requestBody")),
        node.path("x-response-kind").asText(),
        schemaName(first(node.path("responses"))));
  }

  private static JsonNode first(JsonNode object) {
    return object.elements().next();
  }

  /** The schema that the content of a request or response is, or is an array of. */
  private static String schemaName(JsonNode contents) {
    JsonNode content = contents.path("content");
    return content.isEmpty() ? "" : reference(first(content).path("schema"));
  }

  private static String reference(JsonNode schema) {
    String reference = schema.path("$ref").asText(schema.at("/items/$ref").asText());
    return reference.substring(reference.lastIndexOf('/') + 1);
  }

  private static List<String> fields(JsonNode schema) {
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    List<String> fields = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
      String name = field.getKey();
      fields.add(
          name + " " + type(field.getValue()) + (required.contains(name) ? " required" : ""));
    }
    return fields;
  }

  private static String type(JsonNode schema) {
    if (!reference(schema).isEmpty()) {
      return reference(schema) + (schema.has("items") ? "[]" : "");
    }
    return switch (schema.path("type").asText()) {
      case "array" -> array(type(schema.path("items")));
      case "string" -> schema.path("format").asText().equals("date-time") ? "datetime" : "string";
      // Without a format an integer has no bound.
      case "integer" -> schema.path("format").asText().equals("int32") ? "integer" : "long";
      case "object" ->
          schema.at("/additionalProperties/type").asText().equals("string") ? "map" : "object";
      case "number", "boolean" -> schema.path("type").asText();
      case "" -> "object";
      default -> throw new IllegalArgumentException("Unknown type in " + schema);
    };
  }

  /** A list of lists is a list of free-form values. */
  private static String array(String element) {
    return element.endsWith("[]") ? "object[]" : element + "[]";
  }
}
