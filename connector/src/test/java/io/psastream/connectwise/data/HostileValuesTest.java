package io.psastream.connectwise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A value of a few bytes does not become one of many, and what is refused says why. */
class HostileValuesTest {

  private static final int VALUES = 5_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999999999",
        "-1e999999999",
        "1e-999999999",
        "0e999999999",
        "1e99999999999",
        "123456789e995",
        "0.5e-1000"
      })
  void refusesNumbersThatExpand(String number) {
    assertThatThrownBy(() -> ConnectToJson.document(null, "{\"a\":" + number + "}"))
        .isInstanceOf(DataException.class)
        .hasMessageNotContaining(number);
    assertThat(Numbers.decimal(number)).isEmpty();
    assertThat(Numbers.float64(number)).isNull();
  }

  @Test
  void refusesNumbersOfConnectThatExpand() {
    List<Number> numbers =
        List.of(
            new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE),
            new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE),
            new BigDecimal(BigInteger.ONE.shiftLeft(5_000_000)),
            BigInteger.ONE.shiftLeft(5_000_000));

    for (Number number : numbers) {
      assertThatThrownBy(() -> ConnectToJson.document(null, number))
          .isInstanceOf(DataException.class)
          .hasMessage("it has a number of more than 1000 digits when written out");
    }
  }

  @Test
  void takesWhatTypesOfConnectHold() {
    List<Object> numbers =
        List.of(Double.MAX_VALUE, Double.MIN_VALUE, Float.MIN_VALUE, new BigDecimal("1E+38"));

    assertThat(ConnectToJson.document(null, numbers)).hasSize(4);
  }

  @Test
  void refusesDepthAndLengthWithoutFallingOver() {
    Object deep = 1;
    for (int i = 0; i < 100_000; i++) {
      deep = i % 2 == 0 ? List.of(deep) : Map.of("a", deep);
    }
    Object deepest = deep;

    assertThatThrownBy(() -> ConnectToJson.document(null, deepest))
        .isInstanceOf(DataException.class)
        .hasMessage("it has more than 500 levels");
    for (String text :
        List.of("[".repeat(1_200) + "]".repeat(1_200), "[" + "1".repeat(1_200) + "]")) {
      assertThatThrownBy(() -> ConnectToJson.document(null, text))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith("its JSON has more than 500 levels, a number of more than 1000");
    }
  }

  @Test
  void refusesMapsWhoseKeysWouldMeet() {
    for (Object key : new Object[] {null, List.of(1), Map.of()}) {
      assertThatThrownBy(() -> ConnectToJson.document(null, Collections.singletonMap(key, 1)))
          .isInstanceOf(DataException.class)
          .hasMessage("a map in it has a key that is no single value");
    }
  }

  @Test
  void writesNoMoreThanABoundedMultipleOfAnyValue() throws JsonProcessingException {
    Random random = new Random(6);
    ObjectMapper json = new ObjectMapper();
    for (int i = 0; i < VALUES; i++) {
      Object value = value(random, 4);
      try {
        JsonNode node = ConnectToJson.document(null, value);
        json.writeValueAsBytes(node);
        checkNumbers(node);
      } catch (DataException e) {
        assertThat(e).hasMessageNotContaining("secret");
      }
    }
  }

  private static void checkNumbers(JsonNode node) {
    if (node.isNumber()) {
      assertThat(Numbers.text(node)).hasSizeLessThan(2 * Numbers.MOST_DIGITS + 4);
    }
    node.forEach(HostileValuesTest::checkNumbers);
  }

  private static Object value(Random random, int levels) {
    return switch (random.nextInt(levels > 0 ? 10 : 8)) {
      case 0 -> null;
      case 1 -> random.nextLong();
      case 2 -> Double.longBitsToDouble(random.nextLong());
      case 3 -> new BigDecimal(new BigInteger(random.nextInt(5_000), random), random.nextInt());
      case 4 -> Date.from(Instant.ofEpochMilli(random.nextLong()));
      case 5 -> random.nextBoolean() ? "secret" : "{secret";
      case 6 -> "{\"a\":" + random.nextInt() + "e" + random.nextInt() + "}";
      case 7 -> new BigInteger(random.nextInt(10_000), random);
      case 8 -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(value(random, levels - 1));
        }
        yield list;
      }
      default -> {
        Map<Object, Object> map = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          map.put(value(random, 0), value(random, levels - 1));
        }
        yield map;
      }
    };
  }

  @Test
  void takesANumberOfAnAnswerAsItIsWrittenWhereItExpands() {
    assertThat(Numbers.text(JsonNodeFactory.instance.numberNode(new BigDecimal("1e999999999"))))
        .isEqualTo("1E+999999999");
  }
}
