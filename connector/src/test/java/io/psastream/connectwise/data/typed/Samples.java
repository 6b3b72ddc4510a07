package io.psastream.connectwise.data.typed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.ItemSchema;
import io.psastream.connectwise.catalog.ItemSchema.Field;
import io.psastream.connectwise.catalog.Operation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Items that a server may send: as the catalogue says, and otherwise. */
final class Samples {

  static final Catalog CATALOG = Catalog.load();

  private static final JsonNodeFactory NODES = new JsonNodeFactory(true);

  private final Random random;

  Samples(long seed) {
    this.random = new Random(seed);
  }

  Random random() {
    return random;
  }

  /** An item with a value in every field. */
  ObjectNode item(Operation operation) {
    return object(
        CATALOG.schema(operation.item().orElse("")).orElse(new ItemSchema("", List.of())), 0);
  }

  /** An item that has some of its fields, some of another type, and some that nobody knows. */
  ObjectNode wild(Operation operation) {
    return (ObjectNode) spoiled(item(operation), 0);
  }

  private ObjectNode object(ItemSchema schema, int level) {
    ObjectNode object = NODES.objectNode();
    for (Field field : schema.fields()) {
      if (field.array()) {
        ArrayNode array = object.putArray(field.name());
        for (int i = random.nextInt(3); i > 0; i--) {
          array.add(value(field, level));
        }
      } else {
        object.set(field.name(), value(field, level));
      }
    }
    return object;
  }

  private JsonNode value(Field field, int level) {
    return switch (field.type()) {
      case "string" -> NODES.textNode(text());
      case "boolean" -> NODES.booleanNode(random.nextBoolean());
      case "integer" -> NODES.numberNode(random.nextInt());
      case "long" -> NODES.numberNode(random.nextLong());
      case "number" -> NODES.numberNode(BigDecimal.valueOf(random.nextInt(), random.nextInt(4)));
      case "datetime" ->
          NODES.textNode(Instant.ofEpochSecond(random.nextInt(2_000_000_000)).toString());
      case "map" -> NODES.objectNode().put("a_href", "https://a.b/").put("updatedBy", text());
      case "object" -> any(0);
      default -> object(CATALOG.schema(field.type()).orElseThrow(), level + 1);
    };
  }

  private String text() {
    return List.of("", "Printer on fire", "ü 😀 \u200b", "null", "{\"a\":1}", "line\nline\t\"")
        .get(random.nextInt(6));
  }

  /** Any JSON. */
  JsonNode any(int level) {
    List<Supplier<JsonNode>> kinds =
        List.of(
            NODES::nullNode,
            () -> NODES.booleanNode(random.nextBoolean()),
            () -> NODES.numberNode(random.nextInt(100)),
            () -> NODES.numberNode(random.nextLong()),
            () -> NODES.numberNode(new BigInteger(300, random)),
            () -> NODES.numberNode(new BigDecimal(new BigInteger(120, random), 40)),
            () -> NODES.numberNode(new BigDecimal("1e" + random.nextInt(500))),
            () -> NODES.textNode(text()),
            () -> NODES.textNode("a\0b\0"),
            () -> NODES.textNode("0000-00-00T00:00:00Z"),
            () -> NODES.textNode("2023-02-30T25:00:00Z"),
            () -> NODES.textNode("0001-01-01T00:00:00Z"),
            () -> NODES.textNode("2026-01-31T12:00:00.1234567Z"),
            () -> NODES.textNode("z".repeat(random.nextInt(40_000))),
            () -> deep(random.nextInt(200)),
            () -> array(level),
            () -> members(level));
    int bound = level > 3 ? kinds.size() - 2 : kinds.size();
    return kinds.get(random.nextInt(bound)).get();
  }

  private JsonNode deep(int levels) {
    JsonNode node = NODES.numberNode(1);
    for (int i = 0; i < levels; i++) {
      node = i % 2 == 0 ? NODES.arrayNode().add(node) : NODES.objectNode().set("d", node);
    }
    return node;
  }

  private ArrayNode array(int level) {
    ArrayNode array = NODES.arrayNode();
    for (int i = random.nextInt(4); i > 0; i--) {
      array.add(any(level + 1));
    }
    return array;
  }

  private ObjectNode members(int level) {
    ObjectNode object = NODES.objectNode();
    for (int i = random.nextInt(4); i > 0; i--) {
      object.set(
          List.of("id", "name", "a/b", "~", "é", "", "_extra").get(random.nextInt(7)),
          any(level + 1));
    }
    return object;
  }

  /** The same with some values replaced, some left out and some added, at every level. */
  private JsonNode spoiled(JsonNode node, int level) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = NODES.objectNode();
      object
          .properties()
          .forEach(
              field -> {
                if (random.nextInt(10) > 0) {
                  copy.set(field.getKey(), spoiled(field.getValue(), level + 1));
                }
              });
      if (random.nextInt(3) == 0) {
        copy.set(List.of("new", "a/b", "~1", "_extra", "neu ö").get(random.nextInt(5)), any(0));
      }
      return level > 0 && random.nextInt(20) == 0 ? any(0) : copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = NODES.arrayNode();
      array.forEach(element -> copy.add(spoiled(element, level + 1)));
      return random.nextInt(20) == 0 ? any(0) : copy;
    }
    return random.nextInt(6) == 0 ? any(0) : node;
  }
}
