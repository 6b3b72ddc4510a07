package io.psastream.connectwise.sink.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.psastream.connectwise.data.Timestamps;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;

/** Times as the API takes them: UTC, whole seconds (docs/connectwise-api.md section 7). */
final class ApiTimes {

  private ApiTimes() {}

  /**
   * The value of a field that is a time. A day is its midnight, and a time without a zone is UTC,
   * both as the API understands them; nothing stays nothing, and no other type is made of objects.
   *
   * @param field the name of the field, for the message
   * @throws DataException when the value does not mean one instant for certain; it quotes nothing
   */
  static JsonNode of(JsonNode value, String field) {
    if (value.isNull() || value.isContainerNode() || value.asText().isBlank()) {
      return value;
    }
    return instant(value.isTextual() ? value.asText().strip() : "")
        .map(time -> TextNode.valueOf(DateTimeFormatter.ISO_INSTANT.format(time)))
        .orElseThrow(
            () ->
                new DataException(
                    field
                        + " is not a time that means one instant for certain; write 2026-01-31,"
                        + " 2026-01-31T12:00:00Z or 2026-01-31T12:00:00+01:00 (without a zone it is"
                        + " UTC)"));
  }

  /** Whether a value is a day without a time, such as 2026-01-31. */
  static boolean isDay(JsonNode value) {
    return value.isTextual()
        && hasLengthOfDay(value.asText())
        && instant(value.asText()).isPresent();
  }

  private static boolean hasLengthOfDay(String text) {
    return text.length() == "yyyy-MM-dd".length();
  }

  private static Optional<Instant> instant(String text) {
    try {
      return hasLengthOfDay(text)
          ? Optional.of(LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC))
          : Timestamps.seconds(text).map(Timestamps.Read::second);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
