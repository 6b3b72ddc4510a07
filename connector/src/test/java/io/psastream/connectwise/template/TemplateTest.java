package io.psastream.connectwise.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.template.Template.Expression;
import io.psastream.connectwise.template.Template.Literal;
import io.psastream.connectwise.template.Template.Source;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
  void findsAFieldOfAnyNameByItsNameInQuotes() {
    Random random = new Random(5);
    for (int i = 0; i < 1_000; i++) {
      List<String> path =
          IntStream.rangeClosed(0, random.nextInt(3)).mapToObj(n -> name(random)).toList();
      String quoted =
          path.stream().map(it -> ".'" + it.replace("'", "''") + "'").collect(Collectors.joining());
      Expression expression = new Expression(Source.VALUE, path);

      assertThat(Template.parse("a ${value" + quoted + "}.b").parts())
          .containsExactly(new Literal("a "), expression, new Literal(".b"));
      assertThat(Template.parse(expression.toString()).only()).contains(expression);
    }
  }

  @Test
  void takesAQuoteInsideANameAsItStands() {
    assertThat(Template.parse("${value.it's.'x}").only())
        .contains(new Expression(Source.VALUE, List.of("it's", "'x")));
  }

  private static String name(Random random) {
    return IntStream.rangeClosed(0, random.nextInt(4))
        .mapToObj(n -> String.valueOf("ab.'} ${".charAt(random.nextInt(8))))
        .collect(Collectors.joining());
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
