package io.psastream.connectwise.simulator.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.simulator.http.ErrorAnswer.Detail;
import io.psastream.connectwise.simulator.route.ApiCall;
import io.psastream.connectwise.simulator.route.RefusedException;
import java.util.Optional;

/**
 * What becomes of custom fields in a write. The fields exist whatever is written, only their values
 * change. Sources disagree about those that are left out (P38): by default they lose their values,
 * in mode {@code partial} they keep them, and in mode {@code required} a write without the array is
 * refused.
 */
final class CustomFields {

  private static final String NAME = "customFields";

  private final String mode;

  CustomFields(String mode) {
    this.mode = mode;
  }

  /** Brings the custom fields of a changed item in order, given what they were before. */
  void merge(ApiCall call, JsonNode before, ObjectNode item, boolean given) {
    if (!given) {
      if (mode.equals("required") && !before.path(NAME).isEmpty()) {
        throw RefusedException.invalid(
            call.resource(),
            new Detail(
                "MissingRequiredField",
                "The customFields field is required.",
                call.resource(),
                NAME));
      }
      return;
    }
    if (before.path(NAME).isEmpty()) {
      return;
    }
    ArrayNode merged = item.arrayNode();
    for (JsonNode old : before.path(NAME)) {
      merged.add(merged((ObjectNode) old.deepCopy(), item.path(NAME)));
    }
    item.set(NAME, merged);
  }

  private ObjectNode merged(ObjectNode field, JsonNode written) {
    Optional<JsonNode> match = match(field, written);
    if (match.isPresent()) {
      JsonNode value = match.get().path("value");
      field.remove("value");
      if (!value.isMissingNode() && !value.isNull()) {
        field.set("value", value);
      }
    } else if (!mode.equals("partial")) {
      field.remove("value");
    }
    return field;
  }

  private static Optional<JsonNode> match(ObjectNode field, JsonNode written) {
    for (JsonNode candidate : written) {
      boolean sameId =
          candidate.has("id") && candidate.path("id").asLong() == field.path("id").asLong();
      boolean sameCaption =
          !candidate.has("id") && candidate.path("caption").equals(field.path("caption"));
      if (sameId || sameCaption) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
