package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.ErrorBody.BodyType;
import org.junit.jupiter.api.Test;

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
  void showsTheTextOfAPageWithoutTitleScriptsAndTags() {
    ErrorBody body =
        ErrorBody.parse(
            "<html><style>p {}</style><script>var a;</script><p>Ray ID: 12</p><script>cut", true);

    assertThat(body.type()).isEqualTo(BodyType.HTML);
    assertThat(body.message()).contains("Ray ID: 12");
  }

  @Test
  void readsErrorsOfAnyShape() {
    assertThat(ErrorBody.parse("{\"errors\":null}", false).details()).isEmpty();
    assertThat(ErrorBody.parse("{\"errors\":[1,null,{\"field\":7}]}", false).details())
        .hasSize(3)
        .last()
        .hasToString("7");
    assertThat(ErrorBody.parse("{\"code\":{\"a\":1}}", false).code()).isEmpty();
  }
}
