package io.psastream.connectwise.sink.mapping;

import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.sink.body.ItemModel;
import io.psastream.connectwise.template.Template;
import io.psastream.connectwise.template.Template.Expression;
import io.psastream.connectwise.template.Template.Source;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of an item says which item it is, and is left out of its body because the API refuses an id
 * that repeats the path (P42): the fields that are named like a path parameter, and those that one
 * is taken from.
 *
 * <p>A field stays that the schema of the body requires, or has under the name of a path parameter
 * (the {@code parentId} of a workflow event): it is a field of its own. The item's own id goes
 * unless a PUT requires it, and so does what a PATCH would only repeat.
 *
 * @param fields the fields that are left out
 * @param whole whether an option is the whole item, such as a bare id
 */
record Addressing(Set<String> fields, boolean whole) {

  /** Stands for the whole item; no field is called so. */
  private static final String WHOLE = "";

  /**
   * What addresses the items of an operation.
   *
   * @param options the options that say which item it is
   * @param items the part of the value that the items are
   */
  static Addressing of(
      Operation operation, ItemModel model, Map<String, Template> options, Expression items) {
    Set<String> fields = new HashSet<>();
    options.values().forEach(option -> ofItem(option, items).ifPresent(fields::add));
    boolean whole = fields.remove(WHOLE);
    boolean patch = operation.body() == BodyKind.JSON_PATCH;
    fields.removeIf(field -> !patch && model.requires(field));
    for (String name : operation.path().parameters()) {
      boolean own = own(operation).equals(Optional.of(name));
      boolean kept = own ? !patch && model.requires(name) : model.has(name);
      if (!kept) {
        fields.add(name);
      } else if (!patch) {
        fields.remove(name);
      }
    }
    return new Addressing(Set.copyOf(fields), whole);
  }

  /**
   * The path parameter that is the id of the one item that a body is; empty where there is none.
   */
  private static Optional<String> own(Operation operation) {
    List<String> names = operation.path().parameters();
    boolean one =
        operation.body() == BodyKind.JSON_PATCH
            || (operation.method() == HttpMethod.PUT && operation.body() == BodyKind.OBJECT);
    return one && !names.isEmpty() ? Optional.of(names.get(names.size() - 1)) : Optional.empty();
  }

  /** The field of an item that an option is. */
  private static Optional<String> ofItem(Template option, Expression items) {
    List<String> prefix =
        option.only().filter(it -> it.source() == Source.ITEM).isPresent()
            ? List.of()
            : items.path();
    return option
        .only()
        .filter(it -> it.source() == Source.ITEM || it.source() == Source.VALUE)
        .map(Expression::path)
        .filter(path -> path.size() >= prefix.size() && path.size() <= prefix.size() + 1)
        .filter(path -> path.subList(0, prefix.size()).equals(prefix))
        .map(path -> path.size() == prefix.size() ? WHOLE : path.get(prefix.size()));
  }

  /**
   * This of a create, and what addresses the item of the update that goes with it: the item's id is
   * ConnectWise's to give, and what the create has no field for is none.
   */
  Addressing with(Addressing update, Operation operation, ItemModel model) {
    Stream<String> others =
        update.fields.stream()
            .filter(it -> !model.has(it) || own(operation).equals(Optional.of(it)));
    return new Addressing(
        Stream.concat(fields.stream(), others).collect(Collectors.toSet()), whole);
  }
}
