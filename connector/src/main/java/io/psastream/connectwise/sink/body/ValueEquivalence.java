package io.psastream.connectwise.sink.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.data.Numbers;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether the value that was asked for is equivalent to the one that the item has: exactly, or as
 * the server may normalise it.
 */
final class ValueEquivalence {

  private static final BigDecimal ROUNDING = new BigDecimal("0.01");

  /** Seven digits or more with what is put between them, but no IP address and no other number. */
  private static final Pattern PHONE =
      Pattern.compile(
          "(?!\\d{1,3}(?:\\.\\d{1,3}){3}$)(?!-?\\d+\\.\\d+$)[+\\s]*(?:[()./\\s-]*\\d){7,}\\s*");

  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}]+");

  private static final List<String> NAMES = List.of("id", "identifier", "name");
  private static final Set<String> REFERENCE = Set.of("id", "identifier", "name", "_info");

  private ValueEquivalence() {}

  /**
   * Whether asking would change nothing: only the form of numbers and times may differ, and what an
   * object does not say. A reference is known by its first name that both sides have.
   */
  static boolean exact(JsonNode asked, JsonNode got) {
    if (blank(got)) {
      return blank(asked);
    }
    if (asked.isObject() && got.isObject()) {
      return isReference(asked) ? sameReference(asked, got, true) : covered(asked, got);
    }
    if (asked.isArray() && got.isArray()) {
      return sameElements(asked, got);
    }
    if (asked.isContainerNode() || got.isContainerNode() || asked.isNull()) {
      return false;
    }
    return asked.asText().equals(got.asText()) || sameNumber(asked, got) || sameTime(asked, got);
  }

  private static boolean blank(JsonNode value) {
    return value.isNull()
        || value.isMissingNode()
        || (value.isContainerNode() ? value.isEmpty() : value.asText().isEmpty());
  }

  private static boolean isReference(JsonNode asked) {
    return asked.properties().stream().allMatch(field -> REFERENCE.contains(field.getKey()))
        && NAMES.stream().anyMatch(asked::hasNonNull);
  }

  private static boolean covered(JsonNode asked, JsonNode got) {
    return asked.properties().stream()
        .filter(field -> !field.getKey().equals("_info"))
        .allMatch(field -> exact(field.getValue(), got.path(field.getKey())));
  }

  private static boolean sameElements(JsonNode asked, JsonNode got) {
    if (asked.size() != got.size()) {
      return false;
    }
    for (int i = 0; i < asked.size(); i++) {
      if (!exact(asked.get(i), got.get(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether what came back can be what the server makes of what was asked: white space (P44), the
   * case of text, rounding, the form of times, and everything inside an array are its own.
   */
  static boolean close(JsonNode asked, JsonNode got) {
    if (asked.isObject() && got.isObject()) {
      return sameReference(asked, got, false);
    }
    if (asked.isContainerNode() || got.isContainerNode()) {
      return true;
    }
    if (got.isNull()) {
      return asked.asText().isBlank();
    }
    return asked.asText().equals(got.asText())
        || blanksJoined(asked.asText()).equalsIgnoreCase(blanksJoined(got.asText()))
        || number(asked).flatMap(a -> number(got).map(b -> rounded(a, b))).orElse(false)
        || sameTime(asked, got);
  }

  /**
   * Whether the site made something of its own of the value: a phone number of the same digits,
   * with or without its prefix, or anything that the field was not before.
   *
   * @param before what the field was; missing where that is not known
   */
  static boolean rewritten(JsonNode asked, JsonNode got, JsonNode before) {
    if (blank(asked) || blank(got) || asked.isContainerNode() || got.isContainerNode()) {
      return false;
    }
    return samePhone(asked.asText(), got.asText())
        || (!before.isMissingNode()
            && !close(before, got)
            && !samePhone(before.asText(), got.asText()));
  }

  private static boolean samePhone(String one, String other) {
    if (!PHONE.matcher(one).matches() || !PHONE.matcher(other).matches()) {
      return false;
    }
    String digits = one.replaceAll("\\D", "");
    String others = other.replaceAll("\\D", "");
    return digits.endsWith(others) || others.endsWith(digits);
  }

  /** By the first of id, identifier and name that both sides have. */
  private static boolean sameReference(JsonNode asked, JsonNode got, boolean exactly) {
    for (String field : NAMES) {
      if (asked.hasNonNull(field) && got.hasNonNull(field)) {
        return exactly
            ? exact(asked.get(field), got.get(field))
            : close(asked.get(field), got.get(field));
      }
    }
    return !exactly;
  }

  private static String blanksJoined(String text) {
    return BLANKS.matcher(text).replaceAll(" ").strip();
  }

  private static boolean rounded(BigDecimal asked, BigDecimal got) {
    return asked.subtract(got).abs().compareTo(ROUNDING) < 0;
  }

  private static boolean sameNumber(JsonNode asked, JsonNode got) {
    return (asked.isNumber() || got.isNumber())
        && number(asked).flatMap(a -> number(got).map(b -> a.compareTo(b) == 0)).orElse(false);
  }

  private static Optional<BigDecimal> number(JsonNode node) {
    return node.isBoolean() ? Optional.empty() : Numbers.decimal(node.asText());
  }

  private static boolean sameTime(JsonNode asked, JsonNode got) {
    return instant(asked.asText()).flatMap(a -> instant(got.asText()).map(a::equals)).orElse(false);
  }

  /** The time that a text is, where it is one that says its zone, or a day. */
  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(
          text.length() == "yyyy-MM-dd".length()
              ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
              : OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
