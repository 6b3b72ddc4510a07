package io.psastream.connectwise.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking up an OperationId, rightly and wrongly spelled. */
class UnknownOperationTest {

  private final Catalog catalog = Catalog.load();

  @ParameterizedTest
  @ValueSource(strings = {"getServiceTickets", "GETSERVICETICKETS", " getservicetickets\n"})
  void ignoresCaseAndBlanksAround(String id) {
    assertThat(catalog.operation(id).id()).isEqualTo("getServiceTickets");
  }

  @ParameterizedTest
  @CsvSource({
    "getServiceTicket, getServiceTickets",
    "getserviceticket, getServiceTickets",
    "getServicTikets, getServiceTickets",
    "getTickets, getServiceTickets",
    "getTickets, getProjectTickets",
    "patchServiceTicketById, patchServiceTicketsById",
    "getServiceTicketNotes, getServiceTicketsByParentIdNotes",
    "getAgreementAdditions, getFinanceAgreementsByParentIdAdditions",
    "getTimeEntry, getTimeEntries",
    "getCompanies, getCompanyCompanies",
    "deleteTicketById, deleteServiceTicketsById",
    "getServiceTicketsSearch, postServiceTicketsSearch",
    "tickets, getServiceTickets",
  })
  void suggestsWhatMayHaveBeenMeant(String mistyped, String meant) {
    assertThatExceptionOfType(UnknownOperationException.class)
        .isThrownBy(() -> catalog.operation(mistyped))
        .withMessageStartingWith("Unknown operation \"" + mistyped + "\". Did you mean ")
        .withMessageMatching(".* " + meant + "(,| or |\\?).*");
  }

  @Test
  void putsTheNearestFirstAndSuggestsThreeAtMost() {
    assertThat(NearestIds.of("getServiceTicket", catalog.operations()))
        .startsWith("getServiceTickets")
        .hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"xyz", "SELECT", "completelyDifferentThing"})
  void saysWhatIsExpectedWhenNothingIsNear(String id) {
    assertThatExceptionOfType(UnknownOperationException.class)
        .isThrownBy(() -> catalog.operation(id))
        .withMessageStartingWith("Unknown operation \"" + id + "\". Expected is an OperationId");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " \t"})
  void saysThatNoOperationIsNamed(String blank) {
    assertThatExceptionOfType(UnknownOperationException.class)
        .isThrownBy(() -> catalog.operation(blank))
        .withMessageStartingWith("No operation is named.");
  }

  /** A path of 5,000 segments overflowed the stack, and the nearest ids took seconds to find. */
  @Test
  void refusesWhatIsMuchTooLongAtOnce() {
    for (String unit : new String[] {"A", "x", "/a", "GET /a", " ", "GET /{a}", "{"}) {
      String text = "get" + unit.repeat(100_000 / unit.length());
      assertThatExceptionOfType(UnknownOperationException.class)
          .isThrownBy(() -> catalog.operation(text + "get"))
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }
  }
}
