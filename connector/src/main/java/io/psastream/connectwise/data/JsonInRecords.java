package io.psastream.connectwise.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.kafka.connect.errors.DataException;

/** Reads the JSON text of records, within bounds of what a few bytes could expand to. */
final class JsonInRecords {

  /** Half of what a generator of Jackson writes, so that there is room for what goes around it. */
  static final int MOST_LEVELS = 500;

  private static final int MOST_NAME = 50_000;

  /** Every number comes from here, whether it is of JSON text or of Connect. */
  static final JsonNodeFactory NODES = new BoundedNumbers();

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MOST_LEVELS)
                          .maxNumberLength(Numbers.MOST_DIGITS)
                          .maxNameLength(MOST_NAME)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .nodeFactory(NODES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final class BoundedNumbers extends JsonNodeFactory {

    private static final long serialVersionUID = 1;

    @Override
    public ValueNode numberNode(BigDecimal number) {
      if (!Numbers.bounded(number)) {
        throw tooManyDigits();
      }
      return super.numberNode(number);
    }

    @Override
    public ValueNode numberNode(BigInteger number) {
      if (!Numbers.bounded(number)) {
        throw tooManyDigits();
      }
      return super.numberNode(number);
    }

    private static DataException tooManyDigits() {
      return new DataException(
          "it has a number of more than " + Numbers.MOST_DIGITS + " digits when written out");
    }
  }

  private JsonInRecords() {}

  /**
   * The JSON of a text that is known to be JSON.
   *
   * @throws DataException when it is none
   */
  static JsonNode parsed(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      if (node.isMissingNode()) {
        throw new DataException("not valid JSON: there is nothing");
      }
      return node;
    } catch (StreamConstraintsException | NumberFormatException e) {
      throw new DataException(
          "its JSON has more than %d levels, a number of more than %d digits or a name of more than %d characters"
              .formatted(MOST_LEVELS, Numbers.MOST_DIGITS, MOST_NAME));
    } catch (JsonProcessingException e) {
      // The parser's own message quotes the content.
      throw new DataException(
          "not valid JSON at line %d, column %d"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    }
  }
}
