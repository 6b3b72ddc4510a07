package io.psastream.connectwise.sink.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.config.Connection;
import io.psastream.connectwise.sink.config.Rules.OnAmbiguousCreate;
import io.psastream.connectwise.sink.config.Rules.OnExists;
import io.psastream.connectwise.sink.config.Rules.OnNotFound;
import io.psastream.connectwise.sink.config.Rules.OnNull;
import io.psastream.connectwise.sink.config.Writing.OnProblem;
import io.psastream.connectwise.sink.config.Writing.PatchFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SinkConfigTest {

  private static final Catalog CATALOG = Catalog.load();

  private final Map<String, String> properties =
      Connection.with(
          "topics", "psa.tickets",
          "mutate.operation.id", "patchServiceTicketsById",
          "options", "{\"id\": \"${key}\"}");

  @Test
  void aSingleRouteNeedsNoAliasAndTakesEveryTopic() {
    Route route = parsed().get(0);

    assertThat(route.mutate().orElseThrow().id()).isEqualTo("patchServiceTicketsById");
    assertThat(route.delete()).isEmpty();
    assertThat(route.options()).containsKey("id");
    assertThat(route.items()).hasToString("${value}");
    assertThat(route.topics().match("any")).isTrue();
    assertThat(route.rules())
        .isEqualTo(
            new Rules(
                OnNull.FAIL,
                OnNotFound.FAIL,
                OnAmbiguousCreate.REPORT,
                OnExists.UPDATE,
                Duration.ofMinutes(10)));
    assertThat(route.writing())
        .isEqualTo(
            new Writing(
                PatchFormat.REPLACE,
                false,
                true,
                false,
                OnProblem.FAIL,
                OnProblem.WARN,
                false,
                false));
    assertThat(route).hasToString("patchServiceTicketsById");
  }

  @Test
  void tombstonesAreDeletedWhereADeleteOperationIsSet() {
    set("delete.operation.id", "DELETESERVICETICKETSBYID");
    assertThat(parsed().get(0).rules().onNull()).isEqualTo(OnNull.DELETE);

    set("behavior.on.null.values", "IGNORE");
    assertThat(parsed().get(0).rules().onNull()).isEqualTo(OnNull.IGNORE);
  }

  @Test
  void aKeyThatARouteLacksFallsBackButNeverToTheTopicsOfTheConnector() {
    set("routes", "tickets, notes");
    set("topics", "psa.tickets,psa.notes");
    set("route.tickets.topics", "psa.tickets");
    set("route.notes.topics.regex", "psa\\.no.*");
    set("route.notes.mutate.operation.id", "postServiceTicketsByParentIdNotes");
    set("route.notes.options", "{\"parentId\": \"${value.ticket}\"}");
    set("behavior.on.not.found", "ignore");

    List<Route> routes = parsed();

    assertThat(routes).extracting(Route::alias).containsExactly("tickets", "notes");
    assertThat(routes.get(0).mutate().orElseThrow().id()).isEqualTo("patchServiceTicketsById");
    assertThat(routes.get(1).topics().match("psa.notes")).isTrue();
    assertThat(routes.get(1).topics().match("psa.tickets")).isFalse();
    assertThat(routes).allMatch(route -> route.rules().onNotFound() == OnNotFound.IGNORE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "mutate.operation.id | patchServiceTicketById   | Did you mean",
        "mutate.operation.id | getServiceTickets        | getServiceTickets is a GET; a sink writes",
        "delete.operation.id | patchServiceTicketsById  | is a PATCH; tombstones need a DELETE",
        "delete.operation.id | nonsense                 | Unknown operation \"nonsense\"",
        "options             | {\"id\": 1              | not valid JSON",
        "options             | {\"id\":1,\"id\":2}      | Duplicate",
        "options             | {\"id\":\"{key.id}\"}  | write it as ${key.id}",
        "topics              | \"psa.tickets\"           | is no legal topic name",
        "topics              | psa.tickets, psa:notes    | psa:notes is no legal topic name",
        "options             | [1]                      | expected a JSON object",
        "options             | {}                       | the path parameter \"id\" of"
            + " patchServiceTicketsById is missing",
        "options             | {\"id\":1,\"idd\":2}     | patchServiceTicketsById takes no parameter"
            + " \"idd\". Did you mean id?",
        "options             | {\"id\":\"${kye}\"}      | the value of \"id\": unknown expression"
            + " \"${kye}\"; known are",
        "options             | {\"id\":[1]}             | the value of \"id\" must be a string, a"
            + " number or a boolean",
        "items               | ${key}                   | expected ${value} or a part of it",
        "items               | ${value.a} ${value.b}    | expected ${value} or a part of it",
        "items               | ${item}x                 | expected ${value} or a part of it",
        "items               | ${vlaue}                 | unknown expression",
        "behavior.on.null.values | delete               | delete needs delete.operation.id",
        "behavior.on.null.values | mutate               | mutate needs a mutate.operation.id that",
        "behavior.on.not.found   | skip                 | expected one of fail, ignore, create",
        "put.merge           | perhaps                  | true or false",
        "routes              | a.b                      | use letters, digits, _ and - only",
      })
  void putsEachProblemOnItsOwnKey(String key, String value, String problem) {
    set(key, value);

    assertThat(problems().keySet()).contains(key);
    assertThat(problems().get(key)).singleElement().asString().contains(problem);
    assertThat(problems().keySet()).isSubsetOf(key, "mutate.operation.id");
  }

  @Test
  void asksForAnOperation() {
    properties.remove("mutate.operation.id");
    properties.remove("options");

    assertThat(problems()).containsOnlyKeys("mutate.operation.id");
    assertThat(problems().get("mutate.operation.id").get(0)).contains("is missing");
  }

  @Test
  void refusesATombstoneParameterThatComesFromTheValue() {
    set("delete.operation.id", "deleteServiceTicketsById");
    set("options", "{\"id\": \"${value.id}\"}");

    assertThat(problems().get("options"))
        .containsExactly(
            "options: \"id\" of deleteServiceTicketsById refers to the value, which a tombstone does"
                + " not have; use ${key} or a header");
    set("behavior.on.null.values", "ignore");
    assertThat(problems()).doesNotContainKey("options");
  }

  @Test
  void findsTopicsThatTakeTwoRoutesOrNone() {
    set("routes", "a, b");
    set("topics", "x, y, z");
    set("route.a.topics", "x");
    set("route.b.topics", "x, y");

    assertThat(problems())
        .isEqualTo(
            Map.of(
                "route.b.topics",
                    List.of(
                        "route.b.topics: \"x\" is taken by route a already; list it in one of them"),
                "routes",
                    List.of(
                        "routes: no route takes the topic \"z\"; add it to the topics of one")));
  }

  @Test
  void findsTopicsThatMatchTwoPatternsOrAPatternAndAName() {
    set("routes", "a, b, c");
    set("topics", "psa.x, psa.y");
    set("route.a.topics.regex", "psa\\..*");
    set("route.b.topics.regex", ".*\\.x");
    set("route.c.topics", "psa.y");

    assertThat(problems())
        .isEqualTo(
            Map.of(
                "route.b.topics.regex",
                    List.of(
                        "route.b.topics.regex: \"psa.x\" is taken by route a already; list it in one of them"),
                "route.c.topics",
                    List.of(
                        "route.c.topics: \"psa.y\" is taken by route a already; list it in one of them")));
  }

  @Test
  void noticesAPatternThatIsNone() {
    set("routes", "a");
    set("route.a.topics.regex", "[");

    assertThat(problems().get("route.a.topics.regex").get(0))
        .contains("not a regular expression: Unclosed character class");
  }

  @Test
  void wantsEachOfSeveralRoutesToNameItsTopics() {
    set("routes", "a, b");
    set("route.a.topics", "psa.tickets");

    assertThat(problems()).containsOnlyKeys("route.b.topics");
  }

  @Test
  void noticesAKeyOfARouteThatDoesNotExist() {
    set("routes", "a");
    set("route.a.mutate.operation", "x");
    set("route.b.options", "{}");

    assertThat(problems()).containsOnlyKeys("route.a.mutate.operation", "route.b.options");
  }

  @Test
  void saysThatTheSiteCannotBeReachedWhenNothingElseIsWrong() {
    assertThat(problems()).containsOnlyKeys("connectwise.site.url");
    assertThat(problems().get("connectwise.site.url").get(0))
        .contains("the site cannot be reached");
  }

  @Test
  void aWrongValueThatRoutesShareIsAProblemOfItsOwnKey() {
    set("routes", "a");
    set("patch.format", "bogus");
    set("lookup.wait.ms", "-1");

    assertThat(problems()).containsOnlyKeys("patch.format", "lookup.wait.ms");
  }

  @Test
  void failsWithEveryProblemWhereThereIsNoPlaceToShowThem() {
    set("options", "{\"nope\":1}");
    set("items", "x");

    assertThatThrownBy(this::parsed)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("options: ")
        .hasMessageContaining("items: ");
  }

  private void set(String key, String value) {
    properties.put(key, value);
  }

  private List<Route> parsed() {
    return new SinkConfig(properties, CATALOG).routes();
  }

  private Map<String, List<String>> problems() {
    return SinkConfig.validate(properties, CATALOG).configValues().stream()
        .filter(value -> !value.errorMessages().isEmpty())
        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
  }
}
