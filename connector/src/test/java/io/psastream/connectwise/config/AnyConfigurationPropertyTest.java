package io.psastream.connectwise.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.sink.ConnectWiseSinkConnector;
import io.psastream.connectwise.sink.config.SinkConfig;
import io.psastream.connectwise.source.ConnectWiseSourceConnector;
import io.psastream.connectwise.source.config.SourceConfig;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.connect.connector.Connector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a configuration says, validation gives an answer about its keys: it throws nothing,
 * takes no time to speak of and quotes no secret; and what it accepts can be started. {@code
 * -Dconfigurations=100000} tries so many instead of a few.
 */
class AnyConfigurationPropertyTest {

  private static final int CONFIGURATIONS = Integer.getInteger("configurations", 100);
  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final Catalog CATALOG = Catalog.load();
  private static final String SECRET = "s3cr3t";
  private static final int HUGE = 100_000;

  /** A connector and a configuration that is fine. */
  private record Subject(
      Connector connector,
      Function<Map<String, String>, Config> validate,
      ConfigDef keys,
      String prefix,
      List<String> good) {}

  private static final Subject SOURCE =
      new Subject(
          new ConnectWiseSourceConnector(),
          properties -> SourceConfig.validate(properties, CATALOG),
          SourceConfig.definition(),
          "query.a.",
          List.of("operation.id", "getServiceTickets"));
  private static final Subject QUERIES =
      new Subject(
          new ConnectWiseSourceConnector(),
          properties -> SourceConfig.validate(properties, CATALOG),
          SourceConfig.definition(),
          "query.a.",
          List.of(
              "queries",
              "a,b",
              "query.a.operation.id",
              "getServiceTickets",
              "query.b.operation.id",
              "getServiceTicketsByParentIdNotes",
              "query.b.parent",
              "a",
              "query.b.options",
              "{\"parentId\": \"${parent.id}\"}"));
  private static final Subject SINK =
      new Subject(
          new ConnectWiseSinkConnector(),
          properties -> SinkConfig.validate(properties, CATALOG),
          SinkConfig.definition(),
          "route.a.",
          List.of(
              "topics",
              "t",
              "mutate.operation.id",
              "patchServiceTicketsById",
              "options",
              "{\"id\": \"${key}\"}"));
  private static final Subject ROUTES =
      new Subject(
          new ConnectWiseSinkConnector(),
          properties -> SinkConfig.validate(properties, CATALOG),
          SinkConfig.definition(),
          "route.a.",
          List.of(
              "topics",
              "t,u",
              "routes",
              "a,b",
              "route.a.topics",
              "t",
              "route.a.mutate.operation.id",
              "postServiceTickets",
              "route.a.lookup.operation.id",
              "getServiceTickets",
              "route.a.lookup.conditions",
              "externalXRef=\"${key}\"",
              "route.b.topics.regex",
              "u",
              "route.b.delete.operation.id",
              "deleteServiceTicketsById",
              "route.b.options",
              "{\"id\": \"${key}\"}"));

  private static final List<String> WRONG = wrong();

  private static List<String> wrong() {
    List<String> all = new ArrayList<>();
    all.add(null);
    Stream.of(
            "",
            " ",
            "\t\n",
            ",",
            ",,,",
            "a,a",
            "a.b,c",
            ".",
            "-1",
            "0",
            "1",
            "99999",
            "1e400",
            "NaN",
            "Infinity",
            "0x7f",
            "2147483648",
            "9223372036854775807",
            "-9223372036854775808",
            "99999999999999999999999",
            "true",
            "null",
            "{}",
            "[]",
            "{",
            "[{\"a\":1}]",
            "{\"id\":null}",
            "{\"a\":{\"b\":[]}}",
            "{\"id\":1e999999999}",
            "{\"id\":\"${\"}",
            "{\"id\":\"${key\"}",
            "{\"conditions\":\"a=[\"}",
            "{\"pageSize\":\"99999\"}",
            "${",
            "${}",
            "${key}",
            "${.}",
            "${value.}",
            "$key",
            "${parent.id}",
            "${a:b:c}",
            "\"",
            "'",
            "[",
            "ümläut",
            "€\uD83D\uDE00",
            "\uD83D",
            "\u0000\u0001",
            "s\u212Aip",
            "aut\u0131",
            "vfoo",
            "v4/../x",
            "auto",
            "http://",
            "https://h:99999",
            "https://h/a/b?c#d",
            "ftp://h",
            "h",
            "https://[::1",
            "http://a:b@",
            "a b",
            "not a host",
            "http://proxy",
            "-P1D",
            "P",
            "P99999999999D",
            "PT-5S",
            "+999999999-12-31T23:59:59Z",
            "-999999999-01-01T00:00:00Z",
            "* * * * *",
            "* * * * * *",
            "99 * * * *",
            "0 0 31 2 *",
            "0 0 30 2 ? 2020",
            "*/0 * * * *",
            "1-0 * * * *",
            "? ? ? ? ?",
            "L W # * *",
            "Mars/Olympus",
            "(",
            "(a+)+b",
            "\\",
            "[a-",
            "(?<n>",
            "GET",
            "GET /",
            "GET /a/{",
            "GET /a/{}/b",
            "GET /a/{id}",
            "get //",
            "POST /a/../b",
            "FOO /a",
            "getServiceTicketz",
            "getTimeEntries",
            "postServiceTickets",
            "getFinanceInvoicesByIdPdf",
            "java.lang.String",
            "a",
            "b",
            "a,b",
            "zzz",
            "typed",
            "JSON",
            "sweep",
            "none",
            "fail",
            "diff",
            "create",
            "lookup",
            "page",
            "keyset",
            "snapshot",
            "incremental",
            "flatten",
            "debezium")
        .forEach(all::add);
    Stream.of(
            "x", "${", "}", "{", "[", "(", "\"", "'", "$", "/a", "A", ",", "a,", " ", "\\", "9",
            "* ", "1,", "ü", "\u0000", "{\"a\":", "GET /", "P", "+", "like ", "(a|")
        .forEach(
            unit -> {
              all.add(unit.repeat(HUGE / unit.length()));
              all.add(unit.repeat(1_000 / unit.length()));
            });
    all.add("GET " + "/a".repeat(5_000));
    all.add("GET " + "/{a}".repeat(5_000));
    all.add("{\"conditions\":\"" + "[".repeat(HUGE) + "\"}");
    all.add("{\"conditions\":\"" + "${".repeat(HUGE / 2) + "\"}");
    all.add("{\"id\":\"" + "${".repeat(HUGE / 2) + "\"}");
    all.add("{\"" + "x".repeat(HUGE) + "\":1}");
    all.add("{\"a\":1" + "1".repeat(HUGE) + "}");
    all.add(
        "{"
            + String.join(",", IntStream.range(0, 5_000).mapToObj(i -> "\"k" + i + "\":1").toList())
            + "}");
    all.add(String.join(",", IntStream.range(0, 15_000).mapToObj(i -> "q" + i).toList()));
    all.add("x" + "\u00e4".repeat(HUGE) + "=\"${key}\"");
    return all;
  }

  static Stream<Arguments> subjects() {
    return Stream.of(
        Arguments.of("source", SOURCE),
        Arguments.of("queries", QUERIES),
        Arguments.of("sink", SINK),
        Arguments.of("routes", ROUTES));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("subjects")
  void isAnsweredOnItsKeys(String name, Subject subject) {
    Random random = new Random(7);
    List<String> names = subject.keys().names().stream().sorted().toList();
    for (int i = 0; i < CONFIGURATIONS / 4; i++) {
      Map<String, String> properties = Connection.with(subject.good().toArray(String[]::new));
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        String key = names.get(random.nextInt(names.size()));
        String value = WRONG.get(random.nextInt(WRONG.size()));
        if (subject.keys().configKeys().get(key).type == Type.PASSWORD) {
          value = SECRET + value;
        } else if (key.equals("connectwise.site.url") && random.nextBoolean()) {
          value =
              random.nextBoolean()
                  ? "https://u:" + SECRET + "@h"
                  : "http://" + SECRET + "@" + value;
        }
        properties.put(random.nextInt(3) == 0 ? subject.prefix() + key : key, value);
      }
      assertAnswered(subject, properties);
    }
  }

  private static void assertAnswered(Subject subject, Map<String, String> properties) {
    String described = described(properties);
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Map<String, String> problems = problems(subject, properties, described);
    long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;

    assertThat(Duration.ofNanos(took)).as(described).isLessThan(LONGEST);
    assertThat(problems.toString()).as(described).doesNotContain(SECRET);
    assertThat(problems.values()).as(described).allMatch(problem -> problem.length() < 50_000);
    problems.values().removeIf(problem -> problem.contains("the site cannot be reached"));
    if (problems.isEmpty()) {
      assertStarts(subject.connector(), properties, described);
    }
  }

  private static Map<String, String> problems(
      Subject subject, Map<String, String> properties, String described) {
    try {
      return Connection.problems(subject.validate().apply(properties));
    } catch (RuntimeException | Error e) {
      throw new AssertionError("validate throws for " + described, e);
    }
  }

  private static void assertStarts(
      Connector connector, Map<String, String> properties, String described) {
    try {
      connector.start(properties);
      assertThat(connector.taskConfigs(3)).isNotEmpty();
    } catch (RuntimeException | Error e) {
      throw new AssertionError("what validate accepts cannot be started: " + described, e);
    }
  }

  private static String described(Map<String, String> properties) {
    Map<String, String> cut = new TreeMap<>();
    properties.forEach(
        (key, value) ->
            cut.put(
                key,
                value != null && value.length() > 50
                    ? value.substring(0, 50) + "… of " + value.length()
                    : value));
    return cut.toString();
  }

  /** These were accepted, or thrown at whoever asked. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "connectwise.site.url, https://na.myconnectwise.net/a/b",
        "connectwise.site.url, https://na.myconnectwise.net:99999",
        "connectwise.codebase, vfoo",
        "connectwise.client.id, a b",
        "connectwise.client.id, güid",
        "http.proxy.host, http://proxy",
        "http.proxy.host, pröxy",
        "topic, null",
        "connectwise.password, null",
        "operation.id, null",
        "deletes.max.ratio, NaN",
        "schedule.interval.ms, 9223372036854775807",
        "start.at, +999999999-01-01T00:00:00Z",
      })
  void aValueThatCannotBeMeantIsAProblemOfItsKey(String key, String value) {
    Map<String, String> properties = Connection.with("operation.id", "getServiceTickets");
    properties.put(key, value);

    assertThat(Connection.problems(SourceConfig.validate(properties, CATALOG))).containsKey(key);
  }
}
