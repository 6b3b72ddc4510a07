package io.psastream.connectwise.sink.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.psastream.connectwise.catalog.Catalog;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.config.Connection;
import io.psastream.connectwise.sink.config.Route.Related;
import io.psastream.connectwise.sink.config.Rules.OnAmbiguousCreate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LookupConfigTest {

  private static final Catalog CATALOG = Catalog.load();

  private final Map<String, String> properties =
      Connection.with(
          "topics", "psa.tickets",
          "mutate.operation.id", "postServiceTickets",
          "lookup.operation.id", "getServiceTickets",
          "lookup.conditions", "externalXRef=\"${key}\"");

  @Test
  void anUpsertFindsItsOperationsAndSettlesLostAnswersByLooking() {
    Route route = parsed();

    assertThat(related(route))
        .containsExactly("postServiceTickets", "patchServiceTicketsById", "getServiceTicketsById");
    assertThat(route.rules().onAmbiguous()).isEqualTo(OnAmbiguousCreate.LOOKUP);
    assertThat(route.lookup().orElseThrow().delay()).hasSeconds(15);
  }

  @Test
  void anUpdateByAKeyOfTheUserNeedsNoIdAndCreatesOnlyWhenToldTo() {
    set("mutate.operation.id", "patchServiceTicketsById");
    assertThat(related(parsed()))
        .containsExactly("-", "patchServiceTicketsById", "getServiceTicketsById");

    set("behavior.on.not.found", "create");
    assertThat(related(parsed()).get(0)).isEqualTo("postServiceTickets");
  }

  @Test
  void withoutALookUpNothingIsLookedFor() {
    properties.keySet().removeIf(key -> key.startsWith("lookup."));

    assertThat(related(parsed())).containsExactly("postServiceTickets", "-", "-");
    assertThat(parsed().rules().onAmbiguous()).isEqualTo(OnAmbiguousCreate.REPORT);
  }

  @Test
  void warnsOfWhatAKillOrAPutCanDo() {
    assertThat(parsed().cautions()).isEmpty();

    properties.keySet().removeIf(key -> key.startsWith("lookup."));
    assertThat(parsed().cautions())
        .singleElement()
        .asString()
        .startsWith(
            "postServiceTickets creates without a look-up: a worker that is killed between");

    set("mutate.operation.id", "putServiceTicketsById");
    set("options", "{\"id\":\"${key}\"}");
    set("dry.run", "true");
    assertThat(parsed().cautions())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("putServiceTicketsById resets every field"),
            second -> assertThat(second).isEqualTo("dry.run=true: nothing is written."));
  }

  @Test
  void warnsOfADeleteOfOtherItems() {
    set("mutate.operation.id", "patchServiceTicketsById");
    set("delete.operation.id", "deleteServiceTicketsById");
    assertThat(parsed().cautions()).isEmpty();
    set("delete.operation.id", "deleteProjectTicketsById");
    assertThat(parsed().cautions()).as("tickets have one space of ids").isEmpty();

    set("delete.operation.id", "deleteCompanyCompaniesById");
    set("options", "{\"id\":\"${key}\"}");
    properties.keySet().removeIf(key -> key.startsWith("lookup."));
    assertThat(parsed().cautions())
        .singleElement()
        .asString()
        .startsWith(
            "deleteCompanyCompaniesById deletes other items than patchServiceTicketsById writes: a"
                + " record without a value deletes what has its id in /company/companies.");
  }

  @Test
  void theParentOfWhatIsLookedUpComesFromTheOptions() {
    set("mutate.operation.id", "postServiceTicketsByParentIdNotes");
    set("lookup.operation.id", "getServiceTicketsByParentIdNotes");
    set("lookup.conditions", "text=\"${value.text}\"");
    assertThat(problems().get("options").get(0)).contains("\"parentId\"").contains("is missing");

    set("options", "{\"parentId\":\"${value.ticket}\"}");
    assertThat(problems()).containsOnlyKeys("connectwise.site.url");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "lookup.operation.id | postServiceTickets   | postServiceTickets does not give a list",
        "lookup.operation.id | getServiceTicketsById| getServiceTicketsById does not give a list",
        "lookup.operation.id | getServiceTicket     | Did you mean",
        "lookup.conditions   | ``                   | is missing; say how an item is found",
        "lookup.conditions   | externalXRef=\"x\"   | it finds the same item for every record",
        "lookup.conditions   | externalXRef=\"${key}| is not closed",
        "lookup.wait.ms      | -1                   | at least 0",
        "update.operation.id | postServiceTickets   | is a POST; expected a PATCH or a PUT",
        "update.operation.id | patchServiceTicket   | Did you mean",
        "behavior.on.exists  | merge                | expected one of update, ignore, fail",
        "patch.format        | merge                | expected one of replace, diff, operations",
        "null.behavior       | keep                 | expected one of omit, clear",
        "custom.fields       | all                  | expected one of merge, partial",
        "behavior.on.unapplied | stop               | expected one of warn, fail, ignore",
        "unknown.field.behavior| stop               | expected one of warn, fail, ignore",
        "behavior.on.ambiguous.create | wait        | expected one of lookup, report, retry",
        "options             | {\"conditions\":\"x\"} | take no parameter \"conditions\"",
      })
  void putsEachProblemOnItsOwnKey(String key, String value, String problem) {
    set(key, value);

    assertThat(problems().get(key)).singleElement().asString().contains(problem);
  }

  /** The id of a company would name whichever ticket has the same number. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "patchServiceTicketsById",
        "putServiceTicketsById",
        "deleteServiceTicketsById",
        "postServiceTickets"
      })
  void aListOfOtherItemsFindsNone(String mutate) {
    set("mutate.operation.id", mutate);
    set("lookup.operation.id", "getCompanyCompanies");
    set("lookup.conditions", "identifier=\"${key}\"");

    assertThat(problems().get("lookup.operation.id"))
        .containsExactly(
            "lookup.operation.id: getCompanyCompanies finds other items than "
                + mutate
                + " writes, and their ids are not the same; look up in GET /service/tickets");

    set("lookup.operation.id", "getServiceTicketsInfo");
    assertThat(problems()).doesNotContainKey("lookup.operation.id");
  }

  @Test
  void ticketsOfServiceAndProjectsHaveOneSpaceOfIds() {
    set("mutate.operation.id", "patchServiceTicketsById");
    set("lookup.operation.id", "getProjectTickets");
    set("lookup.conditions", "externalXRef=\"${key}\"");

    assertThat(problems()).doesNotContainKey("lookup.operation.id");
  }

  @Test
  void aListBelowTheItemsIsOneOfOtherItems() {
    set("mutate.operation.id", "patchCompanyCompaniesById");
    set("lookup.operation.id", "getCompanyCompaniesTypes");
    set("lookup.conditions", "name=\"${key}\"");

    assertThat(problems()).containsKey("lookup.operation.id");
  }

  @Test
  void aLookUpIsNeededForWhatBuildsOnIt() {
    properties.remove("lookup.operation.id");
    set("behavior.on.ambiguous.create", "lookup");

    assertThat(problems())
        .isEqualTo(
            Map.of(
                "lookup.conditions", List.of("lookup.conditions: needs lookup.operation.id"),
                "behavior.on.ambiguous.create",
                    List.of(
                        "behavior.on.ambiguous.create: lookup needs lookup.operation.id, such as"
                            + " getServiceTickets")));
  }

  @Test
  void aTombstoneIsNotLookedUpByItsValue() {
    set("delete.operation.id", "deleteServiceTicketsById");
    set("lookup.conditions", "externalXRef=\"${value.ref}\"");

    assertThat(problems().get("lookup.conditions"))
        .singleElement()
        .asString()
        .contains("refers to the value, which a tombstone does not have");
  }

  @Test
  void saysWhichOperationIsMissingWhereTheResourceHasNone() {
    Operation alone =
        CATALOG.operations().stream()
            .filter(it -> it.method() == HttpMethod.PUT && it.path().parameters().size() == 1)
            .filter(it -> it.siblings().create().isEmpty() && it.siblings().get().isPresent())
            .findFirst()
            .orElseThrow();
    properties.keySet().removeIf(key -> key.startsWith("lookup."));
    set("mutate.operation.id", alone.id());
    set("options", "{\"%s\":\"${key}\"}".formatted(alone.path().parameters().get(0)));
    set("behavior.on.not.found", "create");

    assertThat(problems().get("behavior.on.not.found"))
        .containsExactly(
            "behavior.on.not.found: create needs create.operation.id, since "
                + alone.id()
                + " has no POST beside it that creates");
  }

  private static List<String> related(Route route) {
    Related related = route.related(route.mutate().orElseThrow());
    return List.of(related.create(), related.update(), related.read()).stream()
        .map(it -> it.map(Operation::id).orElse("-"))
        .toList();
  }

  private Route parsed() {
    return new SinkConfig(properties, CATALOG).routes().get(0);
  }

  private void set(String key, String value) {
    properties.put(key, value);
  }

  private Map<String, List<String>> problems() {
    return SinkConfig.validate(properties, CATALOG).configValues().stream()
        .filter(value -> !value.errorMessages().isEmpty())
        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
  }
}
