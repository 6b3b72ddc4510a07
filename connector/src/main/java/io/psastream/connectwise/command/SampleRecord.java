package io.psastream.connectwise.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.ItemSchema;
import io.psastream.connectwise.catalog.ItemSchema.Field;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.sink.config.RecordDirectives.Envelope;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.template.Template;
import io.psastream.connectwise.template.Template.Expression;
import io.psastream.connectwise.template.Template.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;

/** A record to try a sink with: from a file, or made up of what its route needs. */
final class SampleRecord {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> FIELDS =
      List.of("topic", "key", "value", "headers", "timestamp");

  /** Deep enough for what the API requires. */
  private static final int DEEPEST = 3;

  private final Catalog catalog;
  private final ConnectHeaders headers = new ConnectHeaders();
  private Object key = 1L;
  private Object value;

  private SampleRecord(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Reads a record: an object with {@code topic}, {@code key}, {@code value}, {@code headers} (an
   * object of texts) and {@code timestamp}, each of which may be missing.
   *
   * @param topic for a record that names none
   */
  static SinkRecord read(Path file, Optional<String> topic) throws IOException {
    JsonNode record = JSON.readTree(ConnectorFile.text(file));
    if (!record.isObject()) {
      throw new ConfigException(file + ": expected an object with " + FIELDS + ".");
    }
    record
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!FIELDS.contains(name)) {
                throw new ConfigException(
                    file + ": a record has no \"" + name + "\"; it has " + FIELDS + ".");
              }
            });
    String name =
        Optional.ofNullable(record.path("topic").asText(null))
            .or(() -> topic)
            .orElseThrow(() -> new ConfigException(file + ": \"topic\" is missing."));
    ConnectHeaders headers = new ConnectHeaders();
    record
        .path("headers")
        .properties()
        .forEach(header -> headers.addString(header.getKey(), header.getValue().asText()));
    long timestamp = record.path("timestamp").asLong(System.currentTimeMillis());
    return record(name, plain(record.get("key")), plain(record.get("value")), headers, timestamp);
  }

  /** As the JsonConverter gives it with {@code schemas.enable=false}. */
  private static Object plain(JsonNode node) {
    Object plain = JSON.convertValue(node, Object.class);
    return plain instanceof Integer number ? (Object) number.longValue() : plain;
  }

  /**
   * Makes up a record: a value with the fields that the operation requires, and whatever the
   * expressions of the configuration refer to.
   */
  static SinkRecord of(String topic, Route route, Map<String, String> properties, Catalog catalog) {
    SampleRecord sample = new SampleRecord(catalog);
    route.mutate().ifPresent(operation -> sample.value = sample.value(operation, route));
    for (String text : new TreeMap<>(properties).values()) {
      sample.fillIn(text);
    }
    route
        .directives()
        .header()
        .filter(header -> route.mutate().isEmpty() && route.delete().isEmpty())
        .ifPresent(
            header ->
                route.directives().allowed().stream()
                    .findFirst()
                    .ifPresent(
                        operation -> {
                          sample.headers.addString(header, operation.id());
                          sample.value = sample.value(operation, route);
                        }));
    if (route.directives().envelope() == Envelope.DEBEZIUM) {
      sample.value = sample.event();
    }
    return record(topic, sample.key, sample.value, sample.headers, System.currentTimeMillis());
  }

  private static SinkRecord record(
      String topic, Object key, Object value, ConnectHeaders headers, long timestamp) {
    return new SinkRecord(
        topic, 0, null, key, null, value, 0, timestamp, TimestampType.CREATE_TIME, headers);
  }

  private Map<String, Object> event() {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("op", value == null ? "d" : "u");
    event.put("before", value == null ? key : null);
    event.put("after", value);
    return event;
  }

  private Object value(Operation operation, Route route) {
    if (operation.body() == BodyKind.MULTIPART) {
      return "the content of a file".getBytes(StandardCharsets.UTF_8);
    }
    if (operation.method() == HttpMethod.DELETE || operation.body() == BodyKind.NONE) {
      return new LinkedHashMap<>();
    }
    boolean patch = operation.body() == BodyKind.JSON_PATCH; // whose item is the one it changes
    Object item = object((patch ? operation.item() : operation.bodyItem()).orElse(""), 0);
    List<String> path = route.items().path();
    for (int level = path.size() - 1; level >= 0; level--) {
      item = new LinkedHashMap<>(Map.of(path.get(level), item));
    }
    return item;
  }

  private Map<String, Object> object(String schema, int level) {
    Map<String, Object> object = new LinkedHashMap<>();
    List<Field> fields = catalog.schema(schema).map(ItemSchema::fields).orElse(List.of());
    fields.stream()
        .filter(Field::required)
        .forEach(field -> object.put(field.name(), sample(field, level)));
    if (object.isEmpty()) {
      fields.stream()
          .filter(field -> level > 0 ? field.name().equals("id") : field.type().equals("string"))
          .findFirst()
          .ifPresent(field -> object.put(field.name(), sample(field, level)));
    }
    return object;
  }

  private Object sample(Field field, int level) {
    Object one =
        switch (field.type()) {
          case "string" -> "sample";
          case "boolean" -> false;
          case "integer", "long" -> 1L;
          case "number" -> 1.0;
          case "datetime" -> "2026-01-31T12:00:00Z";
          default -> level < DEEPEST ? object(field.type(), level + 1) : Map.of();
        };
    return field.array() ? new ArrayList<>(List.of(one)) : one;
  }

  private void fillIn(String text) {
    if (text == null || !text.contains("${")) {
      return;
    }
    try {
      Template.parse(text.replace("\\\"", "\"")).parts().stream()
          .filter(Expression.class::isInstance)
          .map(Expression.class::cast)
          .forEach(this::fillIn);
    } catch (IllegalArgumentException e) {
      // Meant for something else, such as a transformation.
    }
  }

  private void fillIn(Expression expression) {
    List<String> path = expression.path();
    if (expression.source() == Source.HEADER && headers.lastWithName(path.get(0)) == null) {
      headers.addString(path.get(0), "sample");
    } else if (expression.source() == Source.KEY && !path.isEmpty()) {
      key = key instanceof Map ? key : new LinkedHashMap<String, Object>();
      fillIn(key, path);
    } else if (expression.source() == Source.VALUE || expression.source() == Source.ITEM) {
      fillIn(value, path);
    }
  }

  @SuppressWarnings("unchecked")
  private static void fillIn(Object at, List<String> path) {
    if (at instanceof Map<?, ?> map && !path.isEmpty()) {
      boolean last = path.size() == 1;
      Map<String, Object> object = (Map<String, Object>) map;
      object.putIfAbsent(path.get(0), last ? 1L : new LinkedHashMap<String, Object>());
      fillIn(object.get(path.get(0)), path.subList(1, path.size()));
    }
  }
}
