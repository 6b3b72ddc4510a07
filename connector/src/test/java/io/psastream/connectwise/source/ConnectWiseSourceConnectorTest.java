package io.psastream.connectwise.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.source.config.SourceConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.junit.jupiter.api.Test;

class ConnectWiseSourceConnectorTest {

  private final ConnectWiseSourceConnector connector = new ConnectWiseSourceConnector();
  private final Map<String, String> properties =
      Map.of(
          "connectwise.site.url", "https://na.myconnectwise.net",
          "connectwise.username", "acme+public",
          "connectwise.password", "private",
          "connectwise.client.id", "guid",
          "queries", "a,b,c",
          "query.a.operation.id", "getServiceTickets",
          "query.b.operation.id", "getCompanyCompanies",
          "query.c.operation.id", "getTimeEntries");

  private static final Map<String, String> PARTITION =
      Map.of("site", "na.myconnectwise.net", "company", "acme", "operation", "x", "options", "y");

  @Test
  void splitsTheQueriesOverTheTasks() {
    connector.start(properties);

    assertThat(queriesOf(connector.taskConfigs(2))).containsExactly("a,b", "c");
    assertThat(queriesOf(connector.taskConfigs(10))).containsExactly("a", "b", "c");
  }

  @Test
  void supportsExactlyOnce() {
    assertThat(connector.exactlyOnceSupport(properties)).isEqualTo(ExactlyOnceSupport.SUPPORTED);
  }

  @Test
  void acceptsOffsetsThatATaskCanReadAndTheirRemoval() {
    Map<String, Object> offset = Map.of("version", 1, "to", "2026-03-01T12:00:00Z", "id", 5);
    Map<Map<String, ?>, Map<String, ?>> removal = new HashMap<>();
    removal.put(PARTITION, null);

    assertThat(connector.alterOffsets(properties, Map.of(PARTITION, offset))).isTrue();
    assertThat(connector.alterOffsets(properties, removal)).isTrue();
  }

  @Test
  void refusesOffsetsThatATaskCouldNotRead() {
    Map<String, Object> bad = Map.of("version", 1, "to", "soon");
    assertThatThrownBy(() -> connector.alterOffsets(properties, Map.of(PARTITION, bad)))
        .isInstanceOf(ConnectException.class)
        .hasMessage(
            "The offset cannot be used: to is \"soon\", expected a UTC time such as"
                + " 2026-01-31T12:00:00Z.");

    Map<String, Object> good = Map.of("version", 1, "to", "2026-03-01T12:00:00Z");
    assertThatThrownBy(() -> connector.alterOffsets(properties, Map.of(Map.of("file", "x"), good)))
        .isInstanceOf(ConnectException.class)
        .hasMessageStartingWith("The partition {file=x} is not one of this connector");
  }

  private static List<String> queriesOf(List<Map<String, String>> configs) {
    return configs.stream().map(each -> each.get(SourceConfig.TASK_QUERIES)).toList();
  }
}
