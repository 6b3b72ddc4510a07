package io.psastream.connectwise.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Store.StoredFile;
import io.psastream.connectwise.source.config.SourceConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents, invoices and images as records. */
@ExtendWith(SimulatorExtension.class)
class FilesTest {

  private static final String PATH = "/system/documents/5/download";
  private static final byte[] BYTES = {' ', 0, (byte) 0xff, '\r', '\n', '{'};

  private Simulator simulator;
  private SourceHarness source;

  @BeforeEach
  void setUp(Simulator started) {
    simulator = started;
    source = new SourceHarness(simulator).set("schedule.interval.ms", "3600000");
    source.set("operation.id", "getSystemDocumentsByIdDownload").set("options", "{\"id\": 5}");
  }

  @AfterEach
  void tearDown() {
    source.close();
  }

  private static String header(SourceRecord file, String name) {
    Header header = file.headers().lastWithName(name);
    return header == null ? null : (String) header.value();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "json"})
  void aDocumentIsItsBytesWithNameAndTypeAsHeaders(String schemaMode) throws InterruptedException {
    simulator.store().file(PATH, new StoredFile("../a b.bin", "application/x-thing", BYTES));

    SourceRecord file = source.set("schema.mode", schemaMode).start().pollUntil(1).get(0);

    assertThat(file.topic()).isEqualTo("connectwise.system.documents.download");
    assertThat(file.key()).isEqualTo(5L);
    assertThat(file.valueSchema()).isEqualTo(Schema.BYTES_SCHEMA);
    assertThat((byte[]) file.value()).isEqualTo(BYTES);
    assertThat(header(file, "connectwise.file.name")).isEqualTo("a b.bin");
    assertThat(header(file, "connectwise.content.type")).isEqualTo("application/x-thing");
    assertThat(header(file, "connectwise.operation.id"))
        .isEqualTo("getSystemDocumentsByIdDownload");
  }

  /** Files need no schema.mode=json for it, and the heartbeats between them are bytes as well. */
  @Test
  void aByteArrayConverterGetsBytesFromHeartbeatsToo() throws InterruptedException {
    source.set("heartbeat.topic", "heartbeats").set("heartbeat.interval.ms", "1000");
    source.set("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");

    source.start().pollUntil(() -> !source.of("heartbeats").isEmpty());

    assertThat(source.of("heartbeats"))
        .allMatch(record -> record.valueSchema().equals(Schema.BYTES_SCHEMA));
  }

  @Test
  void invoicesImagesAndTheUploadSampleAreFilesToo() throws InterruptedException {
    source.set("options", "{\"id\": 7}").set("queries", "pdf,image,page");
    source.set("query.pdf.operation.id", "getFinanceInvoicesByIdPdf");
    source.set("query.image.operation.id", "getSystemMembersByIdImage");
    source.set("query.page.operation.id", "getSystemDocumentsUploadsample");
    source.set("query.page.options", "{}");

    List<SourceRecord> files = source.start().pollUntil(3);

    assertThat(files)
        .extracting(file -> header(file, "connectwise.content.type"))
        .containsExactlyInAnyOrder("application/pdf", "image/png", "text/html");
    assertThat(files).allMatch(file -> file.value() instanceof byte[]);
    assertThat(source.keys()).containsExactlyInAnyOrder(7L, 7L, null);
  }

  @Test
  void anEmptyDocumentIsNoRecord() throws InterruptedException {
    simulator.store().file(PATH, new StoredFile("a", "application/pdf", new byte[0]));

    source.start().pollOn(3);

    assertThat(source.records()).isEmpty();
    assertThat(simulator.requests().count(PATH)).isEqualTo(1);
  }

  @Test
  void aLoginPageIsNoDocument() {
    simulator.faults().add(Fault.of("htmlPage"));
    source.start();

    assertThatThrownBy(() -> source.pollOn(10))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(PATH + " → 200 \"Received text/html instead of a file");
  }

  @Test
  void aDocumentThatIsTooLargeIsAnErrorThatNamesTheKey() {
    simulator.store().file(PATH, new StoredFile("a", "application/pdf", new byte[3_000_000]));
    source.set("http.response.max.bytes", "2000000").start();

    assertThatThrownBy(() -> source.pollOn(10))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("The answer is larger than 2000000 bytes")
        .hasMessageContaining("Raise http.response.max.bytes.");
  }

  @Test
  void validationAsksForADocumentWithoutReadingIt() {
    source.set("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    simulator.store().file(PATH, new StoredFile("a", "text/plain", "x".repeat(99).getBytes(UTF_8)));
    source.set("http.response.max.bytes", "2000000");

    assertThat(SourceConfig.validate(source.properties(), Catalog.load()).configValues())
        .allSatisfy(value -> assertThat(value.errorMessages()).isEmpty());
    assertThat(simulator.requests().count(PATH)).isEqualTo(1);
  }

  @Test
  void documentsOfAListComeAndOneThatIsGoneOrTooLargeDoesNotStopTheOthers()
      throws InterruptedException {
    ItemCollection documents = simulator.store().collection("/system/documents");
    for (String wanted : List.of("1", "2", "999", "4")) {
      documents.put(new ObjectMapper().createObjectNode().put("title", wanted));
    }
    simulator
        .store()
        .file(
            "/system/documents/2/download",
            new StoredFile("large", "application/pdf", new byte[3_000_000]));
    simulator.clock().advance(Duration.ofSeconds(5));
    source.set("http.response.max.bytes", "2000000").set("queries", "list,files");
    source.set("query.list.operation.id", "getSystemDocuments");
    source.set("query.list.options", "{\"recordType\": \"Ticket\", \"recordId\": 7}");
    source.set("query.files.parent", "list").set("query.files.topic", "files");
    source.set("query.files.options", "{\"id\": \"${parent.title}\"}");

    source.start().pollUntil(6);
    source.pollOn(3);

    assertThat(source.records())
        .filteredOn(record -> record.topic().equals("files"))
        .extracting(record -> record.key())
        .containsExactly(Map.of("parentId", 1L, "id", 1L), Map.of("parentId", 4L, "id", 4L));
    assertThat(source.records())
        .filteredOn(record -> record.topic().equals("connectwise.system.documents"))
        .hasSize(4);
  }
}
