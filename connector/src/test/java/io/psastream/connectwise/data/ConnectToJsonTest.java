package io.psastream.connectwise.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

class ConnectToJsonTest {

  @Test
  void turnsAStructWithNestedPartsIntoAnObjectAndLeavesNullFieldsOut() {
    Schema company = SchemaBuilder.struct().field("id", Schema.INT32_SCHEMA).build();
    Schema ticket =
        SchemaBuilder.struct()
            .field("summary", Schema.STRING_SCHEMA)
            .field("company", company)
            .field("contact", SchemaBuilder.struct().optional().build())
            .field("tags", SchemaBuilder.array(Schema.STRING_SCHEMA).build())
            .field("more", SchemaBuilder.map(Schema.INT32_SCHEMA, Schema.BOOLEAN_SCHEMA).build())
            .build();
    Struct value =
        new Struct(ticket)
            .put("summary", "no mail")
            .put("company", new Struct(company).put("id", 5))
            .put("tags", List.of("a", "b"))
            .put("more", Map.of(7, true));

    assertThat(ConnectToJson.document(ticket, value).toString())
        .isEqualTo(
            "{\"summary\":\"no mail\",\"company\":{\"id\":5},\"tags\":[\"a\",\"b\"],\"more\":{\"7\":true}}");
  }

  @Test
  void keepsNullsOfAMapBecauseTheyWereGiven() {
    Map<String, Object> value = Collections.singletonMap("contact", null);

    assertThat(ConnectToJson.document(null, value).toString()).isEqualTo("{\"contact\":null}");
  }

  @Test
  void readsTextAndBytesThatHoldAnObjectOrAnArray() {
    String text = " {\"id\":1,\"rate\":0.10}";

    assertThat(ConnectToJson.document(Schema.STRING_SCHEMA, text).path("id").asInt()).isEqualTo(1);
    assertThat(ConnectToJson.document(null, text.getBytes(UTF_8)).path("id").asInt()).isEqualTo(1);
    assertThat(ConnectToJson.document(null, ByteBuffer.wrap("[1]".getBytes(UTF_8))).isArray())
        .isTrue();
  }

  @Test
  void leavesOtherTextAlone() {
    assertThat(ConnectToJson.document(Schema.STRING_SCHEMA, "42").isTextual()).isTrue();
    assertThat(ConnectToJson.document(null, "T-7".getBytes(UTF_8)).asText()).isEqualTo("T-7");
  }

  @Test
  void doesNotReadTextInsideAValueAsJson() {
    assertThat(ConnectToJson.document(null, Map.of("notes", "{not json")).path("notes").asText())
        .isEqualTo("{not json");
  }

  @Test
  void keepsBytesThatAreNoTextAsBase64() {
    assertThat(ConnectToJson.document(null, new byte[] {(byte) 0xff, 1}).asText())
        .isEqualTo("/wE=");
  }

  @Test
  void saysWhereJsonIsBrokenWithoutQuotingIt() {
    assertThatThrownBy(() -> ConnectToJson.document(null, "{\"password\": secret}"))
        .isInstanceOf(DataException.class)
        .hasMessageMatching("not valid JSON at line 1, column \\d+");
  }

  @Test
  void refusesWhatFollowsADocument() {
    assertThatThrownBy(() -> ConnectToJson.document(null, "{\"id\":1} {\"id\":2}"))
        .isInstanceOf(DataException.class);
  }

  @Test
  void writesTimesTheWayTheApiDoes() {
    Date date = Date.from(Instant.parse("2026-03-29T01:30:05.999Z"));
    Date day = Date.from(Instant.parse("2026-03-29T00:00:00Z"));
    Date time = Date.from(Instant.ofEpochSecond(5));

    assertThat(ConnectToJson.document(Timestamp.SCHEMA, date).asText())
        .isEqualTo("2026-03-29T01:30:05Z");
    assertThat(ConnectToJson.document(org.apache.kafka.connect.data.Date.SCHEMA, day).asText())
        .isEqualTo("2026-03-29T00:00:00Z");
    assertThat(ConnectToJson.document(Time.SCHEMA, time).asText()).isEqualTo("00:00:05");
    assertThat(ConnectToJson.document(null, date).asText()).isEqualTo("2026-03-29T01:30:05Z");
  }

  @Test
  void keepsNumbersExact() {
    List<Object> numbers =
        Arrays.asList(
            (byte) 1, (short) 2, 3, Long.MAX_VALUE, 0.1f, 0.1d, new BigDecimal("1E+3"), null);

    assertThat(ConnectToJson.document(null, numbers).toString())
        .isEqualTo("[1,2,3,9223372036854775807,0.1,0.1,1000,null]");
    assertThat(ConnectToJson.document(Decimal.schema(2), new BigDecimal("1.50")).decimalValue())
        .isEqualByComparingTo("1.5");
  }

  @Test
  void refusesWhatJsonCannotSay() {
    assertThatThrownBy(() -> ConnectToJson.document(null, Double.NaN))
        .isInstanceOf(DataException.class)
        .hasMessage("there is no JSON for a number that is not finite");
    assertThatThrownBy(() -> ConnectToJson.document(null, Map.of("x", new Object())))
        .isInstanceOf(DataException.class)
        .hasMessage("there is no JSON for a value of type java.lang.Object");
  }
}
