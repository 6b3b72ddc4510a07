package io.psastream.connectwise.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.template.Template.Expression;
import io.psastream.connectwise.template.Template.Literal;
import io.psastream.connectwise.template.Template.Source;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {

  @Test
  void splitsTextAndExpressions() {
    assertThat(Template.parse("id=${key.a.b} of ${topic}$").parts())
        .containsExactly(
            new Literal("id="),
            new Expression(Source.KEY, List.of("a", "b")),
            new Literal(" of "),
            new Expression(Source.TOPIC, List.of()),
            new Literal("$"));
  }

  @Test
  void takesTheWholeRestAsTheNameOfAHeader() {
    assertThat(Template.parse("${header.x.y-z}").only())
        .contains(new Expression(Source.HEADER, List.of("x.y-z")));
  }

  @Test
  void tellsASingleExpressionFromMore() {
    assertThat(Template.parse("${value}").only()).isPresent();
    assertThat(Template.parse("${value} ").only()).isEmpty();
    assertThat(Template.parse("").only()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"${keys}", "${}", "${header}", "${topic.x}", "${value.}", "${value..a}", "${KEY}"})
  void quotesAnUnknownExpression(String text) {
    assertThatThrownBy(() -> Template.parse("a " + text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "unknown expression \""
                + text
                + "\"; known are ${key}, ${key.<field>}, ${value.<field>}, ${item.<field>},"
                + " ${header.<name>}, ${topic}, ${partition}, ${offset} and ${timestamp}");
  }

  @Test
  void noticesAnExpressionThatIsNotClosed() {
    assertThatThrownBy(() -> Template.parse("${key} ${value.id"))
        .hasMessage("\"${\" is not closed in \"${key} ${value.id\"");
  }
}
