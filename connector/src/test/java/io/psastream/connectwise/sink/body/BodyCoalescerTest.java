package io.psastream.connectwise.sink.body;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.data.ConnectToJson;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyCoalescerTest {

  @Test
  void keepsTheLastValueOfEachFieldAndTheOrderOfTheLaterPatch() {
    assertThat(
            union(
                "[{'op':'replace','path':'board','value':{'id':1}},"
                    + "{'op':'replace','path':'summary','value':'a'}]",
                "[{'op':'replace','path':'status','value':{'id':3}},"
                    + "{'op':'replace','path':'board','value':{'id':2}}]"))
        .contains(
            json(
                "[{'op':'replace','path':'summary','value':'a'},"
                    + "{'op':'replace','path':'status','value':{'id':3}},"
                    + "{'op':'replace','path':'board','value':{'id':2}}]"));
  }

  @Test
  void takesTheFieldsOfBothObjectsTheLaterOneCounting() {
    assertThat(union("{'a':1,'b':{'x':1}}", "{'b':{'y':2},'c':null}"))
        .contains(json("{'a':1,'b':{'y':2},'c':null}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{'op':'add','path':'x','value':1}]     | [{'op':'replace','path':'x','value':2}]",
        "[{'op':'replace','path':'x','value':2}] | [{'op':'remove','path':'x'}]",
        "[{'op':'replace','path':'x','value':2}] | [{'op':'replace','path':'x/0','value':2}]",
        "[{'op':'replace','path':'x','value':2}] | {'x':1}",
        "{'x':1}                                 | [{'op':'replace','path':'x','value':2}]",
      })
  void makesNothingOfWhatDependsOnWhatWasThere(String first, String then) {
    assertThat(union(first, then)).isEmpty();
  }

  @Test
  void takesEachCustomFieldForAFieldOfItsOwn() {
    assertThat(
            union(
                "{'customFields':[{'id':1,'value':'a'},{'id':2,'value':'b'}]}",
                "{'customFields':[{'id':2,'value':'c'},{'id':3,'value':'d'}]}"))
        .contains(
            json(
                "{'customFields':[{'id':1,'value':'a'},{'id':2,'value':'c'},"
                    + "{'id':3,'value':'d'}]}"));
    assertThat(
            union(
                patch("[{'caption':'Site','value':'a'},{'caption':'B','value':'b'}]"),
                patch("[{'caption':'site ','value':'c'}]")))
        .contains(json(patch("[{'caption':'site ','value':'c'},{'caption':'B','value':'b'}]")));
  }

  @Test
  void makesNothingOfCustomFieldsThatMayBeTheSame() {
    assertThat(union(patch("[{'id':1,'value':'a'}]"), patch("[{'caption':'Site','value':'b'}]")))
        .isEmpty();
    assertThat(union(patch("[{'id':1,'value':'a'}]"), patch("null"))).isEmpty();
    String twice = patch("[{'caption':'Site','value':'a'},{'caption':'SITE','value':'b'}]");
    assertThat(union(twice, patch("[{'caption':'Site','value':'c'}]"))).isEmpty();
    assertThat(union(patch("[{'caption':'Site','value':'c'}]"), twice)).isEmpty();
  }

  private static String patch(String customFields) {
    return "[{'op':'replace','path':'customFields','value':" + customFields + "}]";
  }

  private static Optional<JsonNode> union(String first, String then) {
    return BodyCoalescer.of(json(first), json(then));
  }

  private static JsonNode json(String text) {
    return ConnectToJson.document(null, text.replace('\'', '"'));
  }
}
