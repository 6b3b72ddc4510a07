package io.psastream.connectwise.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A number is read with all its digits, or it is not read at all. */
class NumbersPropertyTest {

  private static final int TEXTS = 50_000;
  private static final int MOST_DIGITS = 40;

  /** The decimal digits that every double keeps. */
  private static final MathContext KEPT = new MathContext(15);

  /** Decimal texts of every length and every place of the point, with and without an exponent. */
  static Stream<Long> seeds() {
    return IntStream.range(0, 4).mapToObj(Long::valueOf);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void keepsEveryDigitOrRefuses(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < TEXTS; i++) {
      check(text(random));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9007199254740992",
        "9007199254740993",
        "9999999999999999",
        "-9007199254740993",
        "0.1000000000000001",
        "123456789.0123456",
        "0.30000000000000004",
        "1e400",
        "-0",
        "-0.0",
        "1.0E16",
        "9223372036854775807",
        "9223372036854775808"
      })
  void keepsTheDigitsAtTheEdges(String text) throws IOException {
    check(text);
  }

  private static void check(String text) throws IOException {
    Double number = Numbers.float64(parser(text));
    if (number != null) {
      assertThat(List.of(new BigDecimal(number.toString()), new BigDecimal(number).round(KEPT)))
          .as("float64 of %s", text)
          .anyMatch(it -> it.compareTo(new BigDecimal(text)) == 0);
    }
    Long whole = Numbers.int64(parser(text));
    if (whole != null) {
      assertThat(new BigDecimal(whole)).as("int64 of %s", text).isEqualByComparingTo(text);
    }
    Integer small = Numbers.int32(parser(text));
    if (small != null) {
      assertThat(new BigDecimal(small)).as("int32 of %s", text).isEqualByComparingTo(text);
    }
    if (new BigDecimal(text).precision() <= KEPT.getPrecision() && !text.equals("1e400")) {
      assertThat(number).as("float64 of %s, which a double holds", text).isNotNull();
    }
  }

  private static JsonParser parser(String text) throws IOException {
    JsonParser parser = new JsonFactory().createParser(text);
    parser.nextToken();
    return parser;
  }

  private static String text(Random random) {
    int digits = 1 + random.nextInt(MOST_DIGITS);
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
    int point = random.nextInt(3) == 0 ? digits : 1 + random.nextInt(digits);
    boolean nines = random.nextInt(4) == 0;
    for (int i = 0; i < digits; i++) {
      if (i == point) {
        text.append('.');
      }
      boolean leading = i == 0 && point > 1;
      int digit = nines ? 9 : random.nextInt(10);
      text.append(leading && digit == 0 ? 1 : digit);
    }
    if (random.nextInt(5) == 0) {
      text.append('e').append(random.nextInt(40) - 20);
    }
    return text.toString();
  }
}
