package io.psastream.connectwise.data.typed;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.ItemSchema;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.data.SchemaNames;
import io.psastream.connectwise.data.typed.Shape.Fields;
import io.psastream.connectwise.data.typed.Shape.Scalar;
import io.psastream.connectwise.data.typed.Shape.Slot;
import io.psastream.connectwise.data.typed.TypedForm.InfoFormat;
import io.psastream.connectwise.data.typed.TypedForm.Unknown;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Builds the shape of an operation's items from the catalogue.
 *
 * <p>A record is named as its schema in the catalogue, whatever the query asks for, so that a
 * registry takes a query that asks for more or for less as a new version of the same. A name must
 * not have two meanings within a schema: a record has what the query asks for at all of its places
 * together, and one that is cut off because the item goes too deep is named after its place.
 */
final class Shapes {

  /** An object this many levels down is JSON text; the item itself is the first level. */
  static final int DEEPEST = 5;

  /** Of items of which the catalogue knows nothing, or of which a report decides. */
  private static final String ANY_ITEM = "Item";

  private static final int VERSION = 1;

  private final Function<String, Optional<ItemSchema>> schemas;
  private final TypedForm form;
  private final Map<String, Built> whole = new HashMap<>();

  /** The fields that are asked for, by the name of the schema that has them. */
  private final Map<String, Set<String>> asked = new HashMap<>();

  /** A shape, and whether nothing of it is cut off. */
  private record Built(Shape shape, boolean whole) {}

  Shapes(Catalog catalog, TypedForm form) {
    this(catalog::schema, form);
  }

  Shapes(Function<String, Optional<ItemSchema>> schemas, TypedForm form) {
    this.schemas = schemas;
    this.form = form;
  }

  /** What an item of the operation has to be. */
  Fields item(Operation operation) {
    Selection selection = form.fields().map(Selection::of).orElse(Selection.ALL);
    if (operation.traits().id()) {
      selection.require("id");
    }
    if (operation.traits().info()) {
      selection.require(SchemaNames.INFO);
    }
    ItemSchema item = operation.item().flatMap(schemas).orElseGet(() -> unknown(operation));
    ask(item, selection, 1);
    return top(item);
  }

  private void ask(ItemSchema item, Selection selection, int level) {
    for (ItemSchema.Field field : item.fields()) {
      boolean info = field.name().equals(SchemaNames.INFO);
      if (selection.has(field.name()) && !(info && form.info() == InfoFormat.NONE)) {
        asked.computeIfAbsent(item.name(), name -> new HashSet<>()).add(field.name());
        if (level < DEEPEST) {
          Selection below = selection.below(field.name());
          below.require(SchemaNames.INFO); // which the API returns with every reference
          schemas.apply(field.type()).ifPresent(nested -> ask(nested, below, level + 1));
        }
      }
    }
  }

  private List<ItemSchema.Field> asked(ItemSchema item) {
    Set<String> names = asked.getOrDefault(item.name(), Set.of());
    return item.fields().stream().filter(field -> names.contains(field.name())).toList();
  }

  private static ItemSchema unknown(Operation operation) {
    List<ItemSchema.Field> fields =
        operation.traits().id()
            ? List.of(
                new ItemSchema.Field("id", "long", false, false),
                new ItemSchema.Field(SchemaNames.INFO, "map", false, false))
            : List.of();
    return new ItemSchema(ANY_ITEM, fields);
  }

  private Fields top(ItemSchema item) {
    SchemaBuilder builder = builder(item.name());
    Map<String, Shape> shapes = new LinkedHashMap<>();
    asked(item)
        .forEach(
            field -> shapes.put(field.name(), shape(field, new Place(1, item.name())).shape()));
    shapes.forEach((name, shape) -> builder.field(name, shape.schema()));
    if (shapes.containsKey(CustomFieldFlattener.FIELD)) {
      form.flattened()
          .forEach(field -> builder.field(field.name(), CustomFieldFlattener.schema(field)));
    }
    if (form.unknown() == Unknown.COLLECT) {
      builder.field(SchemaNames.EXTRA, map().schema());
    }
    return fields(builder.build(), shapes);
  }

  /** A level and a name for what is there. */
  private record Place(int level, String name) {

    Place below(String field) {
      return new Place(level + 1, name + "_" + field);
    }
  }

  /** What would be a map, which is JSON text where there are to be none. */
  private Shape map() {
    return form.info() == InfoFormat.MAP ? Shape.Texts.SHAPE : Scalar.JSON;
  }

  private Built shape(ItemSchema.Field field, Place at) {
    Built element =
        switch (field.type()) {
          case "string" -> new Built(Scalar.TEXT, true);
          case "boolean" -> new Built(Scalar.FLAG, true);
          case "integer" -> new Built(Scalar.INT32, true);
          case "long" -> new Built(Scalar.INT64, true);
          case "number" -> new Built(Scalar.FLOAT64, true);
          case "datetime" -> new Built(form.timestamps() ? Scalar.TIME : Scalar.TEXT, true);
          case "map" -> new Built(map(), true);
          case "object" -> new Built(Scalar.JSON, true);
          default -> nested(field.type(), at.below(field.name()));
        };
    return field.array() ? new Built(Shape.Elements.of(element.shape()), element.whole()) : element;
  }

  /** The shape of another schema; an object of which no field is known is JSON text. */
  private Built nested(String name, Place at) {
    Optional<ItemSchema> item = schemas.apply(name).filter(found -> !found.fields().isEmpty());
    if (item.isEmpty()) {
      return new Built(Scalar.JSON, true);
    }
    if (at.level() > DEEPEST) {
      return new Built(Scalar.JSON, false);
    }
    if (asked(item.get()).isEmpty()) {
      return new Built(Scalar.JSON, true);
    }
    Built known = whole.get(name);
    return known != null ? known : record(item.get(), at);
  }

  private Built record(ItemSchema item, Place at) {
    boolean all = true;
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (ItemSchema.Field field : asked(item)) {
      Built built = shape(field, at);
      shapes.put(field.name(), built.shape());
      all &= built.whole();
    }
    SchemaBuilder builder = builder(all ? item.name() : at.name()).optional();
    boolean custom = item.name().equals(CustomFieldFlattener.ITEM);
    shapes.forEach((name, shape) -> builder.field(name, schema(custom, name, shape)));
    if (custom) {
      builder.field(SchemaNames.VALUE_TYPE, Schema.OPTIONAL_STRING_SCHEMA);
    }
    Schema schema = builder.build();
    if (custom) {
      shapes.replace(
          CustomFieldFlattener.VALUE, new Shape.Tagged(schema.field(SchemaNames.VALUE_TYPE)));
    }
    Built built = new Built(fields(schema, shapes), all);
    if (all) {
      whole.put(item.name(), built);
    }
    return built;
  }

  private static Schema schema(boolean custom, String name, Shape shape) {
    return custom && name.equals(CustomFieldFlattener.VALUE)
        ? Schema.OPTIONAL_STRING_SCHEMA
        : shape.schema();
  }

  private static SchemaBuilder builder(String name) {
    return SchemaBuilder.struct().name(SchemaNames.NAMESPACE + name).version(VERSION);
  }

  private static Fields fields(Schema schema, Map<String, Shape> shapes) {
    Map<String, Slot> slots = new HashMap<>();
    shapes.forEach((name, shape) -> slots.put(name, new Slot(schema.field(name), shape)));
    return new Fields(schema, slots); // no copy: Map.copyOf takes longer to find a field
  }
}
