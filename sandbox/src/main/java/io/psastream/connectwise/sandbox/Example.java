package io.psastream.connectwise.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One of the files of {@code config-examples/}: a connector's name and configuration, in the file's
 * order.
 */
public record Example(String name, Map<String, String> config) {

  /** Reads the file, which is the body of {@code POST /connectors}. */
  public static Example read(Path file) throws IOException {
    return parse(Files.readString(file));
  }

  /** Reads such a body. */
  public static Example parse(String json) throws IOException {
    JsonNode example = new ObjectMapper().readTree(json);
    Map<String, String> config = new LinkedHashMap<>();
    example
        .path("config")
        .properties()
        .forEach(entry -> config.put(entry.getKey(), entry.getValue().asText()));
    return new Example(example.path("name").asText(), config);
  }

  /** The same with some keys set to other values. */
  public Example with(Map<String, String> changes) {
    Map<String, String> changed = new LinkedHashMap<>(config);
    changed.putAll(changes);
    return new Example(name, changed);
  }

  /** The same without some keys. */
  public Example without(String... keys) {
    Map<String, String> changed = new LinkedHashMap<>(config);
    List.of(keys).forEach(changed::remove);
    return new Example(name, changed);
  }
}
