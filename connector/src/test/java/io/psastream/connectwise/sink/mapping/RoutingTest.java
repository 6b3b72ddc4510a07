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

/** Which operation a record takes, and with which parameters. */
class RoutingTest {

  @Test
  void choosesTheRouteByTopicNameOrPattern() {
    RecordRouter mapper =
        new RecordRouter(
            routes(
                "routes",
                "tickets, companies",
                "route.tickets.topics",
                "psa.tickets",
                "route.tickets.mutate.operation.id",
                "postServiceTickets",
                "route.companies.topics.regex",
                "psa\\.comp.*",
                "route.companies.mutate.operation.id",
                "postCompanyCompanies"),
            Fixtures.CATALOG);

    assertThat(operationOf(mapper.route(on("psa.tickets")))).isEqualTo("postServiceTickets");
    assertThat(operationOf(mapper.route(on("psa.companies")))).isEqualTo("postCompanyCompanies");
    assertThat(mapper.route(on("other")))
        .isEqualTo(new Mapping.Unmappable("no route takes the topic other"));
  }

  @Test
  void fillsQueryParametersFromEveryPartOfTheRecord() {
    SinkRecord record = record("5", "{\"to\":{\"id\":8}}");
    record.headers().add("who", "me", Schema.STRING_SCHEMA);

    Call call =
        onlyCall(
            map(
                record,
                "mutate.operation.id",
                "DELETE /company/newThings/{id}",
                "options",
                "{\"id\":\"${key}\",\"transferContactId\":\"${value.to.id}\",\"a\":true,"
                    + "\"b\":\"${header.who} ${topic}-${partition}@${offset} ${timestamp}\"}"));

    assertThat(call.query())
        .containsExactly(
            Map.entry("transferContactId", "8"),
            Map.entry("a", "true"),
            Map.entry("b", "me psa.tickets-0@7 1007"));
  }

  @Test
  void givesEachOperationTheQueryParametersThatItTakes() {
    RecordRouter mapper =
        new RecordRouter(
            routes(
                "mutate.operation.id",
                "postCompanyContacts",
                "delete.operation.id",
                "deleteCompanyContactsById",
                "options",
                "{\"id\":\"${key}\",\"transferContactId\":\"1\"}"),
            Fixtures.CATALOG);

    assertThat(onlyCall(mapper.route(record("5", "{\"firstName\":\"a\"}"))).query()).isEmpty();
    assertThat(onlyCall(mapper.route(record("5", null))).query()).containsKey("transferContactId");
  }

  private static SinkRecord on(String topic) {
    return new SinkRecord(topic, 0, null, "1", null, "{\"summary\":\"x\"}", 1);
  }

  private static String operationOf(Mapping mapping) {
    return onlyCall(mapping).operation().id();
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
