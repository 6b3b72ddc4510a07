package io.psastream.connectwise.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "externalXRef=\"${key}\"          | a-1            | externalXRef=\"a-1\"",
        "externalXRef=\"${key}\"          | x\" OR id>0    | externalXRef='x\" OR id>0'",
        "externalXRef='${key}'            | it's           | externalXRef=\"it's\"",
        "name=\"O'${key}\"                | Brien          | name=\"O'Brien\"",
        "externalXRef=\"a-${key}-b\"      | 100% *         | externalXRef=\"a-100% *-b\"",
        "summary like \"%${key}%\"        | 50% [x]_*      | summary like \"%50[%] [[]x][_][*]%\"",
        "id=${key}                        | 17             | id=17",
        "id = ${key} AND a=\"b\"          | -1.5           | id = -1.5 AND a=\"b\"",
        "closedFlag=${key}                | True           | closedFlag=True",
        "lastUpdated>[${key}]             | 2026-01-31T12:00:00Z | lastUpdated>[2026-01-31T12:00:00Z]",
        "id in (${key}, 3)                | 2              | id in (2, 3)",
        "name=\"(${key})\"                | ) OR (id>0     | name=\"() OR (id>0)\"",
        "name=\"${key}\"                  | Grüße 日本     | name=\"Grüße 日本\"",
      })
  void aValueStaysAValue(String conditions, String value, String filled) {
    assertThat(Conditions.parse(conditions).fill(expression -> value)).isEqualTo(filled);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name=\"${key}\"         | `a\"b'c`        | a text with both kinds of quotes",
        "name=\"it's ${key}\"    | `a\"b`          | a text with both kinds of quotes",
        "name=\"${key}\"         | `a\\`           | ${key} has a backslash",
        "name=\"${key}\"         | `a\nb`          | ${key} has a line break",
        "name=\"${key}\"         | `a\tb`           | ${key} has a line break",
        "name=\"${key}\"         | `[x]`           | ${key} has a bracket, which conditions cannot"
            + " express with =; use like",
        "name contains \"${key}\"| `a%`            | ${key} has a bracket or a wildcard",
        "name=\"${key}\"         | ` `             | ${key} is empty",
        "id=${key}               | `1 OR id>0`     | ${key} is neither a number nor true or false",
        "id=${key}               | `\"x\"`         | ${key} is neither a number nor true or false",
        "id=${key}               | `null`          | ${key} is neither a number nor true or false",
        "lastUpdated>[${key}]    | `2026-01-01] OR [` | ${key} is not a time",
      })
  void whatCannotBeExpressedIsRefusedWithoutBeingQuoted(
      String conditions, String value, String problem) {
    assertThatThrownBy(() -> Conditions.parse(conditions).fill(expression -> value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void conditionsAreWellFormedAndReferToTheRecord() {
    assertThatThrownBy(() -> Conditions.parse("name=\"${key}")).hasMessage("the \" is not closed");
    assertThatThrownBy(() -> Conditions.parse("name=\"x\""))
        .hasMessageContaining("it finds the same item for every record");
    assertThatThrownBy(() -> Conditions.parse("name=\"${kye}\""))
        .hasMessageContaining("unknown expression");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a=1 AND b=2 | ` a = 1   AND b =2 `",
        "a in(1,2)or b!=\"x  y\" | `a  in ( 1 , 2 ) or b != \"x  y\"`",
        "a>=[2026-01-01 T] | `a >= [2026-01-01 T]`",
        "a like 'x = y' | `a  like 'x = y'`",
        "a=\"it's = \" AND b=1 | `a = \"it's = \" AND b = 1`",
        "text like '%ä%' | `text like '%ä%'`",
      })
  void areComparedWithoutTheBlanksThatSeparateNothing(String compared, String written) {
    assertThat(Conditions.withoutIdleBlanks(written)).isEqualTo(compared);
    assertThat(Conditions.withoutIdleBlanks(compared)).isEqualTo(compared);
  }
}
