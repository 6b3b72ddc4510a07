package io.psastream.connectwise.sink.mapping;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.Fixtures.routes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.sink.Fixtures;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a record says is what is sent: its nulls, its text, and what Debezium means by it. */
class WhatRecordsSayTest {

  private static final Schema ROW =
      SchemaBuilder.struct()
          .optional()
          .field("id", Schema.INT64_SCHEMA)
          .field("summary", SchemaBuilder.string().optional().defaultValue("default").build())
          .field("poNumber", Schema.OPTIONAL_STRING_SCHEMA)
          .field("__deleted", Schema.OPTIONAL_STRING_SCHEMA)
          .build();
  private static final Schema ENVELOPE =
      SchemaBuilder.struct()
          .name("crm.public.tickets.Envelope")
          .field("before", ROW)
          .field("after", ROW)
          .field("op", Schema.STRING_SCHEMA)
          .build();

  @Test
  void neverTakesADefaultForANull() {
    Struct row = new Struct(ROW).put("id", 5L).put("summary", null).put("poNumber", "7");

    assertThat(body(plain(row))).isEqualTo(replaced("poNumber", "\"7\""));
    assertThat(body(event(row))).isEqualTo(replaced("poNumber", "\"7\""));
    assertThat(route(record(row, "{\"summary\":\"x\"}"), "options", "{\"id\":\"${key.summary}\"}"))
        .isEqualTo(
            new Mapping.Unmappable(
                "the record has no field \"summary\" for the expression" + " ${key.summary}"));
  }

  @Test
  void clearsWhatIsNullInARowWhenToldTo() {
    Struct row = new Struct(ROW).put("id", 5L).put("summary", "x");
    String nulls = "{\"op\":\"replace\",\"path\":\"poNumber\",\"value\":null}";

    assertThat(body(plain(row), "null.behavior", "clear")).contains(nulls);
    assertThat(body(event(row), "null.behavior", "clear", "envelope", "debezium"))
        .contains(nulls)
        .doesNotContain("default");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"__debezium_unavailable_value\"",
        "\"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==\"",
        "[\"__debezium_unavailable_value\"]",
        "{\"__debezium_unavailable_value\":\"__debezium_unavailable_value\"}"
      })
  void leavesOutWhatDebeziumHasNoValueOf(String placeholder) {
    String value = "{\"id\":5,\"poNumber\":\"7\",\"summary\":" + placeholder + "}";

    assertThat(body(record("5", value))).isEqualTo(replaced("poNumber", "\"7\""));
    assertThat(
            route(
                record("5", value),
                "options",
                "{\"id\":\"${value.summary}\"}",
                "behavior.on.null.values",
                "ignore",
                "delete.operation.id",
                ""))
        .isInstanceOf(Mapping.Unmappable.class);
  }

  /** Where a placeholder P may stand, and what is left of the body. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'company':{'id':7,'name':P} | company: {'id':7}",
        "'x':['a',P] |",
        "'x':[['a'],[P]] |",
        "'x':[{'id':1,'y':P}] |",
        "'x':[{'id':1,'y':{'z':P}}] |",
        "'customFields':[{'id':1,'value':P},{'id':2,'value':'b'}]"
            + " | customFields: [{'id':2,'value':'b'}]",
        "'customFields':[{'id':1,'value':P}] |"
      })
  void leavesOutAPlaceholderWhereverItStands(String fields, String left) {
    for (String setting : List.of("__debezium_unavailable_value", "no value", "hex:6e6f")) {
      String text =
          setting.startsWith("hex:") ? "no" : setting; // what the bytes of the setting spell
      byte[] bytes = text.getBytes(UTF_8);
      for (String form :
          List.of(
              "'" + text + "'",
              "['" + text + "']",
              "{'" + text + "':'" + text + "'}",
              "'" + Base64.getEncoder().encodeToString(bytes) + "'",
              "'" + HexFormat.of().formatHex(bytes) + "'",
              "'" + UUID.nameUUIDFromBytes(bytes) + "'",
              Arrays.toString(bytes))) {
        String value = ("{'id':5,'poNumber':'7'," + fields.replace("P", form) + "}");
        String body =
            body(record("5", value.replace('\'', '"')), "unavailable.value.placeholder", setting);

        String rest = left == null ? "" : left.replace('\'', '"');
        String more =
            rest.isEmpty()
                ? ""
                : ","
                    + replaced(rest.split(": ", 2)[0], rest.split(": ", 2)[1])
                        .replaceAll("^\\[|\\]$", "");
        assertThat(body)
            .as("%s of %s", form, setting)
            .isEqualTo(replaced("poNumber", "\"7\"").replaceAll("]$", "") + more + "]");
      }
    }
  }

  @Test
  void sendsNoItemAndNoPatchOperationThatIsAPlaceholder() {
    String operations =
        "[{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"__debezium_unavailable_value\"},"
            + "{\"op\":\"replace\",\"path\":\"poNumber\",\"value\":\"7\"}]";
    assertThat(body(record("5", operations))).isEqualTo(replaced("poNumber", "\"7\""));

    for (String items :
        List.of(
            "{\"a\":\"__debezium_unavailable_value\"}",
            "{\"a\":[{\"summary\":\"x\"},\"__debezium_unavailable_value\"]}")) {
      assertThat(route(record("5", items), "items", "${value.a}"))
          .isInstanceOf(Mapping.Unmappable.class);
    }
    assertThat(route(record("__debezium_unavailable_value", null)))
        .isInstanceOf(Mapping.Unmappable.class);
  }

  @Test
  void deletesWhatAnUnwrappedEventSaysIsDeleted() {
    Struct row = new Struct(ROW).put("id", 5L).put("__deleted", "true");

    for (Object value :
        new Object[] {
          row,
          "{\"id\":5,\"__deleted\":\"true\"}",
          "{\"id\":5,\"__deleted\":true}".getBytes(UTF_8),
          Map.of("id", 5, "__deleted", "true")
        }) {
      assertThat(call(record("5", value)).operation().id()).isEqualTo("deleteServiceTicketsById");
      assertThat(call(record("5", value)).path()).containsEntry("id", "5");
    }
    row.put("__deleted", "false").put("poNumber", "7");
    assertThat(body(record("5", row))).isEqualTo(replaced("poNumber", "\"7\""));
  }

  @Test
  void readsDocumentsOfMongoDb() {
    String document =
        "{\\\"_id\\\":{\\\"$oid\\\":\\\"6a\\\"},\\\"id\\\":{\\\"$numberLong\\\":\\\"5\\\"},"
            + "\\\"dateResolved\\\":{\\\"$date\\\":1769860800999}}";
    SinkRecord record = record("5", "{\"op\":\"u\",\"after\":\"" + document + "\"}");

    Call call = call(record, "envelope", "debezium", "options", "{\"id\":\"${value.id}\"}");
    assertThat(call.path()).containsEntry("id", "5");
    assertThat(call.body().orElseThrow())
        .hasToString(replaced("dateResolved", "\"2026-01-31T12:00:00Z\""));
    assertThat(
            route(
                record("5", "{\"op\":\"u\",\"after\":null,\"updateDescription\":{}}"),
                "envelope",
                "debezium"))
        .isInstanceOfSatisfying(
            Mapping.Unmappable.class,
            it -> assertThat(it.reason()).contains("change_streams_update_full"));
  }

  @Test
  void saysWhatElseDebeziumWritesAndWhatToDo() {
    Map<String, String> kinds =
        Map.of(
            "{\"ts_ms\":1}", "heartbeat",
            "{\"status\":\"BEGIN\",\"id\":\"1\",\"ts_ms\":1}", "transaction",
            "{\"ddl\":\"\",\"tableChanges\":[]}", "schema change");

    kinds.forEach(
        (value, kind) ->
            assertThat(route(record("5", value), "envelope", "debezium"))
                .isInstanceOfSatisfying(
                    Mapping.Unmappable.class,
                    it -> assertThat(it.reason()).contains(kind).contains("topics.regex")));
    assertThat(route(event(new Struct(ROW).put("id", 5L))))
        .isInstanceOfSatisfying(
            Mapping.Unmappable.class,
            it -> assertThat(it.reason()).contains("set envelope=debezium"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{3F25}", "[RMM] 4711", "00012", "69203120e780", "{\"id\":5}", "[", "-0"})
  void takesKeysAndHeadersForTheTextThatTheyAre(String text) {
    String value = "{\"summary\":\"x\"}";
    SinkRecord header = record("5", value);
    header.headers().addString("h", text);

    for (Object key : new Object[] {text, text.getBytes(UTF_8)}) {
      assertThat(member(record(key, value), "${key}")).isEqualTo(text);
    }
    assertThat(member(header, "${header.h}")).isEqualTo(text);
  }

  /** The path parameter of a call whose parameter is a text. */
  private static String member(SinkRecord record, String expression) {
    Call call =
        call(
            record,
            "mutate.operation.id",
            "postSystemMembersByMemberIdentifierTokens",
            "delete.operation.id",
            "",
            "options",
            "{\"memberIdentifier\":\"" + expression + "\"}");
    return call.path().get("memberIdentifier");
  }

  @Test
  void readsAFieldOfAKeyThatIsJson() {
    assertThat(
            call(record("{\"id\":5}", "{\"summary\":\"x\"}"), "options", "{\"id\":\"${key.id}\"}")
                .path())
        .containsEntry("id", "5");
  }

  @Test
  void refusesAHeaderThatConnectMadeANumberOf() {
    SinkRecord record = record("5", "{\"summary\":\"x\"}");
    record
        .headers()
        .add(
            "h",
            new SimpleHeaderConverter().toConnectHeader("t", "h", "69203120e780".getBytes(UTF_8)));

    assertThat(route(record, "options", "{\"id\":\"${header.h}\"}"))
        .isInstanceOfSatisfying(
            Mapping.Unmappable.class, it -> assertThat(it.reason()).contains("StringConverter"));
  }

  private static SinkRecord plain(Struct row) {
    return record("5", row);
  }

  private static SinkRecord event(Struct row) {
    Struct envelope = new Struct(ENVELOPE).put("after", row).put("op", "u");
    return new SinkRecord(Fixtures.TOPIC, 0, null, "5", ENVELOPE, envelope, 0);
  }

  private static String replaced(String field, String value) {
    return "[{\"op\":\"replace\",\"path\":\"" + field + "\",\"value\":" + value + "}]";
  }

  private static String body(SinkRecord record, String... more) {
    boolean event = record.valueSchema() == ENVELOPE && more.length == 0;
    Call call = event ? call(record, "envelope", "debezium") : call(record, more);
    return call.body().orElseThrow().toString();
  }

  private static Call call(SinkRecord record, String... more) {
    Mapping mapping = route(record, more);
    assertThat(mapping).isInstanceOf(Mapping.Changes.class);
    return ((Mapping.Changes) mapping).changes().get(0).call();
  }

  private static Mapping route(SinkRecord record, String... more) {
    String[] base = {
      "options", "{\"id\":\"${key}\"}",
      "mutate.operation.id", "patchServiceTicketsById",
      "delete.operation.id", "deleteServiceTicketsById"
    };
    String[] all = new String[base.length + more.length];
    System.arraycopy(base, 0, all, 0, base.length);
    System.arraycopy(more, 0, all, base.length, more.length);
    return new RecordRouter(routes(all), Fixtures.CATALOG).route(record);
  }
}
