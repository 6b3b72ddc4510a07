package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.ErrorBody.BodyType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies of errors that are not as the API's guide says. */
class ErrorBodyTest {

  @Test
  void cutsWhatIsTooLongToRead() {
    ErrorBody body = ErrorBody.parse("{\"message\":\"" + "x".repeat(2_000) + "\"}", false);

    assertThat(body.message().orElseThrow()).hasSize(501).endsWith("x…");
  }

  @Test
  void takesBrokenJsonAsText() {
    ErrorBody body = ErrorBody.parse("{\"code\":\"NotFound\",\"mess", false);

    assertThat(body.type()).isEqualTo(BodyType.TEXT);
    assertThat(body.hasCode("NotFound")).isFalse();
    assertThat(body.message()).contains("{\"code\":\"NotFound\",\"mess");
  }

  @Test
  void endsInOneLineWhateverCame() {
    assertThat(ErrorBody.parse("\"a\r\n\tb\0 c\"", false).message()).contains("a b c");
    assertThat(ErrorBody.parse(" \n ", false).type()).isEqualTo(BodyType.EMPTY);
  }

  @Test
  void showsNothingOfAPageButItsTitle() {
    assertThat(ErrorBody.parse("<p>Ray ID: 12</p><title >a\nb</title>", false).message())
        .contains("a b");
    assertThat(ErrorBody.parse("<html><style>p {}</style><p>Ray ID: 12</p>", true))
        .isEqualTo(new ErrorBody(BodyType.HTML, Optional.empty(), Optional.empty(), List.of()));
  }

  @Test
  void readsErrorsOfAnyShape() {
    assertThat(ErrorBody.parse("{\"errors\":null}", false).details()).isEmpty();
    assertThat(ErrorBody.parse("{\"errors\":[1,null,{\"field\":7}]}", false).details())
        .singleElement()
        .hasToString("7");
    assertThat(ErrorBody.parse("{\"code\":{\"a\":1}}", false).code()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"title\":\"Not valid\",\"detail\":\"too long\"} | Not valid: too long",
        "{\"Message\":\"An error has occurred.\"} | An error has occurred.",
        "\"No such thing\" | No such thing",
        "[\"one\",\"two\"] | [\"one\",\"two\"]",
        "[{\"code\":\"X\",\"message\":\"once\"}] | once",
        "{\"reason\":{\"text\":\"odd\"}} | {\"reason\":{\"text\":\"odd\"}}",
        "{\"code\":\"X\",\"reason\":\"odd\"} | {\"code\":\"X\",\"reason\":\"odd\"}",
      })
  void keepsTheTextOfAnyJson(String body, String message) {
    assertThat(ErrorBody.parse(body, false).message()).contains(message);
    assertThat(ErrorBody.parse(body, false).type()).isEqualTo(BodyType.JSON);
  }

  @Test
  void cutsWhatItDoesNotUnderstand() {
    String long300 = "{\"x\":\"" + "y".repeat(300) + "\"}";

    assertThat(ErrorBody.parse(long300, false).message()).contains(long300.substring(0, 200) + "…");
  }
}
