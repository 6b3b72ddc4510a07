package io.psastream.connectwise.data.typed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apicurio.registry.utils.converter.avro.AvroData;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Bodies;
import io.psastream.connectwise.client.Item;
import io.psastream.connectwise.data.SchemaNames;
import io.psastream.connectwise.data.typed.TypedForm.Unknown;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;

/** Every list of the API as typed values, and through the converters. */
class EveryListTest {

  private static final TypedForm COLLECT =
      new TypedForm(Unknown.COLLECT, true, List.of(), Optional.empty());

  private final Samples samples = new Samples(7);
  private final JsonConverter json = new JsonConverter();
  private final AvroData avro = new AvroData(1_000);

  EveryListTest() {
    json.configure(Map.of("schemas.enable", true), false);
  }

  private static List<Operation> lists() {
    return Samples.CATALOG.operations().stream()
        .filter(each -> each.method() == HttpMethod.GET && each.answer().paged())
        .toList();
  }

  @Test
  void givesEveryItemASchemaThatHoldsItAndComesBackFromAvroAndJson() throws IOException {
    assertThat(lists().size()).isEqualTo(688);
    for (Operation list : lists()) {
      ObjectNode sent = samples.item(list);
      Struct item = read(list, list.answer() == AnswerKind.REPORT ? report() : sent);

      item.validate();
      if (list.answer() == AnswerKind.LIST) {
        assertThat(Restored.item(item)).as(list.id()).isEqualTo(Restored.normal(sent));
        assertThat(item.getMap(SchemaNames.EXTRA)).as(list.id()).isNull();
      }
      assertThat(throughJson(item)).as(list.id()).isEqualTo(item);
      assertThat(throughAvro(item)).as(list.id()).isEqualTo(item);
    }
  }

  private static Struct read(Operation list, JsonNode body) throws IOException {
    return (Struct) items(list, body.toString()).get(0).content();
  }

  private static List<Item> items(Operation list, String json) throws IOException {
    return Bodies.structs(new TypedDecoder(Samples.CATALOG, list, COLLECT), json);
  }

  private static JsonNode report() throws IOException {
    return Restored.JSON.readTree(
        "{\"column_definitions\":[{\"A\":{}},{\"B\":{}}],\"row_values\":[[1.50,null]]}");
  }

  private Struct throughJson(Struct item) {
    byte[] bytes = json.fromConnectData("topic", item.schema(), item);
    return (Struct) json.toConnectData("topic", bytes).value();
  }

  private Struct throughAvro(Struct item) throws IOException {
    org.apache.avro.Schema schema = avro.fromConnectSchema(item.schema());
    // As a registry stores it: a name that meant two things would not be read again.
    org.apache.avro.Schema stored = new org.apache.avro.Schema.Parser().parse(schema.toString());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<>(schema).write(avro.fromConnectData(item.schema(), item), encoder);
    encoder.flush();
    Object read =
        new GenericDatumReader<>(stored)
            .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
    SchemaAndValue back = avro.toConnectData(stored, read);
    return (Struct) back.value();
  }
}
