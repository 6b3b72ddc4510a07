package io.psastream.connectwise.config;

import static io.psastream.connectwise.client.ScriptedServer.answer;
import static io.psastream.connectwise.client.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.psastream.connectwise.TestLogging;
import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.client.ScriptedServer;
import io.psastream.connectwise.sink.ConnectWiseSinkConnector;
import io.psastream.connectwise.source.ConnectWiseSourceConnector;
import io.psastream.connectwise.source.config.SourceConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

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

  /** A worker hides the message of a key whose value comes from a config provider. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | Unauthorized | Authorization has been denied for this request. | connectwise.username connectwise.password",
        "401 | Unauthorized | The clientId is missing. | connectwise.client.id",
        "403 | Forbidden | Client ID not known | connectwise.client.id",
        "400 | InvalidRequest | client_id header is required | connectwise.client.id",
        "401 | ConnectWiseApi | Cannot find company | connectwise.username",
        "401 | ConnectWiseApi | The private key has expired | connectwise.password",
      })
  void tellsOnTheKeyThatTheAnswerPointsToAndOnTheSite(
      int status, String code, String message, String keys) throws IOException {
    try (ScriptedServer server = new ScriptedServer()) {
      server.always(json(status, "{\"code\":\"%s\",\"message\":\"%s\"}".formatted(code, message)));

      Map<String, String> problems =
          Connection.problems(
              SourceConfig.validate(
                  Connection.with(
                      "connectwise.site.url",
                      server.url().toString(),
                      "connectwise.password",
                      "s3cr3t-k3y",
                      "operation.id",
                      "getServiceTickets"),
                  Catalog.load()));

      Set<String> expected = new HashSet<>(List.of(keys.split(" ")));
      expected.add("connectwise.site.url");
      assertThat(problems).containsOnlyKeys(expected);
      assertThat(problems.get("connectwise.site.url")).contains(keys.split(" ")).contains(message);
      assertThat(problems.toString()).doesNotContain("s3cr3t-k3y");
    }
  }

  /** The cloud gives this answer to a wrong company, too. */
  @Test
  void saysWhatElseThanTheSiteMayBeWrongWhereTheApiDoesNotAnswer() throws IOException {
    try (ScriptedServer server = new ScriptedServer()) {
      server.always(answer(400, "text/plain", "Cannot route. Codebase/company is invalid"));

      assertThat(
              Connection.problems(
                  SourceConfig.validate(
                      Connection.with(
                          "connectwise.site.url",
                          server.url().toString(),
                          "operation.id",
                          "getServiceTickets"),
                      Catalog.load())))
          .hasEntrySatisfying(
              "connectwise.site.url",
              text -> assertThat(text).contains("does not answer", "connectwise.username"));
    }
  }

  /** Whatever key it is, its own message is hidden. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "connectwise.password",
        "connectwise.client.id",
        "connectwise.username",
        "query.a.options",
        "http.proxy.password",
        "https.ssl.truststore.password",
        "page.size",
      })
  void namesAReferenceThatNothingHasResolved(String key) {
    Map<String, String> properties =
        Connection.with("queries", "a", "query.a.operation.id", "getServiceTickets");
    properties.put(key, "${env:NO_SUCH}");

    Map<String, String> problems =
        Connection.problems(SourceConfig.validate(properties, Catalog.load()));

    String told = key + ": the reference ${env:NO_SUCH} was not resolved";
    assertThat(problems.get(key)).contains(told);
    assertThat(problems.get("connectwise.site.url")).contains(told);
    assertThatThrownBy(() -> new SourceConfig(properties, Catalog.load()))
        .hasMessageContaining(told);
  }

  /** Connect validates on a thread that is no connector's. */
  @Test
  void whatIsLoggedSaysOfWhichConnector() throws Exception {
    try (ScriptedServer server = new ScriptedServer()) {
      server.always(json(403, "{}"));
      Map<String, String> properties = Connection.with("name", "psa", "lamps", "2");
      properties.put("connectwise.site.url", server.url().toString());
      Map<String, String> source = new HashMap<>(properties);
      source.put("operation.id", "getServiceTickets");
      Map<String, String> sink = new HashMap<>(properties);
      sink.putAll(Map.of("topics", "t", "mutate.operation.id", "patchServiceTicketsById"));
      sink.put("options", "{\"id\":\"${key}\"}");

      List<String> log =
          TestLogging.ofAll(
              () -> {
                new ConnectWiseSourceConnector().validate(source);
                new ConnectWiseSinkConnector().validate(sink);
                new ConnectWiseSinkConnector()
                    .alterOffsets(sink, Map.of(new TopicPartition("t", 0), 1L));
              });

      List<String> ours =
          log.stream().filter(line -> line.matches("\\[.*] [A-Z]+ io\\.psastream\\..*")).toList();
      assertThat(ours).hasSizeGreaterThan(3).allMatch(line -> line.contains(" - [psa|worker] "));
      assertThat(ours).anyMatch(line -> line.contains("could not be checked"));
      assertThat(MDC.get(TestLogging.CONTEXT)).isNull();
    }
  }
}
