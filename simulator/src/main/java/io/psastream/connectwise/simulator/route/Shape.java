package io.psastream.connectwise.simulator.route;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.ItemSchema;
import io.psastream.connectwise.simulator.condition.Field;
import io.psastream.connectwise.simulator.condition.Field.Type;
import io.psastream.connectwise.simulator.query.Fields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What is known of an item's fields; of an item without a schema any name will do. */
public final class Shape implements Fields {

  private final Catalog catalog;
  private final Optional<ItemSchema> schema;

  public Shape(Catalog catalog, Optional<String> name) {
    this.catalog = catalog;
    this.schema = name.flatMap(catalog::schema);
  }

  public List<ItemSchema.Field> fields() {
    return schema.map(ItemSchema::fields).orElse(List.of());
  }

  /** The field of exactly this name: bodies are case-sensitive. */
  public Optional<ItemSchema.Field> field(String name) {
    return fields().stream().filter(field -> field.name().equals(name)).findFirst();
  }

  /** The schema of the objects in this field. */
  Shape inside(ItemSchema.Field field) {
    return new Shape(catalog, Optional.of(field.type()));
  }

  public boolean isObject(ItemSchema.Field field) {
    return catalog.schema(field.type()).isPresent();
  }

  public boolean known() {
    return schema.isPresent();
  }

  @Override
  public Optional<Field> resolve(String name) {
    return known() ? resolve(List.of(name.split("/")), false) : Fields.ANY.resolve(name);
  }

  private Optional<Field> resolve(List<String> names, boolean throughArrays) {
    List<String> path = new ArrayList<>();
    Shape shape = this;
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      boolean last = i == names.size() - 1;
      if (i == 0 && (name.equalsIgnoreCase("_info") || (last && isDateEntered(name)))) {
        return info(names.get(names.size() - 1));
      }
      Optional<ItemSchema.Field> field = shape.ignoringCase(name);
      if (field.isEmpty()) {
        return Optional.empty();
      }
      path.add(field.get().name());
      if (last) {
        return Optional.of(new Field(path, shape.type(field.get())));
      }
      if ((field.get().array() && !throughArrays) || !isObject(field.get())) {
        return Optional.empty();
      }
      shape = inside(field.get());
    }
    return Optional.empty();
  }

  /** Tickets have {@code dateEntered} in {@code _info} only (docs/connectwise-api.md section 4). */
  private boolean isDateEntered(String name) {
    return name.equalsIgnoreCase("dateEntered") && ignoringCase(name).isEmpty();
  }

  private static Optional<Field> info(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "dateentered" -> Optional.of(new Field(List.of("_info", "dateEntered"), Type.DATETIME));
      case "updatedby" -> Optional.of(new Field(List.of("_info", "updatedBy"), Type.TEXT));
      case "enteredby" -> Optional.of(new Field(List.of("_info", "enteredBy"), Type.TEXT));
      default -> Optional.empty();
    };
  }

  private Optional<ItemSchema.Field> ignoringCase(String name) {
    return fields().stream().filter(field -> field.name().equalsIgnoreCase(name)).findFirst();
  }

  private Type type(ItemSchema.Field field) {
    if (field.array()) {
      return Type.ARRAY;
    }
    return switch (field.type()) {
      case "string" -> Type.TEXT;
      case "boolean" -> Type.BOOLEAN;
      case "integer", "long", "number" -> Type.NUMBER;
      case "datetime" -> Type.DATETIME;
      case "object", "map" -> Type.ANY;
      default -> Type.OBJECT;
    };
  }

  /** The names for {@code childConditions}: fields of the elements of one array. */
  public static final class Children implements Fields {

    private final Shape shape;
    private final Set<String> arrays = new HashSet<>();

    public Children(Shape shape) {
      this.shape = shape;
    }

    @Override
    public Optional<Field> resolve(String name) {
      Optional<Field> field =
          shape.known() ? shape.resolve(List.of(name.split("/")), true) : Fields.ANY.resolve(name);
      field = field.filter(each -> each.path().size() > 1);
      field.ifPresent(each -> arrays.add(each.path().get(0)));
      return field.filter(each -> arrays.size() == 1);
    }

    /** The array that the names were in. */
    public String array() {
      return arrays.iterator().next();
    }
  }
}
