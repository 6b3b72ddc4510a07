package io.psastream.connectwise.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {

  @Test
  void namesItsParametersInTheOrderOfThePath() {
    PathTemplate template = PathTemplate.parse("/a/{grandparentId}/b/{parentId}/c/{id}");

    assertThat(template.parameters()).containsExactly("grandparentId", "parentId", "id");
  }

  @Test
  void putsEachValueWhereItsParameterStands() {
    PathTemplate template = PathTemplate.parse("/service/tickets/{parentId}/notes/{id}/");

    assertThat(template.expand(Map.of("id", 7, "parentId", 68L, "other", "x")))
        .isEqualTo("/service/tickets/68/notes/7/");
  }

  @Test
  void givesAPathWithoutParametersAsItIs() {
    assertThat(PathTemplate.parse("/system/info").expand(Map.of())).isEqualTo("/system/info");
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a%2Fb",
    "a b, a%20b",
    "a+b, a%2Bb",
    "a?b#c&d=e, a%3Fb%23c%26d%3De",
    "50%, 50%25",
    "{id}, %7Bid%7D",
    "Sæther, S%C3%A6ther",
    "\uD83D\uDE00, %F0%9F%98%80",
    "A-z_0.9~, A-z_0.9~",
    "..., ...",
  })
  void encodesWhatASegmentCannotHold(String value, String encoded) {
    assertThat(PathTemplate.parse("/x/{id}").expand(Map.of("id", value)))
        .isEqualTo("/x/" + encoded);
  }

  @Test
  void namesTheParameterWithoutAValue() {
    PathTemplate template = PathTemplate.parse("/x/{parentId}/y/{id}");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> template.expand(Map.of("parentId", 1)))
        .withMessage(
            "The path \"/x/{parentId}/y/{id}\" needs a value for the path parameter \"id\".");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> template.expand(Map.of("parentId", " ", "id", 1)))
        .withMessageContaining("\"parentId\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {".", ".."})
  void refusesAValueThatWouldLeaveTheResource(String dots) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PathTemplate.parse("/service/tickets/{id}").expand(Map.of("id", dots)))
        .withMessageContaining("dot segment")
        .withMessageContaining("\"id\"");
  }

  @ParameterizedTest
  @CsvSource({
    "x/{id}, must begin with a slash",
    "/x/{id, opening brace without a closing",
    "/x/id}, closing brace without an opening",
    "/x/}{id}, closing brace without an opening",
    "/x/{}, without a name",
    "/x/{a{b}, brace inside",
    "/x/{id}/{id}, a parameter twice",
  })
  void refusesATextThatIsNoTemplate(String text, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PathTemplate.parse(text))
        .withMessageContaining(text)
        .withMessageContaining(problem);
  }

  @Test
  void isEqualToATemplateOfTheSameText() {
    assertThat(PathTemplate.parse("/x/{id}"))
        .isEqualTo(PathTemplate.parse("/x/{id}"))
        .hasSameHashCodeAs(PathTemplate.parse("/x/{id}"))
        .isNotEqualTo(PathTemplate.parse("/x/{key}"))
        .hasToString("/x/{id}");
  }
}
