package io.psastream.connectwise.sandbox.connect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the worker says about a configuration that it was asked to validate.
 *
 * @param keys every key that the plugin and the worker know
 * @param errors the errors by key, in the order of the keys; only keys that have any
 */
public record Validation(Set<String> keys, Map<String, List<String>> errors) {

  static Validation of(JsonNode answer) {
    Set<String> keys = new TreeSet<>();
    Map<String, List<String>> errors = new LinkedHashMap<>();
    for (JsonNode config : answer.path("configs")) {
      JsonNode value = config.path("value");
      keys.add(value.path("name").asText());
      List<String> messages = new ArrayList<>();
      value.path("errors").forEach(message -> messages.add(message.asText()));
      if (!messages.isEmpty()) {
        errors.put(value.path("name").asText(), List.copyOf(messages));
      }
    }
    return new Validation(keys, errors);
  }
}
