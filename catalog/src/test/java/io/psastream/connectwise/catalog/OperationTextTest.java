package io.psastream.connectwise.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.psastream.connectwise.catalog.Operation.AnswerKind;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.catalog.Operation.ItemTraits;
import io.psastream.connectwise.catalog.Operation.Parameter;
import io.psastream.connectwise.catalog.Operation.Siblings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations given as method and path instead of an id. */
class OperationTextTest {

  private final Catalog catalog = Catalog.load();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /service/tickets/{id}",
        "  get\t/service/tickets/{id} ",
        "GET service/tickets/{id}",
        "GET /Service/Tickets/{id}/",
        "GET /apis/3.0/service/tickets/{id}",
        "GET /v4_6_release/apis/3.0/service/tickets/{id}",
        "GET v2025_1/apis/3.0/service/tickets/{id}",
      })
  void meansTheOperationOfTheCatalogueWhereThereIsOne(String text) {
    assertThat(catalog.operation(text)).isSameAs(catalog.operation("getServiceTicketsById"));
  }

  @Test
  void choosesBetweenOperationsOfOneShapeByTheNameOfTheParameter() {
    assertThat(catalog.operation("GET /system/members/{id}").id())
        .isEqualTo("getSystemMembersById");
    assertThat(catalog.operation("GET /system/members/{memberIdentifier}").id())
        .isEqualTo("getSystemMembersmemberIdentifierregextypes");
  }

  @Test
  void keepsTheParameterNamesOfTheTextAndWhatTheCatalogueKnows() {
    Operation known = catalog.operation("patchServiceTicketsById");

    Operation renamed = catalog.operation("patch /service/tickets/{ticketId}");

    assertThat(renamed.id()).isEqualTo("PATCH /service/tickets/{ticketId}");
    assertThat(renamed.path()).hasToString("/service/tickets/{ticketId}");
    assertThat(renamed.pathParameters())
        .containsExactly(new Parameter("ticketId", "integer", true));
    assertThat(renamed)
        .usingRecursiveComparison()
        .ignoringFields("id", "path", "pathParameters")
        .isEqualTo(known);
  }

  @Test
  void assumesAListWithIdAndInfoOfANewCollection() {
    Operation widgets = catalog.operation("GET /company/{parentId}/widgets");

    assertThat(widgets.id()).isEqualTo("GET /company/{parentId}/widgets");
    assertThat(widgets.method()).isEqualTo(HttpMethod.GET);
    assertThat(widgets.pathParameters()).containsExactly(new Parameter("parentId", "string", true));
    assertThat(widgets.queryParameters())
        .isEqualTo(catalog.operation("getServiceTickets").queryParameters());
    assertThat(widgets.item()).isEmpty();
    assertThat(widgets.traits()).isEqualTo(new ItemTraits(true, true, false));
    assertThat(widgets.siblings()).isEqualTo(Siblings.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "GET /new/widgets, NONE, LIST",
    "GET /new/widgets/{id}, NONE, SINGLE",
    "GET /new/widgets/17, NONE, SINGLE",
    "GET /new/widgets/count, NONE, COUNT",
    "POST /new/widgets, OBJECT, SINGLE",
    "POST /new/widgets/search, OBJECT, LIST",
    "PUT /new/widgets/{id}, OBJECT, SINGLE",
    "PATCH /new/widgets/{id}, JSON_PATCH, SINGLE",
    "DELETE /new/widgets/{id}, NONE, BLANK",
  })
  void assumesOfANewOperationWhatTheApiDoesElsewhere(
      String text, BodyKind body, AnswerKind answer) {
    Operation operation = catalog.operation(text);

    assertThat(operation.body()).isEqualTo(body);
    assertThat(operation.answer()).isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource({
    "/service/tickets, a method and a path",
    "GET, OperationId",
    "GET /a b, a method and a path",
    "HEAD /service/tickets, 'GET, POST, PUT, PATCH, DELETE'",
    "GET https://api-na.myconnectwise.net/v4_6_release/apis/3.0/service/tickets, not a URL",
    "GET /service/tickets?pageSize=5, options",
    "GET /service//tickets, a segment is empty",
    "GET /service/../tickets, dot segment",
    "GET /service/tickets#1, characters",
    "GET /service/tickets/{id, closing one",
    "GET /, a segment is empty",
  })
  void saysWhatIsWrongWithATextThatIsNoOperation(String text, String problem) {
    assertThatExceptionOfType(UnknownOperationException.class)
        .isThrownBy(() -> catalog.operation(text))
        .withMessageContaining("\"" + text + "\"")
        .withMessageContaining(problem);
  }
}
