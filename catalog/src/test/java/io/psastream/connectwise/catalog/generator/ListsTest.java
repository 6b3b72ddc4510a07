package io.psastream.connectwise.catalog.generator;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares what the catalogue derives with what was found out about each list independently. */
class ListsTest {

  /** The file leaves these open; the catalogue knows more. */
  private static final Set<String> MORE_IS_KNOWN =
      Set.of(
          // Their counts are at /count/info.
          "getCompanyContactsTypesInfo",
          "getCompanyNoteTypesInfo",
          "getProcurementManufacturersInfo",
          "getSystemInOutTypesInfo",
          // Lists at the path of an item, so they are part of a resource.
          "getProcurementProductsByParentIdComponentsById",
          "getProcurementProductsByParentIdPickingShippingDetailsById",
          "getSalesOpportunitiesConversionsById",
          "getSalesOrdersConversionsById",
          "getSystemWorkflowsAttachmentsById",
          "getSystemWorkflowsNotifyTypesById");

  /** Typed as a list by the specification; the overlay says that it is a count. */
  private static final String MISTYPED = "getSalesOpportunitiesByParentIdNotesCount";

  /** Its items have an id that is text, by which no list can be read. */
  private static final String ID_OF_TEXT = "getSystemOffice365EmailSetupsByIdGetEmails";

  private final Catalog catalog = Catalog.load();

  @Test
  void countsOnlyNumbersAsIds() {
    assertThat(catalog.operation(ID_OF_TEXT).traits().id()).isFalse();
    assertThat(catalog.operation("getServiceTickets").traits().id()).isTrue();
  }

  @Test
  void derivesTraitsAndSiblingsOfEveryList() throws IOException {
    List<String> lines = Files.readAllLines(SharedFiles.file("lists.tsv"));

    assertThat(lines).hasSizeGreaterThan(600);
    for (String line : lines.subList(1, lines.size())) {
      List<String> columns = List.of(line.split("\t", -1));
      Operation list = catalog.operation(columns.get(0));
      if (!list.id().equals(MISTYPED) && !list.id().equals(ID_OF_TEXT)) {
        assertThat(traits(list)).as(list.id()).isEqualTo(columns.subList(4, 7));
      }
      if (!list.id().equals(MISTYPED) && !MORE_IS_KNOWN.contains(list.id())) {
        assertThat(siblings(list)).as(list.id()).isEqualTo(columns.subList(9, 15));
      }
    }
  }

  private static List<String> traits(Operation list) {
    return Stream.of(list.traits().id(), list.traits().info(), list.traits().customFields())
        .map(carried -> carried ? "y" : "n")
        .toList();
  }

  private static List<String> siblings(Operation list) {
    Operation.Siblings siblings = list.siblings();
    return Stream.<Optional<String>>of(
            siblings.count(),
            siblings.get(),
            siblings.create(),
            siblings.replace(),
            siblings.patch(),
            siblings.delete())
        .map(id -> id.orElse(""))
        .toList();
  }
}
