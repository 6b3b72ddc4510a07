package io.psastream.connectwise.sink.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.data.ConnectToJson;
import java.util.Set;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an update makes of a body and the item as it is. */
class BodyMergeTest {

  private static final BodyMerge CUSTOM_FIELDS = new BodyMerge(false, true, false, Set.of("id"));
  private static final BodyMerge DIFF = new BodyMerge(true, true, false, Set.of("id"));
  private static final JsonNode ITEM =
      json(
          "{'id':1,'notes':[{'id':7,'text':'a'}],'customFields':["
              + "{'id':1,'caption':'Site','value':'a'},"
              + "{'id':2,'caption':'site ','value':'b'},"
              + "{'id':3,'caption':'Due','type':'Date','value':null}]}");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{'caption':'Site','value':'x'}] | the item has 2 custom fields Site; name the one by its id",
        "[{'caption':'Sit','value':'x'}]  | the item has no custom field Sit",
        "[{'id':3,'value':null},{'caption':'due','value':null}]"
            + " | customFields gives Due two values",
        "[{'id':1,'value':1},{'id':1,'value':1}] | customFields gives Site two values",
      })
  void aCustomFieldIsChangedOnlyWhereItIsTheOnlyOneThatIsMeant(String asked, String complaint) {
    JsonNode body = json("[{'op':'replace','path':'customFields','value':" + asked + "}]");

    assertThatThrownBy(() -> CUSTOM_FIELDS.of(body, ITEM))
        .isInstanceOf(DataException.class)
        .hasMessage(complaint);
  }

  @Test
  void anIdTellsCustomFieldsOfOneCaptionApart() {
    JsonNode body = json("{'customFields':[{'id':2,'value':'x'},{'id':3,'value':'2026-01-31'}]}");

    JsonNode fields = CUSTOM_FIELDS.of(body, ITEM).orElseThrow().path("customFields");

    assertThat(fields.findValuesAsText("value")).containsExactly("a", "x", "2026-01-31T00:00:00Z");
  }

  @Test
  void theDateOfACustomFieldIsRejectedWhereItMayBeAnotherDay() {
    JsonNode body = json("{'customFields':[{'caption':'Due','value':'01/02/2026'}]}");

    assertThatThrownBy(() -> CUSTOM_FIELDS.of(body, ITEM))
        .hasMessageStartingWith("customFields/Due is not a time");
  }

  @Test
  void anElementThatIsSaidTwiceIsNotAddedASecondTime() {
    JsonNode body =
        json("[{'op':'replace','path':'notes','value':[{'id':7,'text':'b'},{'id':7,'text':'c'}]}]");

    assertThatThrownBy(() -> DIFF.of(body, ITEM)).hasMessage("notes has two elements of one id");
  }

  private static JsonNode json(String text) {
    return ConnectToJson.document(null, text.replace('\'', '"'));
  }
}
