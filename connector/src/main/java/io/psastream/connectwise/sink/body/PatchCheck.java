package io.psastream.connectwise.sink.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.ItemSchema.Field;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.config.Writing.OnProblem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds what a PATCH did not apply although it was answered with 200 (P37), by comparing the item
 * that came back with the values that were asked for.
 *
 * <p>It only speaks up when it is sure: white space (P44), the case of text, the form of times and
 * numbers, and everything inside an array but the values of custom fields are the server's to
 * normalise. A field that does not come back is unapplied only when the item's schema does not know
 * it, because empty and write-only fields do not come back either.
 *
 * @param known the fields of the item's schema; empty when the schema is not known
 */
public record PatchCheck(Optional<Set<String>> known) {

  /** The checks of those routes that patch and want to know, by operation. */
  public static Map<String, PatchCheck> of(List<Route> routes, Catalog catalog) {
    Map<String, PatchCheck> checks = new HashMap<>();
    routes.stream()
        .filter(route -> route.writing().onUnapplied() != OnProblem.IGNORE)
        .flatMap(route -> route.operations().stream())
        .filter(operation -> operation.body() == BodyKind.JSON_PATCH)
        .forEach(operation -> checks.put(operation.id(), of(operation, catalog)));
    return checks;
  }

  private static PatchCheck of(Operation operation, Catalog catalog) {
    return new PatchCheck(
        operation
            .item()
            .flatMap(catalog::schema)
            .map(schema -> schema.fields().stream().map(Field::name).collect(Collectors.toSet())));
  }

  /**
   * The fields whose values are others than were asked for.
   *
   * @param unapplied those that were not changed, as far as can be told
   * @param rewritten those that the site changed, to a form or a value of its own
   */
  public record Differences(List<String> unapplied, List<String> rewritten) {

    /** An answer that is not looked at. */
    public static final Differences NONE = new Differences(List.of(), List.of());

    void add(String field, JsonNode asked, JsonNode got, JsonNode before) {
      (ValueEquivalence.rewritten(asked, got, before) ? rewritten : unapplied).add(field);
    }
  }

  /**
   * What was to be replaced and came back as something else.
   *
   * @param before the item as it was, where it was read; else a missing node
   */
  public Differences differences(JsonNode operations, JsonNode item, JsonNode before) {
    Differences found = new Differences(new ArrayList<>(), new ArrayList<>());
    for (JsonNode operation : operations) {
      String field = operation.path("path").asText();
      JsonNode asked = operation.path("value");
      boolean whole = !field.contains("/") && operation.has("value");
      if (whole && field.equals(CustomFieldMerge.NAME) && item.path(field).isArray()) {
        CustomFieldMerge.compare(asked, item.path(field), before.path(field), found);
      } else if (whole && !applied(field, asked, item)) {
        found.add(field, asked, item.path(field), before.path(field));
      }
    }
    return found;
  }

  private boolean applied(String field, JsonNode asked, JsonNode item) {
    JsonNode got = item.get(field);
    if (got == null) {
      return asked.isNull() || known.map(fields -> fields.contains(field)).orElse(true);
    }
    return asked.isNull() ? cleared(got) : ValueEquivalence.close(asked, got);
  }

  /** Numbers and flags go back to a default when they are cleared. */
  private static boolean cleared(JsonNode got) {
    return !got.isObject() && (!got.isTextual() || got.asText().isBlank());
  }
}
