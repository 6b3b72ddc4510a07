package io.psastream.connectwise.catalog.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class OverlayTest {

  private static final SpecOperation GARBLED =
      new SpecOperation(
          "getThingsById",
          "GET",
          "/things{id}",
          List.of("integer"),
          List.of("fields:string"),
          "none",
          "",
          "single",
          "Wrong");

  @Test
  void correctsEveryColumnOfAnOperation() {
    Overlay overlay =
        overlay(
            """
            # A comment

            getThingsById
              path /things/{id}
              types string
              query flag:boolean id:integer!
              body object:Thing
              answer list:Thing
              because it was wrong
              because and this is why
            """);

    assertThat(overlay.apply(List.of(GARBLED)))
        .containsExactly(
            new SpecOperation(
                "getThingsById",
                "GET",
                "/things/{id}",
                List.of("string"),
                List.of("fields:string", "flag:boolean", "id:integer!"),
                "object",
                "Thing",
                "list",
                "Thing"));
    assertThat(overlay.entries())
        .extracting(Overlay.Entry::reason)
        .containsExactly("it was wrong and this is why");
  }

  @Test
  void correctsSeveralOperationsForOneReason() {
    Overlay overlay = overlay("a\nb\n  answer blank\n  because nothing is declared\n");

    assertThat(overlay.entries())
        .singleElement()
        .extracting(Overlay.Entry::ids)
        .isEqualTo(List.of("a", "b"));
  }

  @Test
  void refusesACorrectionThatCorrectsNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                overlay("getThingsById\n  path /things{id}\n  because x").apply(List.of(GARBLED)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> overlay("getOther\n  path /other\n  because x").apply(List.of(GARBLED)))
        .withMessageContaining("Corrects nothing: getOther path /other");
  }

  @Test
  void refusesACorrectionWithoutAReason() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> overlay("getThingsById\n  path /things/{id}"))
        .withMessageContaining("reason");
  }

  @Test
  void refusesAChangeWithoutAValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> overlay("getThingsById\n  path\n  because x"))
        .withMessageContaining("path");
  }

  @Test
  void refusesAColumnThatIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> overlay("getThingsById\n  paht /x\n  because x").apply(List.of(GARBLED)))
        .withMessageContaining("\"paht\"");
  }

  private static Overlay overlay(String text) {
    return Overlay.parse(text.lines().toList());
  }
}
