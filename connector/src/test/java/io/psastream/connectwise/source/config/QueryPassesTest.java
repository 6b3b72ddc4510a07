package io.psastream.connectwise.source.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.config.Connection;
import io.psastream.connectwise.source.config.Passes.PassKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a query runs and what it does besides reading changes. */
class QueryPassesTest {

  private static final Catalog CATALOG = Catalog.load();

  private final Map<String, String> properties =
      Connection.with("operation.id", "getServiceTickets");

  @Test
  void runsAtAnIntervalUnlessThereIsACronExpression() {
    assertThat(query().passes().schedules().get(PassKind.WINDOW))
        .isEqualTo(new Schedule.Every(Duration.ofMinutes(1)));

    properties.put("schedule.cron", "0 3 * * *");
    properties.put("schedule.time.zone", "Europe/Berlin");

    assertThat(
            query()
                .passes()
                .schedules()
                .get(PassKind.WINDOW)
                .untilFirst(Instant.parse("2026-07-01T00:00:00Z")))
        .isEqualTo(Duration.ofHours(1));
  }

  @Test
  void theIntervalGrowsToTheIdleOneWhichIsNoShorter() {
    properties.put("schedule.interval.ms", "1000");
    properties.put("schedule.idle.interval.ms", "30000");
    assertThat(query().passes().schedules().get(PassKind.WINDOW))
        .isEqualTo(new Schedule.Every(Duration.ofSeconds(1), Duration.ofSeconds(30)));

    properties.put("schedule.idle.interval.ms", "999");
    assertThatThrownBy(this::query)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schedule.idle.interval.ms")
        .hasMessageContaining("is 999, less than schedule.interval.ms (1000)");
  }

  /** A ConfigDef knows no warnings, and a schedule that is too costly is legal. */
  @Test
  void warnsOfMoreThanHalfOfTheRateLimit() {
    properties.put("schedule.interval.ms", "200"); // 300 a minute
    properties.put("deletes.detect", "sweep");
    properties.put("heartbeat.topic", "beats");
    properties.put("deletes.schedule.interval.ms", "400"); // 150 a minute
    assertThat(costWarning(900)).isEmpty();
    assertThat(costWarning(0)).as("no limit").isEmpty();
    assertThat(costWarning(899))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains("450 times a minute")
                    .contains("half of the 899 that rate.limit.requests.per.minute permits"));

    properties.put("schedule.cron", "* * * * * ?"); // 60 a minute
    properties.remove("schedule.interval.ms");
    assertThat(costWarning(420)).isEmpty();
    assertThat(costWarning(419)).isPresent();
  }

  private Optional<String> costWarning(int limit) {
    return SourceConfig.costWarning(
        List.of(query()), Map.of("rate.limit.requests.per.minute", limit));
  }

  @Test
  void doesNothingBesidesUnlessAskedTo() {
    assertThat(query().passes().schedules()).containsOnlyKeys(PassKind.WINDOW);
    assertThat(query().passes().deletes()).isEmpty();
    assertThat(query().parent()).isEmpty();
    assertThat(query().reading().start()).isEqualTo(Reading.Start.BEGINNING);
  }

  @Test
  void readsWhatItDoesBesides() {
    properties.put("full.refresh.schedule.interval.ms", "86400000");
    properties.put("full.refresh.emit", "Changed");
    properties.put("deletes.detect", "sweep");
    properties.put("heartbeat.topic", "beats");
    properties.put("start.at", "P30D");
    properties.put("skip.updated.by", "A, B");

    Passes passes = query().passes();
    assertThat(passes.schedules())
        .containsEntry(PassKind.REFRESH, new Schedule.After(Duration.ofDays(1)))
        .containsEntry(PassKind.SWEEP, new Schedule.Every(Duration.ofHours(1)));
    assertThat(passes.refreshChangedOnly()).isTrue();
    assertThat(passes.deletes().orElseThrow().get().id()).isEqualTo("getServiceTicketsById");
    assertThat(passes.deletes().orElseThrow().maxRatio()).isEqualTo(0.1);
    assertThat(query().reading().start().from(Instant.parse("2026-03-31T00:00:00Z")))
        .contains(Instant.parse("2026-03-01T00:00:00Z"));
    assertThat(query().reading().skipUpdatedBy()).isEqualTo(Set.of("A", "B"));
  }

  /** It would be RUNNING and read nothing, for ever. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 3 31 2 *",
        "0 0 30 2 *",
        "0 0 31 4,6,9,11 *",
        "0 0 3 31 2 ?",
        "0 0 0 29 2 ? 2027"
      })
  void refusesATimeThatNeverComes(String cron) {
    properties.put("schedule.cron", cron);

    assertThat(problems().get("schedule.cron"))
        .endsWith("there is no such day, so it would never run");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0 0 1 1 *", "0 0 29 2 *", "0 0 0 29 2 ?", "0 0 31 4 mon", "0 0 3 ? * MON-FRI"})
  void takesATimeThatIsRare(String cron) {
    properties.put("schedule.cron", cron);

    assertThat(problems()).doesNotContainKey("schedule.cron");
  }

  /** Whatever is wrong with it, the message shows how it is written. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 3 * *",
        "@daily",
        "\"0 3 * * *\"",
        "0 0 3 * * *",
        "0 25 * * *",
        "every day",
        "a b c d e"
      })
  void showsHowACronExpressionIsWritten(String cron) {
    properties.put("full.refresh.schedule.cron", cron);

    assertThat(problems().get("full.refresh.schedule.cron"))
        .contains("five fields", "0 3 * * *", "0 0 3 * * ?");
  }

  @Test
  void everyMistakeStandsOnItsOwnKey() {
    properties.put("schedule.cron", "61 * * * *");
    properties.put("schedule.time.zone", "Mars/Base");
    properties.put("start.at", "yesterday");
    properties.put("deletes.detect", "guess");
    properties.put("deletes.max.ratio", "2");
    properties.put("parent", "nobody");

    assertThat(problems().keySet())
        .isEqualTo(
            Set.of(
                "schedule.cron",
                "schedule.time.zone",
                "start.at",
                "deletes.detect",
                "deletes.max.ratio",
                "parent"));
  }

  @Test
  void aRefreshLooksBackFurtherThanEachWindowDoes() {
    properties.put("full.refresh.schedule.interval.ms", "900000");
    properties.put("full.refresh.lookback.ms", "21600000");
    assertThat(query().passes().refreshLookback()).contains(Duration.ofHours(6));

    properties.put("full.refresh.lookback.ms", "60000");
    assertThat(Connection.problems(SourceConfig.validate(properties, CATALOG)))
        .containsEntry(
            "full.refresh.lookback.ms",
            "full.refresh.lookback.ms: is 60000, no more than overlap.ms (60000), which each run"
                + " looks back anyway");
  }

  @Test
  void sweepsNeedATopicForTheirCheckpointsAndKeysThatAreIds() {
    properties.put("deletes.detect", "sweep");
    properties.put("key.fields", "company/id");

    assertThat(problems())
        .containsOnlyKeys("heartbeat.topic", "key.fields")
        .containsEntry(
            "heartbeat.topic",
            "heartbeat.topic: is missing; deletes.detect=sweep stores the known ids through it");
  }

  @Test
  void aRefreshOfWhatIsReadAsAWholeAnywayMakesNoSense() {
    properties.put("mode", "snapshot");
    properties.put("full.refresh.schedule.cron", "0 3 * * *");

    assertThat(problems()).containsOnlyKeys("full.refresh.schedule.cron");
  }

  @Test
  void aReferenceToAParentNeedsOne() {
    properties.put("operation.id", "getServiceTicketsByParentIdNotes");
    properties.put("options", "{\"parentId\": \"${parent.id}\"}");

    assertThat(problems())
        .containsEntry(
            "options",
            "options: refers to ${parent.…}, or to what no config provider has filled in, but the"
                + " query has no parent");
  }

  @Test
  void aQueryCannotBeItsOwnAncestor() {
    properties.put("queries", "a,b");
    properties.put("query.a.operation.id", "getServiceTickets");
    properties.put("query.b.operation.id", "getCompanyCompanies");
    properties.put("query.a.parent", "b");
    properties.put("query.b.parent", "a");

    assertThat(problems())
        .containsEntry(
            "query.a.parent",
            "query.a.parent: the query is its own parent, directly or through others")
        .containsKey("query.b.parent");
  }

  @Test
  void aChildRunsInTheTaskOfItsRoot() {
    properties.put("queries", "tickets,notes,companies");
    properties.put("query.companies.operation.id", "getCompanyCompanies");
    properties.put("query.notes.operation.id", "getServiceTicketsByParentIdNotes");
    properties.put("query.notes.parent", "tickets");
    properties.put("query.notes.options", "{\"parentId\": \"${parent.id}\"}");
    properties.put(SourceConfig.TASK_QUERIES, "tickets");

    assertThat(new SourceConfig(properties, CATALOG).queries())
        .extracting(Query::alias)
        .containsExactly("tickets", "notes");
    assertThat(new SourceConfig(properties, CATALOG).queries().get(1).parent())
        .isEqualTo(Optional.of("tickets"));
  }

  private Query query() {
    return new SourceConfig(properties, CATALOG).queries().get(0);
  }

  private Map<String, String> problems() {
    return Connection.problems(SourceConfig.validate(properties, CATALOG));
  }
}
