package io.psastream.connectwise.source.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.client.paging.PagingStrategy;
import io.psastream.connectwise.config.Connection;
import io.psastream.connectwise.config.ConnectionConfig;
import io.psastream.connectwise.source.config.Passes.PassKind;
import io.psastream.connectwise.source.config.Reading.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceConfigTest {

  private static final Catalog CATALOG = Catalog.load();

  private final Map<String, String> properties =
      Connection.with("operation.id", "getServiceTickets");

  @Test
  void aSingleQueryNeedsNoAlias() {
    Query query = parsed().get(0);

    assertThat(query.operation().id()).isEqualTo("getServiceTickets");
    assertThat(query.topic()).isEqualTo("connectwise.service.tickets");
    assertThat(query.passes().schedules())
        .containsExactly(Map.entry(PassKind.WINDOW, new Schedule.Every(Duration.ofMinutes(1))));
    assertThat(query.reading().mode()).isEqualTo(Mode.INCREMENTAL);
    assertThat(query.reading().strategy()).isEqualTo(PagingStrategy.KEYSET);
    assertThat(query.name()).isEqualTo("getServiceTickets");
  }

  @Test
  void aKeyThatAQueryLacksFallsBackToTheSameKeyWithoutPrefix() {
    properties.remove("operation.id");
    properties.put("queries", "tickets, companies");
    properties.put("query.tickets.operation.id", "GETSERVICETICKETS");
    properties.put("query.companies.operation.id", "getCompanyCompanies");
    properties.put("query.companies.topic", "psa.companies");
    properties.put("query.tickets.schedule.interval.ms", "5000");
    properties.put("schedule.interval.ms", "10000");
    properties.put("topic.name.pattern", "psa.${company}.${resource}");

    List<Query> queries = parsed();

    assertThat(queries).extracting(Query::alias).containsExactly("tickets", "companies");
    assertThat(queries)
        .extracting(Query::topic)
        .containsExactly("psa.acme.service.tickets", "psa.companies");
    assertThat(queries)
        .extracting(query -> query.passes().schedules().get(PassKind.WINDOW))
        .containsExactly(
            new Schedule.Every(Duration.ofSeconds(5)), new Schedule.Every(Duration.ofSeconds(10)));
  }

  @Test
  void aTaskRunsTheQueriesItWasGiven() {
    properties.put("queries", "tickets,companies");
    properties.put("query.companies.operation.id", "getCompanyCompanies");
    properties.put(SourceConfig.TASK_QUERIES, "companies");

    assertThat(parsed()).extracting(Query::alias).containsExactly("companies");
  }

  @Test
  void countsAndListsWithoutUpdatesAreReadAsAWhole() {
    properties.put("operation.id", "getServiceTicketsCount");
    assertThat(parsed().get(0).reading().mode()).isEqualTo(Mode.SNAPSHOT);

    properties.put("operation.id", "getSystemInfo");
    assertThat(parsed().get(0).reading().mode()).isEqualTo(Mode.SNAPSHOT);
  }

  @Test
  void aReportIsReadAsAWholeByPageNumber() {
    properties.put("operation.id", "getSystemReportsByReportName");
    properties.put("options", "{\"reportName\": \"Service\", \"columns\": \"id\"}");

    assertThat(parsed().get(0).reading().mode()).isEqualTo(Mode.SNAPSHOT);
    assertThat(parsed().get(0).reading().strategy()).isEqualTo(PagingStrategy.PAGE);
  }

  @Test
  void everyProblemIsReportedAtOnceOnTheKeyThatCausesIt() {
    properties.put("connectwise.site.url", "na.myconnectwise.net");
    properties.put("connectwise.username", "acme");
    properties.remove("connectwise.password");
    properties.put("operation.id", "getServiceTicket");
    properties.put("page.size", "5000");
    properties.put("paging", "magic");

    Map<String, String> problems = problems();

    assertThat(problems)
        .containsOnlyKeys(
            "connectwise.site.url",
            "connectwise.username",
            "connectwise.password",
            "operation.id",
            "page.size",
            "paging");
    assertThat(problems.get("operation.id"))
        .startsWith("operation.id: Unknown operation \"getServiceTicket\".")
        .contains("getServiceTickets");
    assertThat(problems.get("connectwise.username"))
        .contains("expected the company id and the public key joined by a plus sign");
    assertThat(problems.get("paging")).contains("expected one of auto, keyset");
  }

  @ParameterizedTest
  @CsvSource({
    "connectwise.site.url, https://user:S3CRET@host",
    "connectwise.site.url, https://user:S3CRET@my_host",
    "connectwise.site.url, https://user:S3 CRET@host",
    "connectwise.site.url, https://user:S3CRET%40host/?x",
    "connectwise.site.url, https://host/?key=S3CRET",
    "connectwise.username, acme S3CRET",
    "connectwise.username, '\"acme+S3CRET\"'",
    "connectwise.username, <acme+S3CRET>",
    "connectwise.username, acme+S3\u200bCRET",
    "connectwise.username, acme+S3CRET\u00a0",
    "connectwise.password, '\"S3CRET\"'",
    "connectwise.password, `S3CRET`",
    "connectwise.password, \u201cS3CRET\u201d",
    "connectwise.password, <S3CRET>",
    "connectwise.password, \ufeffS3CRET",
    "connectwise.password, S3CRET\u00a0",
    "connectwise.client.id, {S3CRET}",
    "connectwise.site.url, '\"https://S3CRET\"'",
    "connectwise.site.url, https://S3CRET\u200b",
    "http.proxy.host, http://user:S3CRET@proxy:3128",
    "http.proxy.host, user:S3CRET@proxy"
  })
  void whatMayHaveASecretInItIsRefusedWithoutBeingQuoted(String key, String value) {
    properties.put(key, value);

    assertThat(problems().keySet()).contains(key).isSubsetOf(key, "connectwise.site.url");
    assertThat(problems().get(key)).contains(key);
    assertThat(problems().toString()).doesNotContain("S3", "CRET");
    assertThatThrownBy(this::parsed).message().doesNotContain("S3", "CRET");
  }

  @Test
  void aPagingOptionIsRefusedBecausePagingIsTheConnectorsBusiness() {
    properties.put("options", "{\"page\": 50, \"orderBy\": \"summary\"}");

    assertThat(problems())
        .containsOnlyKeys("options")
        .containsEntry(
            "options",
            "options: leave out \"page\": paging is the connector's own business (see"
                + " page.size)\noptions: leave out \"orderBy\": the connector reads in the order of"
                + " ids");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pageSize", "pagesize", "PageSize"})
  void aPageSizeInTheOptionsIsThatOfTheQuery(String name) {
    properties.put("options", "{\"" + name + "\": 50, \"conditions\": \"id > 5\"}");

    Query query = new SourceConfig(properties, CATALOG).queries().get(0);

    assertThat(query.reading().pageSize()).isEqualTo(50);
    assertThat(query.options().query()).containsOnlyKeys("conditions");
  }

  @Test
  void twoPageSizesMustAgree() {
    properties.put("options", "{\"pageSize\": 50}");
    properties.put("page.size", "50");
    assertThat(new SourceConfig(properties, CATALOG).queries().get(0).reading().pageSize())
        .isEqualTo(50);

    properties.put("page.size", "60");
    assertThat(problems())
        .isEqualTo(
            Map.of(
                "options",
                "options: \"pageSize\" is 50, but page.size is 60; leave one of them out"));

    properties.put("options", "{\"pageSize\": 5000}");
    assertThat(problems())
        .isEqualTo(
            Map.of(
                "options", "options: the value of \"pageSize\" must be a number from 1 to 1000"));
  }

  @Test
  void aMissingQueryParameterThatIsRequiredIsNamed() {
    properties.put("operation.id", "getSystemAudittrail");
    properties.put("options", "{\"id\": 5}");

    assertThat(problems())
        .isEqualTo(
            Map.of(
                "options",
                "options: the query parameter \"type\" of getSystemAudittrail is missing"));
  }

  @Test
  void aMissingPathParameterIsNamed() {
    properties.put("operation.id", "getServiceTicketsByParentIdNotes");
    properties.put("options", "{}");

    assertThat(problems().get("options"))
        .isEqualTo(
            "options: the path parameter \"parentId\" of getServiceTicketsByParentIdNotes is"
                + " missing");
  }

  @Test
  void optionsMustBeAnObjectOfParametersThatTheOperationTakes() {
    properties.put("options", "{\"conditions\": ");
    assertThat(problems().get("options")).startsWith("options: not valid JSON: ");

    properties.put("options", "[]");
    assertThat(problems().get("options")).startsWith("options: expected a JSON object");

    properties.put("options", "{\"condition\": \"id > 5\"}");
    assertThat(problems().get("options"))
        .isEqualTo(
            "options: getServiceTickets takes no parameter \"condition\". Did you mean"
                + " conditions?");

    properties.put("options", "{\"conditions\": {}}");
    assertThat(problems().get("options"))
        .isEqualTo("options: the value of \"conditions\" must be a string, a number or a boolean");
  }

  @Test
  void anOptionThatIsGivenTwiceIsRefused() {
    properties.put("options", "{\"conditions\": \"id > 5\", \"conditions\": \"closedFlag=false\"}");

    assertThat(problems().get("options")).contains("Duplicate", "conditions");
  }

  @ParameterizedTest
  @CsvSource({"company/id, true", "company, true", "id, true", "summary, true", "board/id, false"})
  void aKeyConsistsOfFieldsThatTheOptionsAskFor(String field, boolean taken) {
    properties.put("options", "{\"fields\": \"id, company/id,Summary\"}");
    properties.put("key.fields", field);

    assertThat(problems().containsKey("key.fields")).isEqualTo(!taken);
  }

  @Test
  void aStartThatHasNotComeIsRefused() {
    properties.put("start.at", "2999-01-01T00:00:00Z");

    assertThat(problems().get("start.at"))
        .isEqualTo("start.at: expected a time that is not in the future");
  }

  /** Whoever reads the items would take what else is there for items. */
  @ParameterizedTest
  @ValueSource(strings = {"heartbeat.topic", "signal.topic", "notification.topic"})
  void aTopicForSomethingElseIsNoneOfItems(String key) {
    properties.put("topic", "psa.tickets");
    properties.put("heartbeat.topic", "psa.heartbeats");
    properties.put("signal.bootstrap.servers", "broker:9092");
    properties.put(key, "psa.tickets");

    assertThat(problems().get(key)).isEqualTo(key + ": is the topic of query getServiceTickets");
  }

  /** Kafka's clients would fail in the task, and signals never arrive. */
  @ParameterizedTest
  @ValueSource(
      strings = {"broker", "\"broker:9092\"", "broker:9092; other:9092", "broker:", "broker:port"})
  void brokersHavePorts(String brokers) {
    properties.put("heartbeat.topic", "psa.heartbeats");
    properties.put("signal.topic", "psa.signals");
    properties.put("signal.bootstrap.servers", "first:9092, [::1]:9092, SSL://b-1.kafka:9094");
    assertThat(problems()).doesNotContainKey("signal.bootstrap.servers");

    properties.put("signal.bootstrap.servers", "first:9092, " + brokers);
    assertThat(problems().get("signal.bootstrap.servers"))
        .endsWith("expected a host and its port, such as broker:9092");
  }

  @Test
  void aChildThatDoesNotDependOnItsParentIsRefused() {
    properties.put("queries", "a,b");
    properties.put("query.b.operation.id", "getCompanyCompanies");
    properties.put("query.b.parent", "a");

    assertThat(problems().get("query.b.options"))
        .isEqualTo(
            "query.b.options: refers to no field of the parent, so that the same would be read"
                + " again for each of its items; refer to one, as in ${parent.id}, or leave out"
                + " parent");
  }

  @Test
  void aWriteIsNoQuery() {
    properties.put("operation.id", "postServiceTickets");

    assertThat(problems().get("operation.id"))
        .isEqualTo(
            "operation.id: postServiceTickets is a POST; a source runs GET operations, writes belong in"
                + " the sink connector");
  }

  @Test
  void aMisspeltKeyOrAliasIsNoticed() {
    properties.put("queries", "tickets");
    properties.put("query.tickets.optoins", "{}");
    properties.put("query.companies.operation.id", "getCompanyCompanies");

    assertThat(problems())
        .containsEntry(
            "query.tickets.optoins",
            "query.tickets.optoins: there is no such key. Did you mean options?")
        .containsEntry(
            "query.companies.operation.id",
            "query.companies.operation.id: \"companies\" is not listed in queries; add it there or"
                + " remove this key");
  }

  @Test
  void twoQueriesMustNotShareTheirOffsets() {
    properties.put("queries", "a,b");

    assertThat(problems().get("query.b.operation.id"))
        .isEqualTo(
            "query.b.operation.id: query b selects the same items as query a, so their offsets"
                + " would be one; fields and orderBy do not tell queries apart. Give one of them"
                + " another offset.name or other conditions, or move it to another connector.");
  }

  @Test
  void aNameGivesAQueryAPlaceOfItsOwn() {
    properties.put("queries", "a,b");
    properties.put("query.b.offset.name", "second");
    assertThat(problems()).containsOnlyKeys("connectwise.site.url"); // nobody listens there

    properties.put("query.a.offset.name", " second ");
    assertThat(problems().get("query.b.offset.name"))
        .contains("query b has the operation and the name of query a");

    properties.put("query.a.offset.name", "with blanks");
    assertThat(problems().get("query.a.offset.name")).contains("use up to 100 letters");
  }

  /** What the partition ignores must not tell queries apart for the check of duplicates. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "getServiceTickets | {\"fields\": \"id,summary\"}",
        "GetServiceTickets | {}",
        "GET /service/tickets | {\"fields\": \"id\"}",
        "get apis/3.0/Service/Tickets | {}",
        "getServiceTickets | {\"orderBy\": \"id asc\"}",
      })
  void queriesThatDifferInWhatTheirPartitionIgnoresShareTheirOffsets(
      String operation, String options) {
    properties.put("queries", "a,b");
    properties.put("query.a.operation.id", "getServiceTickets");
    properties.put("query.b.operation.id", operation);
    properties.put("query.b.options", options);

    assertThat(problems().get("query.b.operation.id"))
        .startsWith("query.b.operation.id: query b selects the same items as query a,");
  }

  @Test
  void queriesWithOtherConditionsAndChildrenOfDifferentParentsHaveOffsetsOfTheirOwn() {
    properties.put("queries", "open,closed,openNotes,closedNotes");
    properties.put("query.open.options", "{\"conditions\": \"closedFlag=false\"}");
    properties.put("query.closed.options", "{\"conditions\": \"closedFlag=true\"}");
    for (String parent : List.of("open", "closed")) {
      String notes = "query." + parent + "Notes.";
      properties.put(notes + "parent", parent);
      properties.put(notes + "operation.id", "getServiceTicketsByParentIdNotes");
      properties.put(notes + "options", "{\"parentId\": \"${parent.id}\"}");
    }

    assertThat(parsed()).hasSize(4);
  }

  @Test
  void changesCannotBeFoundWithoutIds() {
    properties.put("operation.id", "getServiceTicketsCount");
    properties.put("mode", "incremental");
    properties.put("paging", "keyset");

    assertThat(problems()).containsOnlyKeys("mode", "paging");
  }

  @Test
  void aWrongValueThatQueriesShareIsAProblemOfItsOwnKey() {
    properties.put("queries", "tickets");
    properties.put("query.tickets.operation.id", "getServiceTickets");
    properties.put("mode", "bogus");
    properties.put("page.size", "0");
    properties.put("schedule.cron", "now and then");

    assertThat(problems()).containsOnlyKeys("mode", "page.size", "schedule.cron");
  }

  @Test
  void aTaskThatIsGivenSuchAConfigurationSaysTheSame() {
    properties.put("operation.id", "nothing");

    assertThatThrownBy(this::parsed)
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("operation.id: Unknown operation \"nothing\".");
  }

  @Test
  void noSecretIsShown() {
    properties.put("connectwise.password", "s3cret");
    properties.put("operation.id", "nothing");

    assertThat(SourceConfig.validate(properties, CATALOG).configValues().toString())
        .doesNotContain("s3cret");
    assertThat(
            new ConnectionConfig(
                    new org.apache.kafka.common.config.AbstractConfig(
                        SourceConfig.definition(), properties, false))
                .settings()
                .toString())
        .doesNotContain("s3cret");
  }

  private List<Query> parsed() {
    return new SourceConfig(properties, CATALOG).queries();
  }

  private Map<String, String> problems() {
    return Connection.problems(SourceConfig.validate(properties, CATALOG));
  }
}
