package io.psastream.connectwise.sink.mapping;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.Fixtures.routes;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.sink.Fixtures;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class RecordRouterTest {

  private static final String PATCH = "patchServiceTicketsById";
  private static final String DELETE = "deleteServiceTicketsById";

  @Test
  void turnsAnObjectIntoReplacementsAndLeavesTheIdOfThePathOut() {
    Mapping mapping =
        map(
            record(
                5L, "{\"id\":5,\"summary\":\"no mail\",\"company\":{\"id\":2},\"contact\":null}"),
            "mutate.operation.id",
            PATCH,
            "options",
            "{\"id\":\"${key}\"}",
            "null.behavior",
            "clear");

    Call call = onlyCall(mapping);
    assertThat(call.operation().id()).isEqualTo(PATCH);
    assertThat(call.path()).containsExactly(Map.entry("id", "5"));
    assertThat(call.query()).isEmpty();
    assertThat(call.body().orElseThrow().toString())
        .isEqualTo(
            "[{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"no mail\"},"
                + "{\"op\":\"replace\",\"path\":\"company\",\"value\":{\"id\":2}},"
                + "{\"op\":\"replace\",\"path\":\"contact\",\"value\":null}]");
  }

  @Test
  void saysNothingOfNullsUnlessTheyClear() {
    SinkRecord record =
        record("5", "{\"summary\":\"x\",\"contact\":null,\"company\":{\"id\":1,\"name\":null}}");

    assertThat(
            onlyCall(map(record, "mutate.operation.id", PATCH, "options", "{\"id\":\"${key}\"}"))
                .body()
                .orElseThrow())
        .hasToString(
            "[{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"x\"},"
                + "{\"op\":\"replace\",\"path\":\"company\",\"value\":{\"id\":1}}]");
  }

  @Test
  void leavesTheFieldThatAPathParameterIsTakenFromOutOfTheBody() {
    Mapping mapping =
        map(
            record(null, Map.of("ticketId", 5, "text", "done")),
            "mutate.operation.id",
            "postServiceTicketsByParentIdNotes",
            "options",
            "{\"parentId\":\"${value.ticketId}\"}");

    Call call = onlyCall(mapping);
    assertThat(call.path()).containsEntry("parentId", "5");
    assertThat(call.body().orElseThrow().toString()).isEqualTo("{\"text\":\"done\"}");
  }

  @Test
  void omitsNullsOfACreateAndKeepsThemInAReplacement() {
    SinkRecord record =
        record("5", "{\"summary\":\"x\",\"company\":{\"id\":1,\"name\":null},\"a\":null}");

    assertThat(
            onlyCall(map(record, "mutate.operation.id", "postServiceTickets")).body().orElseThrow())
        .hasToString("{\"summary\":\"x\",\"company\":{\"id\":1}}");
    assertThat(
            onlyCall(
                    map(
                        record,
                        "mutate.operation.id",
                        "putServiceTicketsById",
                        "options",
                        "{\"id\":\"${key}\"}",
                        "null.behavior",
                        "clear"))
                .body()
                .orElseThrow())
        .hasToString("{\"summary\":\"x\",\"company\":{\"id\":1,\"name\":null},\"a\":null}");
  }

  @Test
  void givesOneCallForEachElementOfAnArrayInOrder() {
    Mapping mapping =
        map(
            record(
                "acme",
                "{\"board\":\"b\",\"tickets\":[{\"id\":1,\"summary\":\"a\"},{\"id\":2,\"summary\":\"b\"}]}"),
            "mutate.operation.id",
            PATCH,
            "items",
            "${value.tickets}",
            "options",
            "{\"id\":\"${item.id}\"}");

    List<Call> calls = ((Mapping.Changes) mapping).changes().stream().map(Change::call).toList();
    assertThat(calls).extracting(call -> call.path().get("id")).containsExactly("1", "2");
    assertThat(calls.get(1).body().orElseThrow())
        .hasToString("[{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"b\"}]");
  }

  @Test
  void letsTheValueOfTheRecordBeSeenFromAnElement() {
    Mapping mapping =
        map(
            record("k", "{\"ticket\":9,\"notes\":[{\"text\":\"a\"}]}"),
            "mutate.operation.id",
            "postServiceTicketsByParentIdNotes",
            "items",
            "${value.notes}",
            "options",
            "{\"parentId\":\"${value.ticket}\"}");

    assertThat(onlyCall(mapping).path()).containsEntry("parentId", "9");
  }

  @Test
  void namesTheElementThatCannotBeSent() {
    Mapping mapping =
        map(
            record("k", "[{\"id\":1,\"summary\":\"a\"},{\"summary\":\"b\"}]"),
            "mutate.operation.id",
            PATCH,
            "options",
            "{\"id\":\"${item.id}\"}");

    assertThat(mapping)
        .isEqualTo(
            new Mapping.Unmappable(
                "item 2 of 2: the record has no field \"id\" for the expression ${item.id}"));
  }

  @Test
  void ignoresAnEmptyArray() {
    assertThat(map(record("k", "[]"), "mutate.operation.id", "postServiceTickets"))
        .isInstanceOf(Mapping.Ignored.class);
  }

  @Test
  void letsAnArrayOfOperationsThroughAsOneCall() {
    Mapping mapping =
        map(
            record(
                "5",
                "[{\"op\":\"Replace\",\"path\":\"/summary\",\"value\":\"x\"},"
                    + "{\"op\":\"remove\",\"path\":\"communicationItems/0\"}]"),
            "mutate.operation.id",
            PATCH,
            "options",
            "{\"id\":\"${key}\"}");

    assertThat(onlyCall(mapping).body().orElseThrow())
        .hasToString(
            "[{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"x\"},"
                + "{\"op\":\"remove\",\"path\":\"communicationItems/0\"}]");
  }

  @Test
  void sendsAnArrayAsOneBodyWhereTheOperationTakesOne() {
    String bulk = "postCompanyConfigurationsBulk";

    assertThat(
            onlyCall(
                    map(
                        record("k", "[{\"name\":\"a\"},{\"name\":\"b\"}]"),
                        "mutate.operation.id",
                        bulk))
                .body()
                .orElseThrow())
        .hasToString("[{\"name\":\"a\"},{\"name\":\"b\"}]");
    assertThat(
            onlyCall(map(record("k", "{\"name\":\"a\"}"), "mutate.operation.id", bulk))
                .body()
                .orElseThrow())
        .hasToString("[{\"name\":\"a\"}]");
  }

  @Test
  void takesADeleteAsMutateOperation() {
    Call call =
        onlyCall(
            map(
                record(null, Map.of("id", 5)),
                "mutate.operation.id",
                DELETE,
                "options",
                "{\"id\":\"${value.id}\"}"));

    assertThat(call.path()).containsEntry("id", "5");
    assertThat(call.body()).isEmpty();
  }

  @Test
  void turnsATombstoneIntoTheDeleteOperation() {
    Call call =
        onlyCall(
            map(
                record("{\"id\":5}", null),
                "mutate.operation.id",
                "postServiceTickets",
                "delete.operation.id",
                DELETE,
                "options",
                "{\"id\":\"${key.id}\"}"));

    assertThat(call.operation().id()).isEqualTo(DELETE);
    assertThat(call.path()).containsExactly(Map.entry("id", "5"));
  }

  @Test
  void rejectsOrIgnoresATombstoneWithoutADeleteOperation() {
    SinkRecord tombstone = record("5", null);

    assertThat(map(tombstone, "mutate.operation.id", "postServiceTickets"))
        .isEqualTo(
            new Mapping.Unmappable(
                "it has no value; set delete.operation.id to delete the item, or"
                    + " behavior.on.null.values=ignore"));
    assertThat(
            map(
                tombstone,
                "mutate.operation.id",
                "postServiceTickets",
                "behavior.on.null.values",
                "Ignore"))
        .isInstanceOf(Mapping.Ignored.class);
  }

  @Test
  void rejectsAValueWhereOnlyTombstonesAreExpected() {
    assertThat(
            map(record("5", "{}"), "delete.operation.id", DELETE, "options", "{\"id\":\"${key}\"}"))
        .isInstanceOfSatisfying(
            Mapping.Unmappable.class,
            rejected -> assertThat(rejected.reason()).contains("mutate.operation.id"));
  }

  private static Call onlyCall(Mapping mapping) {
    assertThat(mapping).isInstanceOf(Mapping.Changes.class);
    List<Call> calls = ((Mapping.Changes) mapping).changes().stream().map(Change::call).toList();
    assertThat(calls).hasSize(1);
    return calls.get(0);
  }

  private static Mapping map(SinkRecord record, String... properties) {
    return new RecordRouter(routes(properties), Fixtures.CATALOG).route(record);
  }
}
