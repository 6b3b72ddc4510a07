package io.psastream.connectwise.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.store.Store.StoredFile;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of records, uploaded over HTTP. */
@ExtendWith(SimulatorExtension.class)
class UploadTest {

  private static final byte[] BYTES = {0, (byte) 0xff, '\r', '\n', '-', '-', 'X', 13, 10};

  private Simulator simulator;

  @BeforeEach
  void keep(Simulator started) {
    simulator = started;
  }

  @Test
  void uploadsTheBytesOfAStructWithItsFields() {
    Schema schema =
        SchemaBuilder.struct()
            .field("recordType", Schema.STRING_SCHEMA)
            .field("recordId", Schema.INT64_SCHEMA)
            .field("title", Schema.STRING_SCHEMA)
            .field("privateFlag", Schema.BOOLEAN_SCHEMA)
            .field("fileName", Schema.STRING_SCHEMA)
            .field("file", Schema.BYTES_SCHEMA)
            .build();
    Struct value =
        new Struct(schema)
            .put("recordType", "Ticket")
            .put("recordId", 5L)
            .put("title", "Störung")
            .put("privateFlag", true)
            .put("fileName", "../a folder/scan \"1\".pdf")
            .put("file", BYTES);
    try (SinkRig rig = start("{}")) {
      rig.put(List.of(new SinkRecord(Fixtures.TOPIC, 0, null, "k", schema, value, 0)));
      rig.settleAll();

      assertThat(rig.context.reported).isEmpty();
      assertThat(file().content()).isEqualTo(BYTES);
      assertThat(file().name()).isEqualTo("scan %221%22.pdf");
      assertThat(body())
          .contains(
              "name=\"title\"", "Störung", "name=\"recordId\"", "Content-Type: application/pdf")
          .doesNotContain("a folder");
    }
  }

  @Test
  void uploadsTheBase64OfJson() {
    try (SinkRig rig = start("{}")) {
      rig.settle(
          "k",
          "{\"recordType\":\"Ticket\",\"recordId\":5,\"title\":\"a.bin\",\"url\":null,\"file\":\""
              + Base64.getEncoder().encodeToString(BYTES)
              + "\"}");

      assertThat(rig.context.reported).isEmpty();
      assertThat(file().content()).isEqualTo(BYTES);
      assertThat(file().name()).isEqualTo("a.bin");
    }
  }

  @Test
  void uploadsAValueThatIsTheFileWithTheFieldsOfTheOptions() {
    byte[] json = "{\"this\": \"is a file\"}".getBytes(UTF_8);
    try (SinkRig rig =
        start("{\"recordType\":\"Ticket\",\"recordId\":\"${key}\",\"fileName\":\"x.json\"}")) {
      rig.settle("5", json);

      assertThat(rig.context.reported).isEmpty();
      assertThat(file().content()).isEqualTo(json);
      assertThat(body()).contains("name=\"recordId\"");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"title\":\"x\"}                    | neither a field \"file\" nor a \"url\"",
        "{\"file\":\"se cret?\"}              | the field \"file\" of an upload is not base64",
        "{\"file\":\"\",\"recordId\":[1]}     | the field \"recordId\" of an upload is an array",
        "secret                               | takes an object with a field \"file\", or bytes",
      })
  void rejectsWhatIsNoUploadWithoutQuotingIt(String value, String reason) {
    try (SinkRig rig = start("{}")) {
      rig.settle("k", value);

      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .contains(reason)
          .doesNotContain("cret");
      assertThat(simulator.requests().total()).isZero();
    }
  }

  private SinkRig start(String options) {
    return SinkRig.start(
        simulator, "mutate.operation.id", "postSystemDocuments", "options", options);
  }

  private StoredFile file() {
    return simulator.store().file("/system/documents/1/download").orElseThrow();
  }

  private String body() {
    return new String(simulator.requests().recent().get(0).request().body(), UTF_8);
  }
}
