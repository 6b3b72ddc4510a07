package io.psastream.connectwise.simulator.condition;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.OptionalInt;

/** A typed value in a condition. */
public sealed interface Literal {

  /** How a value found in an item compares with this one; empty when the two cannot be compared. */
  OptionalInt compare(JsonNode found);

  /** How the API calls this kind of value in its messages. */
  String kind();

  /** Text; compared as the database does, without regard to case. */
  record Text(String value) implements Literal {
    @Override
    public OptionalInt compare(JsonNode found) {
      return found.isValueNode() && !found.isMissingNode()
          ? OptionalInt.of(found.asText().compareToIgnoreCase(value))
          : OptionalInt.empty();
    }

    @Override
    public String kind() {
      return "a string";
    }
  }

  /** A number. */
  record Numeric(BigDecimal value) implements Literal {
    @Override
    public OptionalInt compare(JsonNode found) {
      if (found.isNumber()) {
        return OptionalInt.of(found.decimalValue().compareTo(value));
      }
      return found.isTextual() ? compareText(found.textValue()) : OptionalInt.empty();
    }

    private OptionalInt compareText(String text) {
      try {
        return OptionalInt.of(new BigDecimal(text).compareTo(value));
      } catch (NumberFormatException notANumber) {
        return OptionalInt.empty();
      }
    }

    @Override
    public String kind() {
      return "a numeric";
    }
  }

  /** True or false. */
  record Bool(boolean value) implements Literal {
    @Override
    public OptionalInt compare(JsonNode found) {
      return found.isBoolean()
          ? OptionalInt.of(Boolean.compare(found.booleanValue(), value))
          : OptionalInt.empty();
    }

    @Override
    public String kind() {
      return "a boolean";
    }
  }

  /** A point in time. */
  record Time(Instant value) implements Literal {

    /** The time in a field of an item, which may lack its zone or its time of day. */
    private static Instant time(String text) {
      if (text.indexOf('T') < 0) {
        return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      }
      return text.endsWith("Z")
          ? Instant.parse(text)
          : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }

    @Override
    public OptionalInt compare(JsonNode found) {
      if (!found.isTextual()) {
        return OptionalInt.empty();
      }
      try {
        return OptionalInt.of(time(found.textValue()).compareTo(value));
      } catch (DateTimeException noTime) {
        return OptionalInt.empty();
      }
    }

    @Override
    public String kind() {
      return "a datetime";
    }
  }

  /** No value. */
  record Null() implements Literal {
    @Override
    public OptionalInt compare(JsonNode found) {
      return found.isMissingNode() ? OptionalInt.of(0) : OptionalInt.empty();
    }

    @Override
    public String kind() {
      return "a null";
    }
  }
}
