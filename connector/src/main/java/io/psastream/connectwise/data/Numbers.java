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

  /** So many characters without an exponent have no more digits than a double keeps. */
  private static final int SURELY_EXACT = 16;

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
    String text = parser.getText();
    double value = parser.getDoubleValue();
    boolean exact = Double.isFinite(value) && (few(text) || same(text, value));
    return exact ? Double.valueOf(value) : null;
  }

  private static boolean few(String text) {
    return text.length() <= SURELY_EXACT && text.indexOf('e') < 0 && text.indexOf('E') < 0;
  }

  private static boolean same(String text, double value) {
    try {
      return new BigDecimal(text).compareTo(new BigDecimal(Double.toString(value))) == 0;
    } catch (NumberFormatException e) {
      return false; // an exponent beyond all bounds
    }
  }
}
