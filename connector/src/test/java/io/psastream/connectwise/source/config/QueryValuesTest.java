package io.psastream.connectwise.source.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.config.Connection;
import io.psastream.connectwise.source.config.ValueFormat.SchemaMode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the values of a query's records are, and what goes with it. */
class QueryValuesTest {

  private static final Catalog CATALOG = Catalog.load();

  private final Map<String, String> properties =
      Connection.with("operation.id", "getServiceTickets");

  @Test
  void everyQueryHasItsSchemaMode() {
    properties.put("queries", "a,b");
    properties.put("query.b.operation.id", "getCompanyCompanies");
    properties.put("query.b.schema.mode", "Json");

    assertThat(new SourceConfig(properties, CATALOG).queries())
        .extracting(query -> query.values().mode())
        .containsExactly(SchemaMode.TYPED, SchemaMode.JSON);
  }

  @Test
  void whatDoesNotGoWithTypedValuesIsRefused() {
    properties.put("queries", "a,b,c");
    properties.put("value.converter", "org.apache.kafka.connect.storage.StringConverter");
    properties.put("query.a.custom.fields.captions", "Region");
    properties.put("query.b.operation.id", "GET /service/things");
    properties.put("query.b.unknown.fields", "drop");
    properties.put("query.b.custom.fields", "flatten");
    properties.put("query.c.operation.id", "getCompanyCompanies");
    properties.put("query.c.schema.mode", "json");
    properties.put("query.c.custom.fields", "flatten");
    properties.put("query.c.custom.fields.captions", "A B:number, A_B");

    Map<String, String> problems = problems();

    assertThat(problems)
        .containsOnlyKeys(
            "query.a.schema.mode",
            "query.a.custom.fields.captions",
            "query.b.schema.mode",
            "query.b.unknown.fields",
            "query.b.custom.fields.captions",
            "query.c.custom.fields",
            "query.c.custom.fields.captions");
    assertThat(problems.get("query.a.schema.mode"))
        .contains("must be json for the StringConverter");
    assertThat(problems.get("query.a.custom.fields.captions")).contains("has no effect without");
    assertThat(problems.get("query.b.unknown.fields")).contains("leave it at collect");
    assertThat(problems.get("query.b.custom.fields.captions")).contains("is empty");
    assertThat(problems.get("query.c.custom.fields.captions")).contains("the same name: \"A_B\"");
  }

  /** Such a field would be in no record, without a word. */
  @ParameterizedTest
  @CsvSource({
    "'id,SUMMARY,company/name,_info,_info/lastUpdated', drop, ",
    "'id,dateEntered', drop, dateentered",
    "'id,company/nam', drop, company/nam",
    "'id,sumary', fail, sumary",
    "'id,sumary', collect, "
  })
  void aFieldThatNoTypedValueCanHoldIsRefused(String fields, String unknown, String named) {
    properties.put("options", "{\"fields\":\"" + fields + "\"}");
    properties.put("unknown.fields", unknown);

    if (named == null) {
      assertThat(problems()).doesNotContainKey("unknown.fields");
    } else {
      assertThat(problems())
          .containsEntry(
              "unknown.fields",
              "unknown.fields: the catalogue does not know the field "
                  + named
                  + " of what getServiceTickets returns, so that it would be in no record; correct"
                  + " fields in the options, or leave this key at collect");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "org.apache.kafka.connect.storage.StringConverter, getServiceTickets, json,",
    "org.apache.kafka.connect.storage.StringConverter, getServiceTickets, none, must be json",
    "String, getServiceTickets, typed, must be json for the StringConverter",
    "StringConverter, getSystemDocumentsByIdDownload, json, gives files",
    "org.apache.kafka.connect.converters.ByteArrayConverter, getServiceTickets, json,",
    "org.apache.kafka.connect.converters.ByteArrayConverter, getServiceTickets, typed, must be json",
    "ByteArray, getServiceTickets, none, must be json for the ByteArrayConverter",
    "ByteArrayConverter, getSystemDocumentsByIdDownload, typed,",
    "org.apache.kafka.connect.json.JsonConverter, getServiceTickets, none,",
    "org.apache.kafka.connect.json.JsonConverter, getServiceTickets, json, must be none or typed",
    "Json, getServiceTickets, json, must be none or typed for the JsonConverter",
    "JsonConverter, getSystemDocumentsByIdDownload, json,",
    "io.confluent.connect.avro.AvroConverter, getServiceTickets, typed,",
    "'', getServiceTickets, json,",
    "'', getSystemDocumentsByIdDownload, none, whether the worker's converter takes bytes"
  })
  void aConverterThatCannotWriteTheValuesIsRefused(
      String converter, String operation, String mode, String problem) {
    properties.put("operation.id", operation);
    properties.put("options", operation.endsWith("Download") ? "{\"id\": 5}" : "{}");
    properties.put("schema.mode", mode);
    properties.put("value.converter", converter);

    if (problem == null) {
      assertThat(problems()).doesNotContainKey("schema.mode");
    } else {
      assertThat(problems()).containsOnlyKeys("schema.mode");
      assertThat(problems().get("schema.mode")).contains(problem);
    }

    properties.put("transforms", "toText");
    assertThat(problems()).doesNotContainKey("schema.mode");
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', value.converter is not set",
    "Json, '', value.converter.schemas.enable is not false",
    "org.apache.kafka.connect.json.JsonConverter, true, value.converter.schemas.enable is not false",
    "org.apache.kafka.connect.json.JsonConverter, false,",
    "org.apache.kafka.connect.storage.StringConverter, '',",
    "io.confluent.connect.avro.AvroConverter, '',"
  })
  void tellsWhatIsBetterSetAboutTheConverter(String converter, String schemas, String advice) {
    properties.put("value.converter", converter);
    properties.put("value.converter.schemas.enable", schemas);

    assertThat(SourceConfig.advice(properties))
        .satisfies(
            told ->
                assertThat(told.orElse("nothing")).startsWith(advice == null ? "nothing" : advice));
  }

  @ParameterizedTest
  @CsvSource({
    "org.apache.kafka.connect.storage.StringConverter, notes, '', must be one field",
    "StringConverter, notes, id,",
    "String, tickets, '',",
    "String, tickets, company/id,",
    "StringConverter, tickets, 'company/id, id', must be one field",
    "org.apache.kafka.connect.converters.ByteArrayConverter, tickets, '', no bytes",
    "ByteArrayConverter, notes, id, no bytes",
    "org.apache.kafka.connect.json.JsonConverter, notes, '',"
  })
  void aConverterThatCannotWriteTheKeysIsRefused(
      String converter, String query, String keyFields, String problem) {
    properties.put("queries", "tickets, notes");
    properties.put("query.notes.operation.id", "getServiceTicketsByParentIdNotes");
    properties.put("query.notes.options", "{\"parentId\": \"${parent.id}\"}");
    properties.put("query.notes.parent", "tickets");
    properties.put("query.tickets.key.fields", "id");
    properties.put("query.notes.key.fields", "id");
    properties.put("query." + query + ".key.fields", keyFields);
    properties.put("key.converter", converter);

    String key = "query." + query + ".key.fields";
    if (problem == null) {
      assertThat(problems()).doesNotContainKey(key);
    } else {
      assertThat(problems().get(key)).contains(problem);
    }

    properties.put("transforms", "toText");
    assertThat(problems()).doesNotContainKey(key);
  }

  private Map<String, String> problems() {
    return Connection.problems(SourceConfig.validate(properties, CATALOG));
  }
}
