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
      Map.of(
          "site", "na.myconnectwise.net",
          "company", "acme",
          "operation", "getServiceTickets",
          "options", "44136fa355b3678a");

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
    removal.put(other("operation", "removedQuery"), null);

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

  /** Connect would store it, and the query would go on as if nothing had been altered. */
  @Test
  void refusesAnOffsetOfWhatIsNoQuery() {
    Map<String, Object> offset = Map.of("version", 1, "to", "2026-03-01T12:00:00Z");

    assertThatThrownBy(
            () -> connector.alterOffsets(properties, Map.of(other("options", "0"), offset)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("options=0")
        .hasMessageContaining(
            "belongs to no query of this connector, so its offset would never be read. The"
                + " partitions of its queries are: {a={")
        .hasMessageContaining("operation=getCompanyCompanies")
        .hasMessageContaining("44136fa355b3678a");
    assertThatThrownBy(
            () ->
                connector.alterOffsets(
                    properties,
                    Map.of(
                        other("ids", "9999"),
                        Map.of("version", 1, "ids", "eJyzNmBgYGRgSGFgYmBlANHJDAAPJQGf"))))
        .hasMessageContaining("belongs to no query");
  }

  @Test
  void acceptsKnownIdsOfAQueryAndRefusesThoseOfAnotherVersion() {
    String ids = "eJyzNmBgYGRgSGFgYmBlANHJDAAPJQGf";
    Map<String, String> chunk = other("ids", "3");

    assertThat(connector.alterOffsets(properties, Map.of(chunk, Map.of("version", 1, "ids", ids))))
        .isTrue();
    assertThatThrownBy(
            () ->
                connector.alterOffsets(properties, Map.of(chunk, Map.of("version", 2, "ids", ids))))
        .hasMessage("The offset cannot be used: version is 2, expected 1.");
  }

  private static Map<String, String> other(String key, String value) {
    Map<String, String> partition = new HashMap<>(PARTITION);
    partition.put(key, value);
    return partition;
  }

  private static List<String> queriesOf(List<Map<String, String>> configs) {
    return configs.stream().map(each -> each.get(SourceConfig.TASK_QUERIES)).toList();
  }
}
