package io.psastream.connectwise.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.ItemSchema.Field;
import org.junit.jupiter.api.Test;

/** The schemas of the catalogue. */
class ItemSchemaTest {

  private final Catalog catalog = Catalog.load();

  @Test
  void listsFieldsInTheOrderOfTheSpecification() {
    ItemSchema ticket = catalog.schema("Ticket").orElseThrow();

    assertThat(ticket.name()).isEqualTo("Ticket");
    assertThat(ticket.fields())
        .startsWith(
            new Field("id", "integer", false, false), new Field("summary", "string", false, true))
        .contains(
            new Field("company", "CompanyReference", false, true),
            new Field("requiredDate", "datetime", false, false),
            new Field("budgetHours", "number", false, false),
            new Field("allowAllClientsPortalView", "boolean", false, false),
            new Field("customFields", "CustomFieldValue", true, false),
            new Field("_info", "map", false, false));
  }

  @Test
  void leavesWhatHasNoFixedTypeFree() {
    assertThat(catalog.schema("CustomFieldValue").orElseThrow().fields())
        .contains(new Field("value", "object", false, false));
    assertThat(catalog.schema("ReportDataResponse").orElseThrow().fields())
        .contains(new Field("row_values", "object", true, false));
  }

  @Test
  void hasTheSchemaOfEveryReference() {
    for (Operation operation : catalog.operations()) {
      operation
          .item()
          .flatMap(catalog::schema)
          .ifPresent(
              schema ->
                  assertThat(schema.fields())
                      .as(schema.name())
                      .allMatch(
                          field -> isBuiltIn(field) || catalog.schema(field.type()).isPresent()));
    }
  }

  private static boolean isBuiltIn(Field field) {
    return switch (field.type()) {
      case "string", "boolean", "integer", "long", "number", "datetime", "object", "map" -> true;
      default -> false;
    };
  }

  @Test
  void knowsNoSchemaOfAnotherName() {
    assertThat(catalog.schema("Tikcet")).isEmpty();
    assertThat(catalog.schema("ticket")).isEmpty();
  }
}
