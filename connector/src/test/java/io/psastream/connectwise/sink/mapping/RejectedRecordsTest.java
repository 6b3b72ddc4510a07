package io.psastream.connectwise.sink.mapping;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.Fixtures.routes;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sink.Fixtures;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be turned into a call says why, and shows no content. */
class RejectedRecordsTest {

  private static final String HINT =
      " (its value is text, and no JSON object; where the topic holds Avro, Protobuf or the like,"
          + " set value.converter in the configuration of the connector)";

  /** What a converter of another form makes of Avro, of a Struct and of JSON with its schema. */
  @Test
  void saysWhichConverterToSetWhereAnotherFormArrives() {
    List<Object> values =
        List.of(
            "\u0000\u0000\u0000\u0001\u0002x", "Struct{summary=x}", new byte[] {0, 0, 0, 0, 1, 2});
    for (Object value : values) {
      assertThat(((Mapping.Unmappable) patch("5", value)).reason()).contains("value.converter");
    }
    Map<String, Object> payload = Map.of("summary", "x");
    Map<String, Object> withoutSchema = new HashMap<>(Map.of("payload", payload));
    withoutSchema.put("schema", null);
    for (Object value :
        List.of(
            "{\"schema\":{\"type\":\"struct\"},\"payload\":{\"summary\":\"x\"}}",
            "{\"schema\":null,\"payload\":{\"summary\":\"x\"}}",
            withoutSchema,
            Map.of("schema", Map.of("type", "struct"), "payload", payload))) {
      assertThat(((Mapping.Unmappable) patch("5", value)).reason())
          .contains("value.converter.schemas.enable=true");
    }
    assertThat(((Mapping.Unmappable) patch("5", "{\"summary\":1")).reason())
        .doesNotContain("converter");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"summary\":1            | not valid JSON at line 1, column 13",
        "secret                    | a PATCH takes an object or an array of operations, not text"
            + HINT,
        "{\"id\":5}                | there is nothing to change: no field has a value besides those"
            + " that address the item (a null counts with null.behavior=clear)",
        "[{\"op\":\"replace\",\"path\":\"company/id\",\"value\":1}] | the path of patch operation 1 goes"
            + " below a field, which the API answers with success without applying it; replace the"
            + " whole field instead",
        "[{\"op\":\"replace\",\"path\":\"a\"}] | patch operation 1 has no value",
        "[{\"op\":\"copy\",\"path\":\"a\"}] | patch operation 1 is not {\"op\": add, replace or"
            + " remove, \"path\": a field, \"value\": …}",
        "[{\"op\":\"remove\",\"path\":\"a\"},{\"a\":1}] | patch operation 2 is not {\"op\": add,"
            + " replace or remove, \"path\": a field, \"value\": …}",
      })
  void saysWhatIsWrongWithAPatch(String value, String reason) {
    assertThat(patch("5", value)).isEqualTo(new Mapping.Unmappable(reason));
  }

  @Test
  void saysThatAPathParameterIsEmpty() {
    assertThat(patch(" ", "{\"summary\":\"x\"}"))
        .isEqualTo(
            new Mapping.Unmappable(
                "the path parameter \"id\" of patchServiceTicketsById is empty"));
  }

  @Test
  void saysThatTheRecordHasNoKey() {
    assertThat(patch(null, "{\"summary\":\"x\"}"))
        .isEqualTo(
            new Mapping.Unmappable("the expression ${key} is null or missing in the record"));
  }

  @Test
  void saysThatATemplateNamesAnObject() {
    assertThat(patch(Map.of("id", 5), "{\"summary\":\"x\"}"))
        .isEqualTo(new Mapping.Unmappable("${key} is an object; name a single field of it"));
  }

  @Test
  void saysThatAFieldIsNull() {
    Mapping mapping =
        new RecordRouter(
                routes(
                    "mutate.operation.id",
                    "patchServiceTicketsById",
                    "options",
                    "{\"id\":\"${value.id}\"}"),
                Fixtures.CATALOG)
            .route(record("5", "{\"id\":null,\"summary\":\"x\"}"));

    assertThat(mapping)
        .isEqualTo(
            new Mapping.Unmappable("the expression ${value.id} is null or missing in the record"));
  }

  @Test
  void quotesTheTemplateThatHasMoreThanTheExpression() {
    Mapping mapping =
        new RecordRouter(
                routes(
                    "mutate.operation.id",
                    "patchServiceTicketsById",
                    "options",
                    "{\"id\":\"T-${value.nr}\"}"),
                Fixtures.CATALOG)
            .route(record("5", "{\"summary\":\"x\"}"));

    assertThat(mapping)
        .isEqualTo(
            new Mapping.Unmappable(
                "the record has no field \"nr\" for the expression ${value.nr} in"
                    + " \"T-${value.nr}\""));
  }

  @Test
  void saysThatACreateTakesAnObject() {
    assertThat(
            new RecordRouter(routes("mutate.operation.id", "postServiceTickets"), Fixtures.CATALOG)
                .route(record("5", "text")))
        .isEqualTo(
            new Mapping.Unmappable(
                "postServiceTickets takes an object as its item, not text" + HINT));
  }

  private static Mapping patch(Object key, Object value) {
    return new RecordRouter(
            routes(
                "mutate.operation.id", "patchServiceTicketsById", "options", "{\"id\":\"${key}\"}"),
            Fixtures.CATALOG)
        .route(record(key, value));
  }
}
