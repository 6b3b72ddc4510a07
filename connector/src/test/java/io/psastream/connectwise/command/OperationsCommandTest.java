package io.psastream.connectwise.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** What a user of the command line sees. */
class OperationsCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return OperationsCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void listsEveryOperation() {
    assertThat(run("list")).isZero();
    assertThat(out.toString().lines())
        .hasSize(3_091)
        .contains("getServiceTickets  GET /service/tickets");
  }

  @Test
  void listsTheOperationsOfAModuleThatASinkCanDeleteWith() {
    assertThat(run("list", "--kind", "delete", "--module", "Service")).isZero();
    assertThat(out.toString().lines())
        .contains("deleteServiceTicketsById  DELETE /service/tickets/{id}")
        .allMatch(line -> line.contains("  DELETE /service/"));
  }

  @Test
  void searchesForAllWordsWhateverTheirCase() {
    assertThat(run("search", "TICKETS", "count", "get")).isZero();
    assertThat(out.toString().lines())
        .contains("getServiceTicketsCount  GET /service/tickets/count")
        .allMatch(line -> line.toLowerCase(java.util.Locale.ROOT).contains("tickets"));
  }

  @Test
  void saysByItsExitCodeThatNothingMatches() {
    assertThat(run("search", "unicorn")).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void showsParametersBodyAnswerAndTheOtherOperationsOfTheResource() {
    assertThat(run("show", "postservicetickets")).isZero();
    assertThat(out.toString().lines())
        .startsWith("postServiceTickets", "POST /service/tickets")
        .contains(
            "Body: Ticket",
            "  summary  string  required",
            "  company  CompanyReference",
            "Answer: Ticket")
        .anyMatch(
            line -> line.startsWith("Same resource: ") && line.contains("getServiceTickets,"));
    assertThat(out.toString()).doesNotContain("pageSize");
  }

  @Test
  void showsTheTypesOfPathAndQueryParametersWithoutThoseOfPaging() {
    assertThat(run("show", "getServiceTicketsByParentIdNotes")).isZero();
    assertThat(out.toString().lines())
        .contains("  parentId (integer, required)", "  conditions (string)")
        .noneMatch(line -> line.contains("page"));
  }

  @Test
  void namesTheNearestIdsForOneThatDoesNotExist() {
    assertThat(run("show", "getServiceTikets")).isEqualTo(2);
    assertThat(err.toString()).contains("getServiceTickets").doesNotContain("\tat ");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void writesAConfigurationWithComments() throws IOException {
    assertThat(run("template", "getServiceTicketsByParentIdNotes")).isZero();

    JsonNode config = new ObjectMapper().readTree(out.toString()).path("config");
    assertThat(config.path("operation.id").asText()).isEqualTo("getServiceTicketsByParentIdNotes");
    assertThat(config.path("options").asText()).isEqualTo("{\"parentId\":\"<parentId: integer>\"}");
    assertThat(config.path("// options").asText())
        .contains("conditions (string)")
        .doesNotContain("orderBy");
  }

  @Test
  void writesAConfigurationAsPropertiesAndWithoutComments() throws IOException {
    assertThat(run("template", "patchServiceTicketsById", "--format", "properties", "--plain"))
        .isZero();

    Properties config = new Properties();
    config.load(new StringReader(out.toString()));
    assertThat(config)
        .containsEntry("mutate.operation.id", "patchServiceTicketsById")
        .containsEntry("options", "{\"id\":\"${key}\"}");
    assertThat(out.toString()).doesNotContain("#").doesNotContain("//  ");
  }
}
