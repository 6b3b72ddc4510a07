package io.psastream.connectwise.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * Reads the number on which a parser stands into a type of Connect, or gives null where that would
 * change it.
 */
public final class Numbers {

  /** So many decimal digits a double keeps, whatever they are. */
  private static final int SURELY_EXACT = 15;

  private Numbers() {}

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
    try {
      return exact(text, new BigDecimal(text).doubleValue());
    } catch (NumberFormatException e) {
      return null;
    }
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
