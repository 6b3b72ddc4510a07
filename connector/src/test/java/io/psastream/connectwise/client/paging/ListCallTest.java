package io.psastream.connectwise.client.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.Calls;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The call of a page, made from the call of its list. */
class ListCallTest {

  private static Map<String, String> page(ListCall list) {
    return list.page(10, Optional.empty(), Map.of(), Map.of()).query();
  }

  private static ListCall tickets(Map<String, String> options) {
    return new ListCall(Calls.tickets(options), Optional.empty(), "");
  }

  @Test
  void joinsTheConditionsOfTheUserTheWindowAndThePage() {
    ListCall list =
        new ListCall(Calls.tickets(Map.of("Conditions", "a=1 or b=2")), Optional.of("c=3"), "");

    Call call = list.page(10, Optional.of("id > 5"), Map.of("page", "2"), Map.of("x", "y"));

    assertThat(call.query())
        .isEqualTo(
            Map.of("conditions", "(a=1 or b=2) AND c=3 AND id > 5", "pageSize", "10", "page", "2"));
    assertThat(call.headers()).isEqualTo(Map.of("x", "y"));
  }

  @Test
  void aPageLeavesTheListAsItIs() {
    ListCall list = tickets(Map.of());

    list.page(10, Optional.of("id > 5"), Map.of("page", "2"), Map.of());

    assertThat(page(list)).isEqualTo(Map.of("pageSize", "10"));
  }

  @Test
  void aPageOfASearchLeavesTheBodyOfTheListAsItIs() {
    ListCall list =
        new ListCall(
            new Call(
                Calls.operation("postServiceTicketsSearch"),
                Map.of(),
                Map.of(),
                Map.of(),
                Optional.of(Calls.tree("{\"conditions\":\"a=1\"}"))),
            Optional.empty(),
            "");

    Call first = list.page(10, Optional.of("id > 5"), Map.of(), Map.of());
    Call second = list.page(10, Optional.of("id > 9"), Map.of(), Map.of());

    assertThat(first.body()).contains(Calls.tree("{\"conditions\":\"(a=1) AND id > 5\"}"));
    assertThat(second.body()).contains(Calls.tree("{\"conditions\":\"(a=1) AND id > 9\"}"));
    assertThat(second.query()).isEqualTo(Map.of("pageSize", "10"));
  }

  @Test
  void addsFieldsOnlyToThoseThatTheUserSelected() {
    ListCall all = tickets(Map.of());
    ListCall some = tickets(Map.of("fields", "summary"));
    all.requireField("board");
    some.requireField("board");
    some.requireField("SUMMARY");

    assertThat(page(all)).doesNotContainKey("fields");
    assertThat(page(some)).containsEntry("fields", "summary,_info,id,board");
  }

  @Test
  void selectsOneFieldWhereTheOperationLetsFieldsBeSelected() {
    ListCall tickets = tickets(Map.of("fields", "summary"));
    ListCall withoutFields =
        new ListCall(
            Call.of(Calls.operation("postCompanyConfigurations"), Map.of(), Map.of()),
            Optional.empty(),
            "");
    tickets.selectOnly("id");
    withoutFields.selectOnly("id");

    assertThat(page(tickets)).containsEntry("fields", "id");
    assertThat(page(withoutFields)).doesNotContainKey("fields");
  }

  @Test
  void refusesPagingParametersInAnyCase() {
    assertThatThrownBy(() -> tickets(Map.of("PAGEID", "5")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\"PAGEID\" is a paging parameter: leave it out, the connector sets it (see"
                + " page.size).");
  }
}
