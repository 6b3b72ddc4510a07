package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Sandbox;
import io.psastream.connectwise.sandbox.broker.TopicReader;
import io.psastream.connectwise.simulator.fault.Fault;
import io.psastream.connectwise.simulator.store.ItemCollection;
import io.psastream.connectwise.simulator.store.Stamp;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A list that is read by page number, of rows of which many are equal, without any link. */
@ExtendWith(SandboxExtension.class)
final class PagesIT {
  private static final int ROWS = 2_500;

  private final Sandbox sandbox;

  PagesIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 1_000})
  void equalRowsArriveAsOftenAsTheyAreThere(int pageSize) {
    try (Tenant tenant = Tenant.start("pages-" + pageSize, 0)) {
      ItemCollection trail = tenant.simulator().store().collection("/system/audittrail");
      for (int i = 0; i < ROWS; i++) {
        trail.putWithoutId(
            JsonNodeFactory.instance.objectNode().put("text", "row " + i / 2_000), Stamp.none());
      }
      tenant.simulator().faults().add(Fault.of("noLink"));
      sandbox.topics().create(tenant.topic(), 1);

      sandbox.connect().start(tenant.name(), source(tenant, pageSize).config(), 1);

      try (TopicReader reader = sandbox.topics().reader(tenant.topic())) {
        reader.awaitCount(ROWS, Duration.ofSeconds(60));
        sandbox.connect().requireHealthy(tenant.name());
        sandbox.connect().delete(tenant.name());
        assertThat(reader.toEnd())
            .hasSize(ROWS)
            .filteredOn(row -> row.value().orElseThrow().path("text").asText().equals("row 0"))
            .hasSize(2_000);
      }
    }
  }

  private static Example source(Tenant tenant, int pageSize) {
    return tenant
        .source()
        .with(
            Map.of(
                "operation.id",
                "getSystemAudittrail",
                "options",
                "{\"type\": \"Ticket\", \"id\": 5}",
                "page.size",
                String.valueOf(pageSize),
                "schedule.interval.ms",
                "3600000"));
  }
}
