package io.psastream.connectwise.source.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.config.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a query cannot do is not silently left undone. */
class UnusedQueryKeysTest {

  private static final Catalog CATALOG = Catalog.load();

  private final Map<String, String> properties =
      Connection.with(
          "queries", "tickets, notes",
          "query.tickets.operation.id", "getServiceTickets",
          "query.notes.operation.id", "getServiceTicketsByParentIdNotes",
          "query.notes.options", "{\"parentId\": \"${parent.id}\"}",
          "query.notes.parent", "tickets",
          "heartbeat.topic", "beats");

  @ParameterizedTest
  @CsvSource({
    "schedule.interval.ms, 60000",
    "schedule.cron, */5 * * * *",
    "schedule.time.zone, Europe/Berlin",
    "full.refresh.schedule.interval.ms, 86400000",
    "full.refresh.schedule.cron, 0 3 * * 0",
    "full.refresh.emit, changed",
    "deletes.detect, sweep",
    "deletes.schedule.interval.ms, 1000",
    "deletes.schedule.cron, 0 4 * * *",
    "deletes.max.ratio, 0.5",
    "start.at, P30D",
    "overlap.ms, 1000",
    "safety.lag.ms, 2000",
    "skip.updated.by, KafkaSync",
    "mode, incremental"
  })
  void whatAChildQueryDoesNotDoIsRefusedAndMayBeSharedWithItsParent(String key, String value) {
    properties.put("query.notes." + key, value);
    assertThat(unused()).containsOnlyKeys("query.notes." + key);

    properties.remove("query.notes." + key);
    properties.put(key, value);
    properties.put("deletes.detect", "sweep");
    properties.putIfAbsent("schedule.cron", "0 * * * *");
    properties.putIfAbsent("full.refresh.schedule.cron", "0 3 * * 0");
    assertThat(unused()).isEmpty();
  }

  @Test
  void aChildQueryMaySayThatItDoesNotDoWhatTheOthersDo() {
    properties.put("deletes.detect", "sweep");
    properties.put("query.notes.deletes.detect", "none");
    properties.put("query.notes.full.refresh.schedule.interval.ms", "0");
    properties.put("query.notes.on.child.error", "fail");

    assertThat(unused()).isEmpty();
  }

  @Test
  void theReasonAndWhatToDoInsteadAreSaid() {
    properties.put("query.notes.deletes.detect", "sweep");
    properties.put("query.tickets.on.child.error", "fail");

    assertThat(unused())
        .isEqualTo(
            Map.of(
                "query.notes.deletes.detect",
                "query.notes.deletes.detect: has no effect in a query with a parent, whose"
                    + " deletions are not found; where the API has one list of all its items, such"
                    + " as getTimeEntries, read that without a parent",
                "query.tickets.on.child.error",
                "query.tickets.on.child.error: has no effect in a query without parent; name one,"
                    + " or leave it out"));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "getServiceTickets, start.at, P30D, mode, snapshot",
        "getServiceTickets, overlap.ms, 1000, mode, snapshot",
        "getServiceTicketsCount, safety.lag.ms, 2000, -, -",
        "getServiceTicketsCount, page.size, 10, -, -",
        "getServiceTicketsCount, paging, page, -, -",
        "getServiceTickets, schedule.time.zone, Europe/Berlin, -, -",
        "getServiceTickets, schedule.interval.ms, 1000, schedule.cron, 0 * * * *",
        "getServiceTickets, full.refresh.emit, changed, -, -",
        "getServiceTickets, deletes.max.ratio, 0.5, -, -",
        "getServiceTickets, deletes.schedule.cron, 0 4 * * *, -, -",
        "getServiceTickets, unknown.fields, drop, schema.mode, json",
        "getServiceTickets, timestamp.format, text, schema.mode, none",
        "getServiceTickets, custom.fields.captions, Region, -, -",
        "getSystemReportsByReportName, timestamp.format, text, -, -",
        "getSystemDocumentsByIdDownload, key.fields, company/id, -, -",
        "getSystemDocumentsByIdDownload, unknown.fields, fail, -, -"
      })
  void whatTheShapeOfAQueryLeavesWithoutEffectIsRefused(
      String operation, String key, String value, String other, String otherValue) {
    properties.keySet().removeIf(name -> name.startsWith("quer"));
    properties.put("operation.id", operation);
    properties.put("options", "{\"id\": 5, \"reportName\": \"Service\"}");
    properties.put(key, value);
    if (other != null) {
      properties.put(other, otherValue);
    }

    assertThat(unused()).containsOnlyKeys(key);
  }

  @Test
  void heartbeatsNeedATopic() {
    properties.remove("heartbeat.topic");
    properties.put("heartbeat.interval.ms", "60000");

    assertThat(unused())
        .isEqualTo(
            Map.of(
                "heartbeat.interval.ms",
                "heartbeat.interval.ms: has no effect without heartbeat.topic"));
  }

  @Test
  void notificationsNeedATopicOfTheirOwn() {
    properties.put("notification.windows", "true");
    assertThat(unused()).containsOnlyKeys("notification.windows");

    for (String key : List.of("signal.topic", "heartbeat.topic", "topic")) {
      Map<String, String> given = new HashMap<>(properties);
      given.put("heartbeat.topic", "others");
      given.put("signal.bootstrap.servers", "broker:9092");
      given.put("notification.topic", "told");
      given.put(key, "told");
      assertThat(
              Connection.problems(SourceConfig.validate(given, CATALOG)).get("notification.topic"))
          .as(key)
          .contains("is the");
    }
  }

  private Map<String, String> unused() {
    return Connection.problems(SourceConfig.validate(properties, CATALOG)).entrySet().stream()
        .filter(problem -> problem.getValue().contains("has no effect"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
