package io.psastream.connectwise.data;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * The types that Debezium adds to those of Connect, known by the names of their schemas
 * (debezium.io/documentation, "Data type mappings" of each connector), in the API's forms. Times
 * without a zone are UTC.
 */
final class DebeziumTypes {

  /** A Struct of {@code scale} and the unscaled {@code value}. */
  static final String DECIMAL = "io.debezium.data.VariableScaleDecimal";

  private static final String TIMES = "io.debezium.time.";
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter TIME_OF_DAY =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

  private DebeziumTypes() {}

  static boolean isTime(Schema schema) {
    return schema != null && schema.name() != null && schema.name().startsWith(TIMES);
  }

  /** A time in the API's form, in whole seconds. */
  static String time(Instant instant) {
    if (instant.isBefore(FIRST) || !instant.isBefore(END)) {
      throw new DataException("it has a time outside of the years 1 to 9999");
    }
    return SECONDS.format(instant);
  }

  static String timeOfDay(Instant instant) {
    return TIME_OF_DAY.format(instant);
  }

  static BigDecimal decimal(Struct struct) {
    Object value = struct.getWithoutDefault("value");
    Object scale = struct.getWithoutDefault("scale");
    byte[] unscaled =
        value instanceof ByteBuffer buffer ? ConnectToJson.copy(buffer) : (byte[]) value;
    if (unscaled == null || unscaled.length == 0 || !(scale instanceof Integer digits)) {
      throw new DataException("it has a " + DECIMAL + " without a value or a scale");
    }
    return new BigDecimal(new BigInteger(unscaled), digits);
  }

  /**
   * The text of a value of one of {@code io.debezium.time}; empty where it stands for itself, as a
   * year or an interval does.
   *
   * @throws DataException for a number whose unit is not known, and a text that is no time
   */
  static Optional<String> time(String schema, Object value) {
    String type = schema.substring(TIMES.length());
    try {
      return value instanceof Number number
          ? ofNumber(type, number.longValue())
          : ofText(type, value.toString());
    } catch (DateTimeException | ArithmeticException e) {
      // The parser's own message quotes the content.
      throw new DataException("it has a value of " + schema + " that is no time");
    }
  }

  private static Optional<String> ofNumber(String type, long number) {
    return switch (type) {
      case "Year" -> Optional.empty();
      case "Date" -> Optional.of(time(Instant.EPOCH.plus(number, ChronoUnit.DAYS)));
      case "Timestamp" -> Optional.of(time(Instant.ofEpochMilli(number)));
      case "MicroTimestamp" -> Optional.of(time(Instant.EPOCH.plus(number, ChronoUnit.MICROS)));
      case "NanoTimestamp" -> Optional.of(time(Instant.EPOCH.plusNanos(number)));
      case "Time" -> Optional.of(ofDay(Duration.ofMillis(number)));
      case "MicroTime" -> Optional.of(ofDay(Duration.of(number, ChronoUnit.MICROS)));
      case "NanoTime" -> Optional.of(ofDay(Duration.ofNanos(number)));
      case "MicroDuration" -> Optional.of(Duration.of(number, ChronoUnit.MICROS).toString());
      case "NanoDuration" -> Optional.of(Duration.ofNanos(number).toString());
      default -> throw new DataException("it has a number of the unknown type " + TIMES + type);
    };
  }

  /** MySQL's TIME goes below zero and beyond a day, where it is a duration. */
  private static String ofDay(Duration sinceMidnight) {
    return sinceMidnight.isNegative() || sinceMidnight.toDays() > 0
        ? sinceMidnight.toString()
        : timeOfDay(Instant.EPOCH.plus(sinceMidnight));
  }

  private static Optional<String> ofText(String type, String text) {
    return switch (type) {
      case "ZonedTimestamp", "IsoTimestamp" ->
          Optional.of(
              time(
                  DateTimeFormatter.ISO_DATE_TIME
                      .withZone(ZoneOffset.UTC)
                      .parse(text, Instant::from)));
      case "IsoDate" ->
          Optional.of(
              time(
                  LocalDate.parse(text, DateTimeFormatter.ISO_DATE)
                      .atStartOfDay()
                      .toInstant(ZoneOffset.UTC)));
      case "ZonedTime", "IsoTime" -> {
        TemporalAccessor time =
            DateTimeFormatter.ISO_TIME.parseBest(text, OffsetTime::from, LocalTime::from);
        yield Optional.of(
            TIME_OF_DAY.format(
                time instanceof OffsetTime zoned
                    ? zoned.withOffsetSameInstant(ZoneOffset.UTC).toLocalTime()
                    : (LocalTime) time));
      }
      default -> Optional.empty();
    };
  }
}
