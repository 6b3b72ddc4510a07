package io.psastream.connectwise.config;

import static io.psastream.connectwise.client.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.ScriptedServer;
import io.psastream.connectwise.source.config.SourceConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.junit.jupiter.api.Test;

class ConnectionCheckTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  /** The REST API of a worker gives up after 90 s; Retry-After pauses all clients of the site. */
  @Test
  void endsAtItsDeadlineWhateverRetryAfterSays() throws IOException {
    Catalog catalog = Catalog.load();
    Map<String, Call> calls = new LinkedHashMap<>();
    calls.put("a", Call.of(catalog.operation("getServiceTickets"), Map.of(), Map.of()));
    calls.put("b", Call.of(catalog.operation("getTimeEntries"), Map.of(), Map.of()));
    Problems problems = new Problems();
    try (ScriptedServer server = new ScriptedServer()) {
      server.always(json(429, "{}", "Retry-After", "60"));
      AbstractConfig config =
          new AbstractConfig(
              SourceConfig.definition(),
              Connection.with("connectwise.site.url", server.url().toString()),
              Map.of(),
              false);

      assertTimeoutPreemptively(
          LONG,
          () ->
              ConnectionCheck.of(
                  new ConnectionConfig(config), calls, problems, Duration.ofMillis(200)));

      assertThat(server.asked).hasSizeLessThan(2);
      assertThat(problems.isEmpty()).isTrue();
    }
  }
}
