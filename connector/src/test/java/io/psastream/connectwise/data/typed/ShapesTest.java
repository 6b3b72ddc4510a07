package io.psastream.connectwise.data.typed;

import static org.assertj.core.api.Assertions.assertThat;

import io.apicurio.registry.utils.converter.avro.AvroData;
import io.psastream.connectwise.catalog.ItemSchema;
import io.psastream.connectwise.catalog.ItemSchema.Field;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.data.SchemaNames;
import io.psastream.connectwise.data.typed.TypedForm.Unknown;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.junit.jupiter.api.Test;

/** Schemas that the catalogue does not have yet. */
class ShapesTest {

  private static final Operation TICKETS = Samples.CATALOG.operation("getServiceTickets");

  private static Schema schema(Map<String, List<Field>> schemas, String fields) {
    TypedForm form =
        new TypedForm(
            Unknown.DROP, true, List.of(), Optional.of(fields).filter(text -> !text.isEmpty()));
    return new Shapes(
            name -> Optional.ofNullable(schemas.get(name)).map(list -> new ItemSchema(name, list)),
            form)
        .item(TICKETS)
        .schema();
  }

  private static Field field(String name, String type) {
    return new Field(name, type, false, false);
  }

  @Test
  void cutsWhatGoesOnForEverAndGivesNoNameTwoMeanings() {
    Schema schema =
        schema(
            Map.of(
                "Ticket", List.of(field("id", "integer"), field("parent", "Ticket")),
                "Other", List.of(field("id", "integer"))),
            "");

    Schema at = schema;
    for (int level = 1; level < Shapes.DEEPEST; level++) {
      assertThat(at.type()).isEqualTo(Schema.Type.STRUCT);
      at = at.field("parent").schema();
    }
    assertThat(at.field("parent").schema().name()).isEqualTo(SchemaNames.JSON);
    // Avro refuses a name with two meanings when it reads the schema again.
    String avro = new AvroData(1).fromConnectSchema(schema).toString();
    assertThat(new org.apache.avro.Schema.Parser().parse(avro).getFullName())
        .isEqualTo("io.psastream.connectwise.Ticket");
  }

  @Test
  void narrowsWhatIsAskedForAndKeepsItsName() {
    Map<String, List<Field>> schemas =
        Map.of(
            "Ticket",
                List.of(
                    field("id", "integer"),
                    field("company", "Ref"),
                    field("site", "Ref"),
                    field("owner", "Ref"),
                    field("_info", "map")),
            "Ref", List.of(field("id", "integer"), field("name", "string"), field("_info", "map")));

    Schema schema = schema(schemas, "company/name, SITE ,site/id,,owner/id");

    assertThat(schema.fields())
        .extracting(org.apache.kafka.connect.data.Field::name)
        .containsExactly("id", "company", "site", "owner", "_info");
    for (String reference : List.of("company", "site", "owner")) {
      assertThat(schema.field(reference).schema().name()).endsWith(".Ref");
      assertThat(schema.field(reference).schema().fields())
          .as("what is asked for at all places together")
          .extracting(org.apache.kafka.connect.data.Field::name)
          .containsExactly("id", "name", "_info");
    }
    assertThat(schema(schemas, "company/name").field("company").schema().fields())
        .extracting(org.apache.kafka.connect.data.Field::name)
        .containsExactly("name", "_info");
  }

  @Test
  void takesAnObjectOfWhichNothingIsKnownForJson() {
    Schema schema =
        schema(Map.of("Ticket", List.of(field("recap", "Recap")), "Recap", List.<Field>of()), "");

    assertThat(schema.field("recap").schema().name()).isEqualTo(SchemaNames.JSON);
  }
}
