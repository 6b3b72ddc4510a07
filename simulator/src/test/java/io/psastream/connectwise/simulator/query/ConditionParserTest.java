package io.psastream.connectwise.simulator.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.simulator.condition.Condition;
import io.psastream.connectwise.simulator.condition.Field;
import io.psastream.connectwise.simulator.condition.Field.Type;
import io.psastream.connectwise.simulator.condition.IdRange;
import io.psastream.connectwise.simulator.condition.Row;
import io.psastream.connectwise.simulator.query.ConditionParser.Dialect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionParserTest {

  private static final Map<String, Type> TYPES =
      Map.of(
          "summary", Type.TEXT,
          "closedFlag", Type.BOOLEAN,
          "budgetHours", Type.NUMBER,
          "requiredDate", Type.DATETIME,
          "board", Type.OBJECT,
          "board/name", Type.TEXT,
          "board/id", Type.NUMBER,
          "owner/name", Type.TEXT,
          "types", Type.ARRAY);

  private static final Fields FIELDS =
      name ->
          TYPES.entrySet().stream()
              .filter(entry -> entry.getKey().equalsIgnoreCase(name))
              .map(entry -> new Field(List.of(entry.getKey().split("/", -1)), entry.getValue()))
              .findFirst();

  private static final String ITEM =
      """
      {"id":7,"summary":"Printer [2] is \\"slow\\", it's old","closedFlag":false,
       "budgetHours":2.5,"requiredDate":"2026-03-03T00:00:00Z","board":{"id":1,"name":"Help Desk"}}
      """;

  private static Condition parse(String text) {
    return ConditionParser.parse(text, new Dialect(FIELDS, Datetimes.STRICT, true));
  }

  private static boolean matches(String condition) {
    return parse(condition).matches(row());
  }

  private static Row row() {
    JsonNode tree;
    try {
      tree = new ObjectMapper().readTree(ITEM);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Row() {
      @Override
      public long id() {
        return 7;
      }

      @Override
      public long lastUpdated() {
        return Instant.parse("2026-05-01T10:00:00Z").getEpochSecond();
      }

      @Override
      public JsonNode tree() {
        return tree;
      }
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "id = 7",
        "id>6 and id<8",
        "ID != 8 AND Id >= 7",
        "id in (1, 7)",
        "id not in (1,2)",
        "board/name = \"Help Desk\"",
        "board/name='help desk'",
        "Board/Name like 'Help*'",
        "board/name like '%desk'",
        "board/name not like 'Sales*'",
        "board/id = 1",
        "summary contains 'printer'",
        "summary not contains 'fax'",
        "summary contains \"it's\"",
        "summary contains '\"slow\"'",
        "summary like '*[[]2]*'",
        "closedFlag = False",
        "closedFlag=false and budgetHours > 2",
        "budgetHours = 2.50",
        "requiredDate = [2026-03-03]",
        "requiredDate < [2026-03-03T00:00:01Z]",
        "owner/name = null",
        "board/name != null",
        "lastUpdated >= [2026-05-01T10:00:00Z]",
        "LastUpdated > [2026-05-01T09:59:59.999999]",
        "_info/lastUpdated < [2026-05-01T10:00:00.5Z]",
        "lastUpdated > [2026-05-01]",
        "(id = 1 or id = 7) and (closedFlag = false)",
        "id = 1 or id = 7 and closedFlag = false",
        "not (id = 1)",
        "not id = 1 and not closedFlag = true"
      })
  void matchesTheItem(String condition) {
    assertThat(matches(condition)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id > 7",
        "id = 7 and id = 8",
        "(id = 7 or id = 1) and closedFlag = true",
        "id not in (7)",
        "board/name = 'Help'",
        "summary contains 'fax'",
        "summary like 'printer'",
        "owner/name != 'Bob'",
        "owner/name not like 'B*'",
        "owner/name not in ('Bob')",
        "owner/name = ''",
        "board/name = null",
        "lastUpdated > [2026-05-01T10:00:00Z]",
        "lastUpdated >= [2026-05-01T10:00:00.001Z]"
      })
  void doesNotMatchTheItem(String condition) {
    assertThat(matches(condition)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "resources/identifier = 'x' | resources/identifier is not a recognized name.",
        "types/name = 'x' | types/name is not a recognized name.",
        "board = 'x' | board is not a recognized name.",
        "closedFlag = 1 | Expected a boolean value, not a numeric.",
        "closedFlag = 'false' | Expected a boolean value, not a string.",
        "id = '7' | Expected a numeric value, not a string.",
        "lastUpdated > '2026-05-01' | Expected a datetime value, not a string.",
        "lastUpdated > 2026 | Expected a datetime value, not a numeric.",
        "5 | Expected a boolean value, not a numeric.",
        "'x' = 'x' | Expected a boolean value, not a string.",
        "board/name = Help | Unexpected 'Help'",
        "board/name = \"Help | Unterminated value",
        "lastUpdated > [2026-05-01T10:00:00Z | Unterminated value",
        "lastUpdated > [yesterday] | not recognized as a valid DateTime",
        "lastUpdated > [2026-05-01T10:00:00+00:00] | not recognized as a valid DateTime",
        "lastUpdated > [2026-05-01T10:00:00 00:00] | not recognized as a valid DateTime",
        "id = 7 and | Unexpected end",
        "id = 7 id = 8 | Unexpected 'id'",
        "(id = 7 | Unexpected end",
        "id = 7) | Unexpected ')'",
        "id == 7 | Unexpected '='",
        "id ! 7 | Unexpected '!'",
        "id & 7 | Unexpected '&'",
        "id like 7 | like and contains need a string",
        "summary like 7 | Unexpected '7'",
        "id in () | Unexpected ')'",
        "id in (1 2) | Unexpected '2'",
        "id > null | The value null can only be compared",
        "id > 2026-05 | Unexpected"
      })
  void badGrammarIsRefusedInTheWordsOfTheApi(String condition, String words) {
    assertThatThrownBy(() -> parse(condition))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining(words.strip());
  }

  @Test
  void inIsKnownToConditionsOnly() {
    Dialect child = new Dialect(FIELDS, Datetimes.STRICT, false);
    assertThatThrownBy(() -> ConditionParser.parse("id in (7)", child))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining("Unexpected 'in'");
  }

  @Test
  void theIdsAScanCanLeaveOutAreFoundInConjunctionsOnly() {
    assertThat(IdRange.of(parse("lastUpdated > [2026-05-01] and (id > 5 and id <= 90)")))
        .isEqualTo(new IdRange(6, 90));
    assertThat(IdRange.of(parse("id = 3"))).isEqualTo(new IdRange(3, 3));
    assertThat(IdRange.of(parse("id > 5 or id < 3"))).isEqualTo(IdRange.EVERYTHING);
    assertThat(IdRange.of(parse("not (id > 5)"))).isEqualTo(IdRange.EVERYTHING);
    assertThat(IdRange.of(parse("id > 5 and id < 5")).isEmpty()).isTrue();
  }

  @Test
  void aServerThatMisreadsZonesComparesZonedTimesWronglyAndNaiveOnesRightly() {
    Dialect dialect = new Dialect(FIELDS, Datetimes.misreadZones(-300), true);
    Row row = row();
    assertThat(ConditionParser.parse("lastUpdated >= [2026-05-01T10:00:00Z]", dialect).matches(row))
        .isFalse();
    assertThat(
            ConditionParser.parse("lastUpdated >= [2026-05-01T05:00:00+00:00]", dialect)
                .matches(row))
        .isTrue();
    assertThat(ConditionParser.parse("lastUpdated >= [2026-05-01T10:00:00]", dialect).matches(row))
        .isTrue();
  }

  @Test
  void everyNameWillDoForItemsOfUnknownShape() {
    Dialect any = new Dialect(Fields.ANY, Datetimes.STRICT, true);
    assertThat(ConditionParser.parse("board/name = 'Help Desk'", any).matches(row())).isTrue();
    assertThat(Fields.ANY.resolve("a/b"))
        .isEqualTo(Optional.of(new Field(List.of("a", "b"), Type.ANY)));
  }
}
