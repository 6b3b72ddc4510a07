package io.psastream.connectwise.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.sandbox.Example;
import io.psastream.connectwise.sandbox.Sandbox;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A mistake in a configuration is found when the connector is created, over the worker's REST API,
 * on the key that causes it.
 */
@ExtendWith(SandboxExtension.class)
final class ValidationIT {
  private final Sandbox sandbox;
  private Tenant tenant;

  ValidationIT(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  @BeforeEach
  void start() {
    tenant = Tenant.start("validation", 1);
  }

  @AfterEach
  void stop() {
    tenant.close();
  }

  @Test
  void soundConfigurationsHaveNoErrors() {
    assertThat(sandbox.connect().validate(named(tenant.source())).errors()).isEmpty();
    assertThat(sandbox.connect().validate(named(tenant.sink())).errors()).isEmpty();
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          operation.id             | getServiceTicket       | getServiceTickets
          operation.id             | postServiceTickets     | sink
          options                  | {"page":"5"}           | paging
          options                  | {"orderBy":"id desc"}  | orderBy
          options                  | {"conditions":         | JSON
          options                  | {"nonsense":"1"}       | nonsense
          connectwise.site.url     | na.myconnectwise       | http
          connectwise.username     | nobody                 | public
          page.size                | 5000                   | 1000
          """)
  void mistakeInASourceIsReportedOnItsOwnKey(String key, String value, String says) {
    assertOnlyError(tenant.source().with(Map.of(key, value)), key, says);
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          mutate.operation.id      | patchServiceTicketById | patchServiceTicketsById
          mutate.operation.id      | getServiceTickets      | source
          delete.operation.id      | deleteServiceTicket    | deleteServiceTicketsById
          options                  | {}                     | id
          options                  | {"id":                 | JSON
          options                  | {"id":"${nonsense}"}   | nonsense
          items                    | ${nonsense}            | nonsense
          connectwise.site.url     | ftp://x                | http
          """)
  void mistakeInASinkIsReportedOnItsOwnKey(String key, String value, String says) {
    assertOnlyError(tenant.sink().with(Map.of(key, value)), key, says);
  }

  @Test
  void missingPathParameterIsReportedOnTheOptions() {
    Example source =
        tenant.source().without("page.size").with(Map.of("operation.id", "getServiceTicketsById"));

    assertOnlyError(source, "options", "id");
  }

  @Test
  void credentialsThatTheSiteRefusesAreReportedOnUsernameAndPassword() {
    Example source = tenant.source().with(Map.of("connectwise.password", "wrong"));

    assertThat(sandbox.connect().validate(named(source)).errors())
        .containsOnlyKeys("connectwise.username", "connectwise.password", "connectwise.site.url")
        .allSatisfy((key, messages) -> assertThat(messages.toString()).contains("401"));
  }

  @Test
  void siteWhereNobodyListensIsReportedOnItsUrl() {
    Example source = tenant.source().with(Map.of("connectwise.site.url", "http://127.0.0.1:1"));

    assertOnlyError(source, "connectwise.site.url", "reached");
  }

  /**
   * Else one would overwrite where the other stands, and a restart would skip what it has not read.
   */
  @Test
  void queriesThatDifferOnlyInTheirFieldsCannotShareAnOffset() {
    Map<String, String> queries =
        Map.of(
            "queries", "short,long",
            "query.short.options", "{\"fields\": \"id,summary\"}",
            "query.short.topic", "short",
            "query.long.options", "{\"fields\": \"id,summary,company,board,status\"}",
            "query.long.topic", "long");

    assertOnlyError(
        tenant.source().without("options").with(queries), "query.long.operation.id", "short");
  }

  @Test
  void everyMistakeIsReportedAtOnce() {
    Example source =
        tenant
            .source()
            .with(Map.of("operation.id", "nonsense", "page.size", "0", "max.retries", "x"));

    assertThat(sandbox.connect().validate(named(source)).errors())
        .containsOnlyKeys("operation.id", "page.size", "max.retries");
  }

  private void assertOnlyError(Example example, String key, String says) {
    assertThat(sandbox.connect().validate(named(example)).errors())
        .containsKey(key)
        // Where what is wrong with credentials is told, too.
        .allSatisfy((name, messages) -> assertThat(name).isIn(key, "connectwise.site.url"))
        .allSatisfy((name, messages) -> assertThat(messages.toString()).contains(says));
  }

  private static Map<String, String> named(Example example) {
    return example.with(Map.of("name", example.name())).config();
  }
}
