package io.psastream.connectwise.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.client.ApiException;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.ConnectWiseClient;
import io.psastream.connectwise.client.Failure.Detail;
import io.psastream.connectwise.data.ConnectToJson;
import io.psastream.connectwise.simulator.Simulator;
import io.psastream.connectwise.simulator.SimulatorExtension;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.StoredItem;
import io.psastream.connectwise.sink.config.SinkConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Operations that take many items and answer 207 with an outcome for each, over HTTP. */
@ExtendWith(SimulatorExtension.class)
class BulkTest {

  private static final String[] CREATE = {"mutate.operation.id", "postCompanyConfigurationsBulk"};
  private static final String ITEM = "{\"name\":\"%s\",\"type\":{\"id\":1},\"company\":{\"id\":1}}";

  private Simulator simulator;
  private ItemCollection configurations;

  @BeforeEach
  void seed(Simulator started) {
    simulator = started;
    configurations = simulator.store().collection("/company/configurations");
  }

  @Test
  void createsAllItemsOfARecordByOneCall() {
    try (SinkRig rig = SinkRig.start(simulator, CREATE)) {
      rig.settle("k", "[" + ITEM.formatted("a") + "," + ITEM.formatted("b") + "]");

      assertThat(rig.context.reported).isEmpty();
      assertThat(names()).containsExactly("a", "b");
      assertThat(simulator.requests().total()).isEqualTo(1);
    }
  }

  @Test
  void reportsTheItemsThatWereNotAppliedByTheirPlace() {
    try (SinkRig rig = SinkRig.start(simulator, CREATE)) {
      rig.settle(
          "k",
          "[%s,{\"type\":{\"id\":1},\"company\":{\"id\":1}},%s]"
              .formatted(ITEM.formatted("a"), ITEM.formatted("c")));

      assertThat(names()).containsExactly("a", "c");
      assertThat(rig.context.reported)
          .singleElement()
          .asString()
          .contains(
              "/company/configurations/bulk → 207 \"1 of 3 items were not applied, the others")
          .contains("[item 2 name: The name field is required.]");
    }
  }

  @Test
  void tellsTheOutcomeOfEachItemAlsoWhenOneFailed() {
    SinkConfig config = new SinkConfig(SinkRig.properties(simulator, CREATE), Fixtures.CATALOG);
    try (ConnectWiseClient client = ConnectWiseClient.open(config.connection().settings())) {
      Call call = bulk("[" + ITEM.formatted("a") + ",{}]");

      ApiException failure =
          Assertions.catchThrowableOfType(ApiException.class, () -> client.send(call));

      assertThat(failure.items())
          .extracting(outcome -> outcome.path("success").asBoolean())
          .containsExactly(true, false);
      assertThat(failure.failure().details())
          .extracting(Detail::field)
          .doesNotContain(Optional.empty());
      assertThat(client.send(bulk("[" + ITEM.formatted("b") + "]")).items())
          .singleElement()
          .satisfies(outcome -> assertThat(outcome.path("data").path("id").asLong()).isEqualTo(2));
    }
  }

  @Test
  void takesTheDeleteOfWhatIsGoneForDone() {
    try (SinkRig rig = SinkRig.start(simulator, CREATE)) {
      rig.settle("k", "[" + ITEM.formatted("a") + "," + ITEM.formatted("b") + "]");
    }
    try (SinkRig rig =
        SinkRig.start(simulator, "mutate.operation.id", "deleteCompanyConfigurationsBulk")) {
      rig.settle("k", "{\"ids\":[1,99]}");

      assertThat(rig.context.reported).isEmpty();
      assertThat(names()).containsExactly("b");
    }
  }

  private static Call bulk(String items) {
    JsonNode body = ConnectToJson.document(null, items);
    return new Call(
        Fixtures.CATALOG.operation("postCompanyConfigurationsBulk"),
        Map.of(),
        Map.of(),
        Map.of(),
        Optional.of(body));
  }

  private List<String> names() {
    return configurations.items().stream()
        .map(StoredItem::tree)
        .map(item -> item.path("name").asText())
        .toList();
  }
}
