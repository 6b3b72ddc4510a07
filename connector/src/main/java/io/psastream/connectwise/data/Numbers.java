package io.psastream.connectwise.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/**
 * Reads the number on which a parser stands into a type of Connect, or gives null where that would
 * change it.
 */
public final class Numbers {

  /** So many decimal digits a double keeps, whatever they are. */
  private static final int SURELY_EXACT = 15;

  /**
   * A number that takes more digits than this when it is written out is none: {@code 1e999999999}
   * is eleven characters that would fill the memory. It is Jackson's own bound for what is written.
   */
  public static final int MOST_DIGITS = 1_000;

  /** So many bits have at most {@link #MOST_DIGITS} digits, which are costly to count. */
  private static final int MOST_BITS = 3_321;

  private Numbers() {}

  /** Whether it can be written out, in either direction from its point. */
  static boolean bounded(BigDecimal number) {
    return number.signum() == 0
        ? Math.abs((long) number.scale()) <= MOST_DIGITS
        : bounded(number.unscaledValue())
            && Math.abs((long) number.scale()) <= MOST_DIGITS
            && (long) number.precision() - number.scale() <= MOST_DIGITS;
  }

  static boolean bounded(BigInteger number) {
    return number.bitLength() <= MOST_BITS;
  }

  /** The number that a text is; empty where it is none, or takes too many digits. */
  public static Optional<BigDecimal> decimal(String text) {
    if (text.length() > MOST_DIGITS) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(text)).filter(Numbers::bounded);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The text of a single value; that of a bounded number without an exponent. */
  public static String text(JsonNode value) {
    return value.isNumber() && bounded(value.decimalValue())
        ? value.decimalValue().toPlainString()
        : value.asText();
  }

  /** As 32 bits. */
  public static Integer int32(JsonParser parser) throws IOException {
    Long value = int64(parser);
    return value != null && value == value.intValue() ? Integer.valueOf(value.intValue()) : null;
  }

  /** As 64 bits; {@code 5.0} is a whole number. */
  public static Long int64(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          ? null
          : Long.valueOf(parser.getLongValue());
    }
    Double value = float64(parser);
    boolean whole = value != null && value == Math.rint(value) && Math.abs(value) < 1L << 53;
    return whole ? Long.valueOf(value.longValue()) : null;
  }

  /** As a double that has all the digits that are written. */
  public static Double float64(JsonParser parser) throws IOException {
    return exact(parser.getText(), parser.getDoubleValue());
  }

  /** The same of a text; null where it is no number. */
  public static Double float64(String text) {
    return decimal(text).map(number -> exact(text, number.doubleValue())).orElse(null);
  }

  private static Double exact(String text, double value) {
    boolean exact = Double.isFinite(value) && (few(text) || same(text, value));
    return exact ? Double.valueOf(value) : null;
  }

  private static boolean few(String text) {
    return text.length() <= SURELY_EXACT && text.indexOf('e') < 0 && text.indexOf('E') < 0;
  }

  /**
   * Whether the digits can be told from the double: any 15 can (DBL_DIG of IEEE 754), more if it
   * prints them.
   */
  private static boolean same(String text, double value) {
    try {
      BigDecimal written = new BigDecimal(text);
      boolean normal = Math.abs(value) >= Double.MIN_NORMAL;
      return (normal && written.stripTrailingZeros().precision() <= SURELY_EXACT)
          || written.compareTo(new BigDecimal(Double.toString(value))) == 0;
    } catch (NumberFormatException e) {
      return false; // an exponent beyond all bounds
    }
  }
}
