package io.psastream.connectwise.sink.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.config.Connection;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a route never does cannot be configured for it. */
class UnusedRouteKeysTest {

  private static final Catalog CATALOG = Catalog.load();

  private final Map<String, String> properties = Connection.with("topics", "a");

  @ParameterizedTest
  @CsvSource({
    "postServiceTickets, patch.format, diff",
    "putServiceTicketsById, behavior.on.unapplied, warn",
    "patchServiceTicketsById, put.merge, true",
    "postServiceTickets, null.behavior, clear",
    "postServiceTickets, custom.fields, partial",
    "postServiceTickets, coalesce, true",
    "postServiceTickets, behavior.on.not.found, ignore",
    "putServiceTicketsById, behavior.on.ambiguous.create, report",
    "postServiceTickets, lookup.wait.ms, 1000",
    "postServiceTickets, lookup.memory.ms, 1000",
    "postServiceTickets, behavior.on.exists, fail",
    "patchServiceTicketsById, update.operation.id, patchServiceTicketsById",
    "patchServiceTicketsById, create.operation.id, postServiceTickets"
  })
  void whatARouteNeverDoesIsRefused(String operation, String key, String value) {
    properties.put("mutate.operation.id", operation);
    properties.put("options", operation.startsWith("post") ? "{}" : "{\"id\": \"${key}\"}");
    properties.put(key, value);

    assertThat(unused()).containsOnlyKeys(key);
    assertThat(unused().get(key)).startsWith(key + ": has no effect ");
  }

  @Test
  void aKeyThatRoutesShareMayBeWithoutEffectInSome() {
    properties.put("topics", "a, b");
    properties.put("routes", "a, b");
    properties.put("route.a.topics", "a");
    properties.put("route.a.mutate.operation.id", "postServiceTickets");
    properties.put("route.b.topics", "b");
    properties.put("route.b.mutate.operation.id", "patchServiceTicketsById");
    properties.put("route.b.options", "{\"id\": \"${key}\"}");
    properties.put("patch.format", "diff");
    assertThat(unused()).isEmpty();

    properties.put("route.a.patch.format", "diff");
    properties.put("route.b.patch.format", "diff");
    assertThat(unused()).containsOnlyKeys("route.a.patch.format");
  }

  @Test
  void aLookUpForWhatTheOptionsSayIsRefused() {
    properties.put("mutate.operation.id", "patchServiceTicketsById");
    properties.put("options", "{\"id\": \"${key}\"}");
    properties.put("lookup.operation.id", "getServiceTickets");
    properties.put("lookup.conditions", "externalXRef=\"${key}\"");

    assertThat(unused()).containsOnlyKeys("lookup.operation.id", "lookup.conditions");

    properties.put("options", "{}");
    assertThat(unused()).isEmpty();
  }

  @Test
  void whatDeletesOnlySendsNoItems() {
    properties.put("delete.operation.id", "deleteServiceTicketsById");
    properties.put("options", "{\"id\": \"${key}\"}");
    properties.put("items", "${value.tickets}");
    properties.put("unknown.field.behavior", "fail");

    assertThat(unused()).containsOnlyKeys("items", "unknown.field.behavior");
  }

  @Test
  void nothingIsSaidOfTheOthersWhileAnOperationIsWrong() {
    properties.put("mutate.operation.id", "patchServiceTicketById");
    properties.put("delete.operation.id", "deleteServiceTicketsById");
    properties.put("options", "{\"id\": \"${key}\"}");
    properties.put("patch.format", "diff");

    assertThat(unused()).isEmpty();
  }

  @Test
  void brokersOfReportsNeedATopic() {
    properties.put("mutate.operation.id", "postServiceTickets");
    properties.put("reporter.bootstrap.servers", "broker:9092");
    properties.put("reporter.producer.linger.ms", "5");

    assertThat(unused())
        .containsOnlyKeys("reporter.bootstrap.servers", "reporter.producer.linger.ms");

    properties.put("reporter.error.topic", "errors");
    assertThat(unused()).isEmpty();
  }

  private Map<String, String> unused() {
    return Connection.problems(SinkConfig.validate(properties, CATALOG)).entrySet().stream()
        .filter(problem -> problem.getValue().contains("has no effect"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
