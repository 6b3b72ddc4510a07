package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.Answer;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.CallStats;
import io.psastream.connectwise.data.ConnectToJson;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.sink.body.PatchCheck;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.lane.Offsets;
import io.psastream.connectwise.sink.lane.Outcome;
import io.psastream.connectwise.sink.lane.PendingRecord;
import io.psastream.connectwise.sink.mapping.RecordRouter;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import io.psastream.connectwise.sink.report.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A dry run reads and writes nothing. */
@ExtendWith(SimulatorExtension.class)
class DryRunTest {

  private static final String[] UPSERT = {
    "mutate.operation.id", "postServiceTickets",
    "delete.operation.id", "deleteServiceTicketsById",
    "lookup.operation.id", "getServiceTickets",
    "lookup.conditions", "summary=\"${key}\"",
    "dry.run", "true"
  };

  private final List<String> sent = new ArrayList<>();

  @Test
  void looksUpAndReadsAndWritesNothing(Simulator simulator) {
    simulator.seed().tickets(3);
    String summary =
        simulator
            .store()
            .collection("/service/tickets")
            .get(2)
            .orElseThrow()
            .tree()
            .path("summary")
            .asText();
    try (SinkRig rig = SinkRig.start(simulator, UPSERT)) {
      rig.settle("no such", "{\"summary\":\"no such\",\"company\":{\"id\":1}}");
      rig.settle(summary, "{\"summary\":\"changed\",\"company\":{\"id\":1}}");
      rig.settle(summary, null);

      assertThat(rig.context.reported).isEmpty();
      assertThat(simulator.requests().recent())
          .hasSize(3)
          .allMatch(it -> it.method().equals("GET"));
      assertThat(simulator.store().collection("/service/tickets").items()).hasSize(3);
    }
  }

  @Test
  void tellsTheCallThatWouldHaveBeenSent() {
    assertThat(unsent("[]"))
        .isEqualTo("postServiceTickets {} {\"summary\":\"x\",\"company\":{\"id\":1}}");
    assertThat(unsent("[{\"id\":17}]"))
        .isEqualTo(
            "patchServiceTicketsById {id=17}"
                + " [{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"x\"},"
                + "{\"op\":\"replace\",\"path\":\"company\",\"value\":{\"id\":1}}]");
    assertThat(sent).containsExactly("getServiceTickets", "getServiceTickets");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"company\":{\"id\":1}}                   | summary: is required",
        "{\"summary\":\"x\",\"company\":1}          | company: expected an object, found a number",
        "{\"summary\":\"x\",\"company\":{\"id\":1},\"closedFlag\":\"no\"} | closedFlag: expected true"
            + " or false, found text",
        "{\"summary\":\"x\",\"company\":{\"id\":\"one\"}} | company/id: expected a whole number, found"
            + " text",
        "{\"summary\":{},\"company\":{\"id\":1}}    | summary: expected text, found an object",
        "{\"summary\":\"x\",\"company\":{\"id\":1},\"customFields\":{}} | customFields: expected an"
            + " array, found an object",
      })
  void saysWhatTheApiWouldRefuse(String value, String problem) {
    Mapping mapping =
        new RecordRouter(List.of(Fixtures.route(UPSERT)), Fixtures.CATALOG)
            .route(Fixtures.record("k", value));

    assertThat(mapping)
        .isEqualTo(new Mapping.Unmappable("postServiceTickets would not take it: " + problem));
  }

  private String unsent(String found) {
    Route route = Fixtures.route(UPSERT);
    SinkRecord record = Fixtures.record("x", "{\"summary\":\"x\",\"company\":{\"id\":1}}");
    Mapping.Changes mapped =
        (Mapping.Changes) new RecordRouter(List.of(route), Fixtures.CATALOG).route(record);
    PendingRecord pending =
        new PendingRecord(
            record, new Offsets().begin(record).orElseThrow(), route, mapped.changes());
    Outcome outcome =
        new RecordApplier(
                (call, permitted) -> answer(call, found),
                PatchCheck.of(List.of(route), Fixtures.CATALOG),
                new CreatedItems(System::nanoTime),
                Fixtures.lease(),
                System::nanoTime)
            .apply(pending);
    Reply reply = ((Outcome.Delivered) outcome).replies().get(0);
    assertThat(reply.status()).isEmpty();
    return reply.call().operation().id()
        + " "
        + reply.call().path()
        + " "
        + reply.call().body().orElseThrow();
  }

  private Answer<JsonNode> answer(Call call, String found) {
    sent.add(call.operation().id());
    List<JsonNode> items = new ArrayList<>();
    ConnectToJson.document(null, found).forEach(items::add);
    return new Answer<>(200, items, false, Optional.empty(), Optional.empty(), CallStats.NONE);
  }
}
