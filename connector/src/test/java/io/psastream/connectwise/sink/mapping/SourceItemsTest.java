package io.psastream.connectwise.sink.mapping;

import static io.psastream.connectwise.sink.Fixtures.routes;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.client.Bodies;
import io.psastream.connectwise.data.typed.TypedDecoder;
import io.psastream.connectwise.data.typed.TypedForm;
import io.psastream.connectwise.sink.Fixtures;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the source wrote, written back. */
class SourceItemsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String TICKET =
      """
      {"id":5,"summary":"Printer","budgetHours":1.5,"closedFlag":false,
       "company":{"id":2,"identifier":"acme","_info":{"company_href":"h"}},
       "requiredDate":"2026-01-31T12:00:00Z","enteredBy":"zoe","mobileGuid":"g","brandNew":1,
       "customFields":[
        {"id":1,"caption":"Points","type":"Number","value":8.25},
        {"id":2,"caption":"Flag","type":"Checkbox","value":true},
        {"id":3,"caption":"Zip","type":"Text","value":"01234"},
        {"id":4,"caption":"Empty","type":"Text"}],
       "_info":{"lastUpdated":"2026-02-01T00:00:00Z"}}
      """;

  private static final String WRITABLE =
      """
      {"summary":"Printer","budgetHours":1.5,"closedFlag":false,
       "company":{"id":2,"identifier":"acme"},"requiredDate":"2026-01-31T12:00:00Z",
       "customFields":[
        {"id":1,"caption":"Points","type":"Number","value":8.25},
        {"id":2,"caption":"Flag","type":"Checkbox","value":true},
        {"id":3,"caption":"Zip","type":"Text","value":"01234"},
        {"id":4,"caption":"Empty","type":"Text"}]}
      """;

  private static Struct typed(boolean timestamps) throws IOException {
    TypedForm form =
        new TypedForm(
            TypedForm.Unknown.COLLECT,
            timestamps,
            List.of(TypedForm.Flattened.of("Points", TypedForm.FlattenedType.NUMBER)),
            Optional.empty());
    TypedDecoder decoder =
        new TypedDecoder(Fixtures.CATALOG, Fixtures.CATALOG.operation("getServiceTickets"), form);
    return (Struct) Bodies.structs(decoder, TICKET).get(0).content();
  }

  private static SinkRecord record(Struct value) {
    return new SinkRecord(Fixtures.TOPIC, 0, null, 5L, value.schema(), value, 0);
  }

  private static JsonNode body(SinkRecord record, String operation) throws IOException {
    Mapping mapping =
        new RecordRouter(
                routes("mutate.operation.id", operation, "options", "{\"id\":\"${key}\"}"),
                Fixtures.CATALOG)
            .route(record);
    // As it is sent: a number has no width then.
    return JSON.readTree(
        ((Mapping.Changes) mapping).changes().get(0).call().body().orElseThrow().toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTypedTicketIsReplacedByWhatMayBeWrittenOfIt(boolean timestamps) throws IOException {
    assertThat(body(record(typed(timestamps)), "putServiceTicketsById"))
        .isEqualTo(JSON.readTree(WRITABLE));
  }

  @Test
  void aTypedTicketIsPatchedFieldByFieldWithWhatMayBeWrittenOfIt() throws IOException {
    JsonNode operations = body(record(typed(true)), "patchServiceTicketsById");

    assertThat(operations)
        .extracting(operation -> operation.path("path").asText())
        .containsExactlyInAnyOrder(
            "summary", "budgetHours", "closedFlag", "company", "requiredDate", "customFields");
    for (JsonNode operation : operations) {
      assertThat(operation.get("value"))
          .isEqualTo(JSON.readTree(WRITABLE).get(operation.path("path").asText()));
    }
  }

  @Test
  void theSameComesOutOfAConverterWithSchemas() throws IOException {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", true), false);
    Struct sent = typed(true);

    Struct received =
        (Struct)
            converter
                .toConnectData("t", converter.fromConnectData("t", sent.schema(), sent))
                .value();

    assertThat(body(record(received), "putServiceTicketsById")).isEqualTo(JSON.readTree(WRITABLE));
  }

  @Test
  void textAsItCameLosesWhatNoOperationTakes() throws IOException {
    JsonNode body =
        body(new SinkRecord(Fixtures.TOPIC, 0, null, 5L, null, TICKET, 0), "putServiceTicketsById");

    assertThat(body.has("_info")).isFalse();
    assertThat(body.path("company")).isEqualTo(JSON.readTree(WRITABLE).get("company"));
    assertThat(body.path("enteredBy").asText()).isEqualTo("zoe");
  }
}
