package io.psastream.connectwise.sink.mapping;

import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.Fixtures.routes;
import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.sink.Fixtures;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** Records that name their operation in a header. */
class OperationPerRecordTest {

  private final RecordRouter mapper =
      new RecordRouter(
          routes(
              "mutate.operation.id",
              "patchServiceTicketsById",
              "operation.header",
              "op",
              "operation.allowed",
              "postServiceTickets, PUTSERVICETICKETSBYID, deleteServiceTicketsById",
              "options",
              "{\"id\":\"${key}\"}"),
          Fixtures.CATALOG);

  @Test
  void callsTheOperationThatTheHeaderNamesWhateverItsCase() {
    Call call = onlyCall(record("5", "{\"summary\":\"x\"}"), "putServiceTicketsbyid ");

    assertThat(call.operation().id()).isEqualTo("putServiceTicketsById");
    assertThat(call.path()).isEqualTo(Map.of("id", "5"));
    assertThat(call.body().orElseThrow()).hasToString("{\"summary\":\"x\"}");
  }

  @Test
  void givesEachOperationTheOptionsThatItTakes() {
    Call call = onlyCall(record("5", "{\"summary\":\"x\"}"), "postServiceTickets");

    assertThat(call.path()).isEmpty();
    assertThat(call.query()).isEmpty();
  }

  @Test
  void deletesWithOrWithoutAValueWhenTheHeaderSaysSo() {
    assertThat(onlyCall(record("5", "{\"id\":5}"), "deleteServiceTicketsById"))
        .isEqualTo(onlyCall(record("5", null), "deleteServiceTicketsById"));
  }

  @Test
  void sendsWhatAValueSaysToADeleteSinceTheApiMayTakeIt() {
    assertThat(
            onlyCall(record("5", "{\"id\":5,\"reason\":\"x\"}"), "deleteServiceTicketsById").body())
        .hasToString("Optional[{\"reason\":\"x\"}]");
  }

  @Test
  void fallsBackToTheOperationOfTheRouteWithoutTheHeader() {
    assertThat(onlyCall(record("5", "{\"summary\":\"x\"}"), null).operation().id())
        .isEqualTo("patchServiceTicketsById");
    assertThat(onlyCall(record("5", "{\"summary\":\"x\"}"), " ").operation().id())
        .isEqualTo("patchServiceTicketsById");
  }

  @Test
  void rejectsAnOperationThatIsNotAllowedNamingTheHeaderAndNotWhatItHolds() {
    assertThat(map(record("5", "{\"summary\":\"x\"}"), "patchServiceTicketsById"))
        .isEqualTo(
            new Mapping.Unmappable(
                "its header \"op\" names an operation that operation.allowed does not list"));
  }

  @Test
  void rejectsARecordWithoutAValueForAnOperationThatNeedsOne() {
    assertThat(map(record("5", null), "postServiceTickets"))
        .isEqualTo(new Mapping.Unmappable("it has no value, and postServiceTickets needs one"));
  }

  private Mapping map(SinkRecord record, String operation) {
    if (operation != null) {
      record.headers().add("op", operation, Schema.STRING_SCHEMA);
    }
    return mapper.route(record);
  }

  private Call onlyCall(SinkRecord record, String operation) {
    List<Call> calls =
        ((Mapping.Changes) map(record, operation)).changes().stream().map(Change::call).toList();
    assertThat(calls).hasSize(1);
    return calls.get(0);
  }
}
