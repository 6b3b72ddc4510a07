package io.psastream.connectwise.sink.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.config.Connection;
import io.psastream.connectwise.sink.config.RecordDirectives.Envelope;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What records may say of what is to be done with them. */
class RecordDirectivesTest {

  private static final Catalog CATALOG = Catalog.load();

  private final Map<String, String> properties =
      Connection.with(
          "topics", "psa.tickets",
          "operation.header", "op",
          "operation.allowed", "postServiceTickets, PATCHserviceTicketsById",
          "options", "{\"id\": \"${key}\"}");

  @ParameterizedTest
  @CsvSource({
    "constant, expected record",
    "${item.id}, expected record",
    "${nothing}, unknown expression",
    "${value.id, not closed",
    "${value.id}, tombstone",
    "none, side by side"
  })
  void refusesALaneKeyThatKeepsNoOrder(String lane, String problem) {
    properties.put("lane.key", lane);
    properties.put("delete.operation.id", "deleteServiceTicketsById");
    properties.put("lookup.operation.id", "getServiceTickets");
    properties.put("lookup.conditions", "externalXRef=\"${key}\"");

    assertThatThrownBy(() -> new SinkConfig(properties, CATALOG))
        .hasMessageContaining("lane.key: ")
        .hasMessageContaining(problem);
  }

  @Test
  void readsTheHeaderItsOperationsAndTheEnvelope() {
    properties.put("envelope", "Debezium");

    Route route = new SinkConfig(properties, CATALOG).routes().get(0);
    RecordDirectives directives = route.directives();

    assertThat(directives.header()).contains("op");
    assertThat(directives.envelope()).isEqualTo(Envelope.DEBEZIUM);
    assertThat(directives.allowed())
        .extracting(Operation::id)
        .containsExactly("postServiceTickets", "patchServiceTicketsById");
    assertThat(route).hasToString("postServiceTickets and patchServiceTicketsById");
  }

  @Test
  void wantsOptionsThatAreCompleteForEveryAllowedOperation() {
    properties.put("operation.allowed", "postServiceTickets, postServiceTicketsByParentIdNotes");

    assertThat(problems().get("options"))
        .containsExactly(
            "options: postServiceTickets and postServiceTicketsByParentIdNotes take no parameter"
                + " \"id\". Known are parentId.",
            "options: the path parameter \"parentId\" of postServiceTicketsByParentIdNotes is"
                + " missing");
  }

  @Test
  void refusesReadsAndOperationsThatDoNotExist() {
    properties.put("operation.allowed", "getServiceTickets, patchServiceTicketById");

    assertThat(problems().get("operation.allowed"))
        .satisfiesExactly(
            problem -> assertThat(problem).contains("getServiceTickets is a GET; a sink writes"),
            problem -> assertThat(problem).contains("Did you mean"));
  }

  @Test
  void wantsTheHeaderAndItsOperationsTogether() {
    properties.remove("operation.header");
    assertThat(problems().get("operation.header"))
        .containsExactly(
            "operation.header: is missing; name the header that holds one of operation.allowed");

    properties.put("operation.header", "op");
    properties.remove("operation.allowed");
    assertThat(problems().get("operation.allowed"))
        .containsExactly(
            "operation.allowed: is missing; list the operations that the header may name");
  }

  @Test
  void letsADeleteEventTakeItsParametersFromTheRowBefore() {
    properties.put("delete.operation.id", "deleteServiceTicketsById");
    properties.put("options", "{\"id\": \"${value.id}\"}");
    assertThat(problems()).containsKey("options");

    properties.put("envelope", "debezium");
    assertThat(problems()).doesNotContainKey("options");
  }

  private Map<String, List<String>> problems() {
    return SinkConfig.validate(properties, CATALOG).configValues().stream()
        .filter(value -> !value.errorMessages().isEmpty())
        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
  }
}
