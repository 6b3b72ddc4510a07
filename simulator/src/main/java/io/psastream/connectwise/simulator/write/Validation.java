package io.psastream.connectwise.simulator.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.ItemSchema;
import io.psastream.connectwise.simulator.http.ErrorAnswer;
import io.psastream.connectwise.simulator.http.ErrorAnswer.Detail;
import io.psastream.connectwise.simulator.route.ApiCall;
import io.psastream.connectwise.simulator.route.RefusedException;
import io.psastream.connectwise.simulator.route.Shape;
import io.psastream.connectwise.simulator.store.Json;
import io.psastream.connectwise.simulator.store.Store;
import io.psastream.connectwise.simulator.store.StoredItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Refuses bodies that the API would refuse, in its words (P36, P41, P42). */
final class Validation {

  private static final int LONGEST_SUMMARY = 100;

  /** Fields that no two items of a collection may share (P33, P36). */
  private static final Map<String, List<String>> UNIQUE =
      Map.of(
          "/company/companies", List.of("identifier"),
          "/system/members", List.of("identifier"),
          "/system/callbacks", List.of("url", "type", "level", "objectId"));

  private final Store store;

  Validation(Store store) {
    this.store = store;
  }

  /** The path says which item it is; the body may not say it again (P42). */
  static void pathNotRepeated(ApiCall call, ObjectNode body) {
    for (String name : call.route().operation().path().parameters()) {
      if (body.has(name)) {
        throw RefusedException.invalid(
            call.resource(),
            new Detail(
                "InvalidField",
                "The field " + name + " cannot be given in the body.",
                call.resource(),
                name));
      }
    }
  }

  /** Every field of the body can be read as what it is to be. */
  static void types(ApiCall call, ObjectNode body) {
    for (ItemSchema.Field field : call.shape().fields()) {
      JsonNode value = body.path(field.name());
      if (!value.isMissingNode() && !value.isNull()) {
        type(call.shape(), field, value);
      }
    }
  }

  private static void type(Shape shape, ItemSchema.Field field, JsonNode value) {
    boolean object = shape.isObject(field);
    if (field.array() ? !value.isArray() : object && !value.isObject()) {
      throw RefusedException.badBody(
          "Error converting value "
              + (value.isContainerNode() ? "{null}" : value)
              + " to type 'ConnectWise.PSA.Models."
              + field.type()
              + "'. Path '"
              + field.name()
              + "'.");
    }
    // 500 for what is plainly the caller's mistake (P8).
    if (field.type().equals("boolean") && value.isTextual() && !isBoolean(value.textValue())) {
      throw new RefusedException(
          ErrorAnswer.of(500, "ConnectWiseApi", "String was not recognized as a valid Boolean."));
    }
  }

  private static boolean isBoolean(String text) {
    return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
  }

  /** What must be there is there, unless it was not before, and is not longer than it may be. */
  static void required(ApiCall call, ObjectNode item, JsonNode before) {
    List<Detail> details = new ArrayList<>();
    for (ItemSchema.Field field : call.shape().fields()) {
      boolean missing =
          blank(item.path(field.name()))
              && (before.isMissingNode() || !blank(before.path(field.name())));
      if (missing && (field.required() || isFirstName(call, field))) {
        details.add(detail(call, "MissingRequiredField", field.name(), " field is required."));
      }
    }
    if (item.path("summary").asText("").length() > LONGEST_SUMMARY && isTicket(call)) {
      details.add(
          detail(
              call,
              "MaxLengthField",
              "summary",
              " must be a string with a maximum length of " + LONGEST_SUMMARY + "."));
    }
    if (!details.isEmpty()) {
      throw RefusedException.invalid(call.resource(), details.toArray(Detail[]::new));
    }
  }

  private static Detail detail(ApiCall call, String code, String field, String text) {
    String message = (code.startsWith("Max") ? "The field " : "The ") + field + text;
    return new Detail(code, message, call.resource(), field);
  }

  /** The specification does not ask for it, the server does (docs/connectwise-api.md section 7). */
  private static boolean isFirstName(ApiCall call, ItemSchema.Field field) {
    return call.entity().equals("Contact") && field.name().equals("firstName");
  }

  private static boolean isTicket(ApiCall call) {
    return call.entity().equals("Ticket") || call.entity().equals("ProjectTicket");
  }

  private static boolean blank(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || (value.isObject() && value.isEmpty())
        || (value.isTextual() && value.textValue().isBlank());
  }

  /** No other item has the same natural key. */
  void unique(ApiCall call, ObjectNode item) {
    List<String> names = UNIQUE.get(call.collection());
    if (names == null) {
      return;
    }
    ObjectNode key = key(item, names);
    for (StoredItem other : store.reading(call.collection()).items()) {
      if (key(other.tree(), names).equals(key)) {
        throw RefusedException.invalid(
            call.resource(),
            new Detail(
                "ObjectExists",
                "A matching " + call.resource() + " entry already exists",
                call.resource(),
                names.get(0)));
      }
    }
  }

  private static ObjectNode key(ObjectNode item, List<String> names) {
    ObjectNode key = Json.object();
    names.forEach(name -> key.put(name, item.path(name).asText().toLowerCase(Locale.ROOT)));
    return key;
  }
}
