package io.psastream.connectwise.catalog;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.Operation.ItemTraits;
import io.psastream.connectwise.catalog.Operation.Parameter;
import io.psastream.connectwise.catalog.Operation.Siblings;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogTest {

  /** Ids that do not follow from method and path: the specification garbled their paths. */
  private static final Set<String> UNRULY_IDS =
      Set.of(
          "getSystemMembersmemberIdentifierregextypes",
          "getSystemInfoMembersmemberIdentifierregextypes",
          "postFinanceAgreementsByIdCopy",
          "patchProcurementCatalogByParentIdVendorsByIdById");

  private final Catalog catalog = Catalog.load();

  @Test
  void knowsEveryOperationOrderedByPathAndMethod() {
    assertThat(catalog.operations())
        .hasSize(3_091)
        .isSortedAccordingTo(
            Comparator.comparing((Operation operation) -> operation.path().toString())
                .thenComparing(Operation::method));
    assertThat(catalog.operations()).extracting(Operation::id).doesNotHaveDuplicates();
  }

  @Test
  void namesOperationsByMethodAndPath() {
    Set<String> unruly =
        catalog.operations().stream()
            .filter(operation -> !operation.id().equals(ruledId(operation)))
            .map(Operation::id)
            .collect(toSet());

    assertThat(unruly).isEqualTo(UNRULY_IDS);
  }

  private static String ruledId(Operation operation) {
    StringBuilder id = new StringBuilder(operation.method().name().toLowerCase(Locale.ROOT));
    for (String segment : operation.path().toString().substring(1).split("/", -1)) {
      if (!segment.isEmpty()) {
        String name = segment.replaceAll("[{}]", "");
        id.append(segment.startsWith("{") ? "By" : "")
            .append(Character.toUpperCase(name.charAt(0)))
            .append(name.substring(1));
      }
    }
    return id.toString();
  }

  @Test
  void tellsWhatAListOfTicketsTakesAndGives() {
    Operation tickets = catalog.operation("getServiceTickets");

    assertThat(tickets.method()).isEqualTo(HttpMethod.GET);
    assertThat(tickets.path()).hasToString("/service/tickets");
    assertThat(tickets.pathParameters()).isEmpty();
    assertThat(tickets.queryParameters())
        .contains(new Parameter("conditions", "string", false))
        .extracting(Parameter::name)
        .containsExactly(
            "conditions",
            "childConditions",
            "customFieldConditions",
            "orderBy",
            "fields",
            "page",
            "pageSize",
            "pageId");
    assertThat(tickets.body()).isEqualTo(BodyKind.NONE);
    assertThat(tickets.answer()).isEqualTo(AnswerKind.LIST);
    assertThat(tickets.item()).contains("Ticket");
    assertThat(tickets.traits()).isEqualTo(new ItemTraits(true, true, true));
    assertThat(tickets.siblings())
        .isEqualTo(
            new Siblings(
                Optional.of("getServiceTickets"),
                Optional.of("getServiceTicketsCount"),
                Optional.of("getServiceTicketsById"),
                Optional.of("postServiceTickets"),
                Optional.of("putServiceTicketsById"),
                Optional.of("patchServiceTicketsById"),
                Optional.of("deleteServiceTicketsById")));
  }

  @Test
  void tellsWhatAWriteTakesAndGives() {
    Operation patch = catalog.operation("patchServiceTicketsById");
    assertThat(patch.body()).isEqualTo(BodyKind.JSON_PATCH);
    assertThat(patch.pathParameters()).containsExactly(new Parameter("id", "integer", true));
    assertThat(patch.queryParameters()).isEmpty();
    assertThat(patch.answer()).isEqualTo(AnswerKind.SINGLE);

    Operation create = catalog.operation("postServiceTickets");
    assertThat(create.body()).isEqualTo(BodyKind.OBJECT);
    assertThat(create.bodyItem()).contains("Ticket");

    assertThat(catalog.operation("postCompanyConfigurationsBulk").body()).isEqualTo(BodyKind.ARRAY);
    assertThat(catalog.operation("postSystemDocuments").body()).isEqualTo(BodyKind.MULTIPART);
    assertThat(catalog.operation("deleteServiceTicketsById").answer()).isEqualTo(AnswerKind.BLANK);
  }

  @ParameterizedTest
  @CsvSource({
    "getServiceTicketsCount, COUNT",
    "getScheduleCalendarsCount, COUNT",
    "getFinanceInvoicesByIdPdf, BINARY",
    "getSystemDocumentsUploadsample, HTML",
    "getSystemReportsByReportName, REPORT",
    "postFinanceAgreementsByIdInvoice, SINGLE",
    "getSystemInfo, SINGLE",
    "getSystemAudittrail, LIST",
  })
  void tellsWhatOddOperationsAnswer(String id, AnswerKind answer) {
    assertThat(catalog.operation(id).answer()).isEqualTo(answer);
  }

  @Test
  void tellsWhichItemsCarryNoId() {
    assertThat(catalog.operation("getSystemAudittrail").traits()).isEqualTo(ItemTraits.NONE);
  }

  @Test
  void offersQueryParametersBesideThoseOfEveryList() {
    assertThat(catalog.operation("getSystemDocuments").queryParameters())
        .hasSize(10)
        .contains(
            new Parameter("recordType", "string", false),
            new Parameter("recordId", "integer", false));
  }

  @Test
  void requiresTheParameterWithoutWhichADeleteWouldTakeEverything() {
    assertThat(
            catalog
                .operation("deleteProcurementPurchaseordersByParentIdLineitems")
                .queryParameters())
        .containsExactly(new Parameter("id", "integer", true));
  }

  @Test
  void givesEveryPathParameterItsType() {
    for (Operation operation : catalog.operations()) {
      assertThat(operation.pathParameters())
          .as(operation.id())
          .extracting(Parameter::name)
          .isEqualTo(operation.path().parameters());
      assertThat(operation.pathParameters())
          .as(operation.id())
          .allMatch(Parameter::required)
          .extracting(Parameter::type)
          .isSubsetOf("integer", "string");
    }
  }

  @Test
  void knowsNoSiblingsOfAnAction() {
    assertThat(catalog.operation("postServiceTicketsByIdCopy").siblings()).isEqualTo(Siblings.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "getProcurementSubcategoriesById, getProcurementSubcategories", // Listed under a final slash.
    "getCompanyContactsTypesCountInfo, getCompanyContactsTypesInfo",
    "postServiceTicketsSearch, getServiceTickets",
    "getSystemMembersmemberIdentifierregextypes, getSystemMembers",
  })
  void findsTheListOfAResourceUnderEveryFormOfItsPath(String id, String list) {
    assertThat(catalog.operation(id).siblings().list()).contains(list);
  }

  @Test
  void takesTheIdForTheKeyOfAResourceThatHasSeveral() {
    assertThat(catalog.operation("getSystemMembers").siblings().get())
        .contains("getSystemMembersById");
  }

  @Test
  void namesOnlyOperationsAndSchemasThatItHas() {
    for (Operation operation : catalog.operations()) {
      Siblings siblings = operation.siblings();
      List.of(
              siblings.list(),
              siblings.count(),
              siblings.get(),
              siblings.create(),
              siblings.replace(),
              siblings.patch(),
              siblings.delete())
          .forEach(sibling -> sibling.ifPresent(catalog::operation));
      assertThat(operation.item().stream().flatMap(name -> catalog.schema(name).stream()))
          .hasSize(operation.item().isPresent() ? 1 : 0);
      assertThat(operation.bodyItem().stream().flatMap(name -> catalog.schema(name).stream()))
          .hasSize(operation.bodyItem().isPresent() ? 1 : 0);
    }
  }
}
