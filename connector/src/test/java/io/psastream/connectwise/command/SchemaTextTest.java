package io.psastream.connectwise.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.apicurio.registry.utils.converter.avro.AvroData;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.data.typed.TypedDecoder;
import io.psastream.connectwise.data.typed.TypedForm;
import io.psastream.connectwise.data.typed.TypedForm.Unknown;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;

/** The forms of a schema are those that the converters make of it. */
class SchemaTextTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Catalog CATALOG = Catalog.load();

  private static String shown(String... arguments) {
    StringWriter out = new StringWriter();
    PrintWriter err = new PrintWriter(new StringWriter());
    assertThat(OperationsCommand.run(new PrintWriter(out, true), err, arguments)).isZero();
    return out.toString();
  }

  /** Lists of all modules, every tenth. */
  private static Stream<Schema> schemas() {
    List<Operation> lists =
        CATALOG.operations().stream().filter(it -> it.answer() == AnswerKind.LIST).toList();
    return Stream.iterate(0, i -> i < lists.size(), i -> i + 10)
        .map(
            i ->
                new TypedDecoder(
                        CATALOG,
                        lists.get(i),
                        new TypedForm(Unknown.COLLECT, true, List.of(), Optional.empty()))
                    .schema());
  }

  @Test
  void avroIsWhatTheConverterRegisters() {
    AvroData converter = new AvroData(1_000);
    assertThat(schemas())
        .allSatisfy(
            schema ->
                assertThat(
                        new org.apache.avro.Schema.Parser()
                            .parse(SchemaText.of(schema, SchemaText.Form.AVRO, "t")))
                    .isEqualTo(
                        new org.apache.avro.Schema.Parser()
                            .parse(converter.fromConnectSchema(schema).toString())));
  }

  @Test
  void jsonIsWhatTheConverterWritesAndReads() throws IOException {
    try (JsonConverter converter = new JsonConverter()) {
      converter.configure(java.util.Map.of(), false);
      assertThat(schemas())
          .allSatisfy(
              schema ->
                  assertThat(JSON.readTree(SchemaText.of(schema, SchemaText.Form.JSON, "t")))
                      .isEqualTo(converter.asJsonSchema(schema)));
    }
  }

  @Test
  void everyOperationHasOneInEveryForm() {
    assertThat(shown("schema", "getServiceTickets"))
        .contains(
            "-- Connect schema",
            "io.psastream.connectwise.Ticket",
            "\"logicalType\" : \"timestamp-millis\"",
            "CREATE TABLE \"ticket\" (",
            "  \"id\" integer PRIMARY KEY",
            "  \"summary\" text",
            "  \"company\" jsonb");
    for (AnswerKind kind : AnswerKind.values()) {
      CATALOG.operations().stream()
          .filter(operation -> operation.answer() == kind)
          .findFirst()
          .ifPresent(operation -> assertThat(shown("schema", operation.id())).contains("CREATE"));
    }
  }

  @Test
  void completionKnowsTheCommands() {
    assertThat(shown("completion")).contains("ZSH_VERSION", "template", "--records", "--format");
  }

  @Test
  void versionIsThatOfTheArchive() {
    assertThat(shown("--version")).startsWith("connectwise-operations ").hasLineCount(1);
  }
}
