package io.psastream.connectwise.sink.mapping;

import static io.psastream.connectwise.sink.Fixtures.CATALOG;
import static io.psastream.connectwise.sink.Fixtures.record;
import static io.psastream.connectwise.sink.Fixtures.routes;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.psastream.connectwise.catalog.ItemSchema.Field;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.catalog.Operation.BodyKind;
import io.psastream.connectwise.catalog.Operation.HttpMethod;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.sink.body.ItemModel;
import io.psastream.connectwise.sink.config.Route;
import io.psastream.connectwise.sink.mapping.RecordRouter.Mapping;
import io.psastream.connectwise.template.Template;
import io.psastream.connectwise.template.Template.Expression;
import io.psastream.connectwise.template.Template.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a record says is left out of the body, whatever the operation. */
class BodiesTest {

  private static final Expression VALUE = new Expression(Source.VALUE, List.of());
  private static final String BULK = "postCompanyConfigurationsBulk";
  private static final String REJECT = "postTimeSheetsByIdReject";

  /** The fields that an operation would leave out of an item that has all there are. */
  private static Set<String> leftOut(Operation operation, ItemModel model) {
    Map<String, Template> options =
        operation.path().parameters().stream()
            .collect(Collectors.toMap(it -> it, it -> Template.parse("${value." + it + "}")));
    return Addressing.of(operation, model, options, VALUE).fields();
  }

  private static Set<String> fields(Operation operation) {
    return operation.bodyItem().flatMap(CATALOG::schema).stream()
        .flatMap(schema -> schema.fields().stream())
        .map(Field::name)
        .collect(Collectors.toSet());
  }

  @Test
  void noOperationLosesAFieldThatItsBodyHasSaveTheIdOfTheItemThatAPutNames() {
    Set<String> kept = new TreeSet<>();
    for (Operation operation : CATALOG.operations()) {
      ItemModel model = ItemModel.of(operation, CATALOG);
      Set<String> leftOut = leftOut(operation, model);
      if (operation.body() == BodyKind.OBJECT || operation.body() == BodyKind.ARRAY) {
        List<String> names = operation.path().parameters();
        for (String field : fields(operation)) {
          boolean named = names.contains(field);
          boolean own =
              named
                  && operation.method() == HttpMethod.PUT
                  && operation.path().toString().endsWith("{" + field + "}");
          boolean expected = own && !model.requires(field);
          assertThat(leftOut.contains(field)).as(operation.id() + " " + field).isEqualTo(expected);
          if (named && !expected) {
            kept.add(operation.id() + " " + field);
          }
        }
      }
      // What the body does not have is the path's alone (P42).
      operation.path().parameters().stream()
          .filter(name -> !model.has(name))
          .forEach(name -> assertThat(leftOut).as(operation.id()).contains(name));
    }
    assertThat(kept)
        .hasSize(23)
        .contains(
            "postSystemWorkflowsByParentIdEvents parentId",
            "putSystemWorkflowsByParentIdEventsById parentId",
            "putServiceBoardsByGrandparentIdItemsByParentIdAssociationsById id");
  }

  @Test
  void aPatchRepeatsNothingOfItsPath() {
    CATALOG.operations().stream()
        .filter(operation -> operation.body() == BodyKind.JSON_PATCH)
        .forEach(
            operation ->
                assertThat(leftOut(operation, ItemModel.of(operation, CATALOG)))
                    .as(operation.id())
                    .containsAll(operation.path().parameters()));
  }

  @Test
  void aFieldOfTheValueIsNoFieldOfItsItems() {
    Call call =
        onlyCall(
            record("k", "{\"id\":5,\"entries\":[{\"id\":9,\"text\":\"x\",\"flag\":true}]}"),
            "mutate.operation.id",
            "postServiceTicketsByParentIdNotes",
            "items",
            "${value.entries}",
            "options",
            "{\"parentId\":\"${value.id}\"}");

    assertThat(call.path()).isEqualTo(Map.of("parentId", "5"));
    assertThat(call.body().orElseThrow()).hasToString("{\"id\":9,\"text\":\"x\",\"flag\":true}");
  }

  @Test
  void everyOperationThatIsDeclaredWithoutABodySendsWhatTheRecordSays() {
    List<Operation> bodiless =
        CATALOG.operations().stream()
            .filter(it -> it.body() == BodyKind.NONE && it.method() != HttpMethod.GET)
            .toList();
    assertThat(bodiless).hasSizeGreaterThan(300);
    for (Operation operation : bodiless) {
      ObjectNode ids = JsonNodeFactory.instance.objectNode();
      operation.path().parameters().forEach(name -> ids.put(name, "5"));
      ObjectNode whole = ids.deepCopy().put("reason", "late");

      assertThat(body(operation, whole))
          .as(operation.id())
          .hasToString("Optional[{\"reason\":\"late\"}]");
      assertThat(body(operation, ids)).as(operation.id()).isEmpty();
    }
  }

  private static Optional<JsonNode> body(Operation operation, ObjectNode item) {
    Map<String, Template> options = new HashMap<>();
    operation
        .path()
        .parameters()
        .forEach(name -> options.put(name, Template.parse("${value." + name + "}")));
    Route route =
        new Route(
            ROUTE.alias(),
            ROUTE.topics(),
            Optional.of(operation),
            Optional.empty(),
            options,
            ROUTE.items(),
            ROUTE.directives(),
            ROUTE.rules(),
            ROUTE.writing(),
            Map.of(),
            Optional.empty());
    return RequestTemplate.of(operation, route, CATALOG, new UnknownFields()).body(item);
  }

  private static final Route ROUTE = routes("mutate.operation.id", "postServiceTickets").get(0);

  @ParameterizedTest
  @ValueSource(strings = {"\"late\"", "5", "true", "[\"late\"]"})
  void whatIsNoObjectIsRejectedByAnOperationThatIsDeclaredWithoutABody(String value) {
    assertThat(map(record("5", value), REJECT_BY_KEY))
        .isInstanceOfSatisfying(
            Mapping.Unmappable.class,
            it ->
                assertThat(it.reason()).startsWith(REJECT + " takes an object as its item, not "));
  }

  @Test
  void aBareIdThatTheOptionsTakeIsNoBody() {
    Call call =
        onlyCall(
            record(null, "5"),
            "mutate.operation.id",
            "deleteServiceTicketsById",
            "options",
            "{\"id\":\"${value}\"}");

    assertThat(call.path()).isEqualTo(Map.of("id", "5"));
    assertThat(call.body()).isEmpty();
  }

  private static final String[] REJECT_BY_KEY = {
    "mutate.operation.id", REJECT, "options", "{\"id\":\"${key}\"}"
  };

  @Test
  void aRecordWithoutAValueCallsAnOperationThatTakesNoBodyOnlyWhereThatIsSaid() {
    SinkRecord record = record("5", null);

    assertThat(map(record, REJECT_BY_KEY)).isInstanceOf(Mapping.Unmappable.class);
    Call call = onlyCall(record, with(REJECT_BY_KEY, "behavior.on.null.values", "mutate"));
    assertThat(call.operation().id()).isEqualTo(REJECT);
    assertThat(call.path()).isEqualTo(Map.of("id", "5"));
    assertThat(call.body()).isEmpty();
  }

  @Test
  void whatHoldsForOneItemHoldsForEachOfABulk() {
    Call call =
        onlyCall(
            record(
                "k",
                "[{\"name\":\"a\",\"vendorNotes\":null,\"purchaseDate\":\"2026-01-31\"},"
                    + "{\"name\":\"b\",\"company\":{\"id\":1,\"name\":null}}]"),
            "mutate.operation.id",
            BULK);

    assertThat(call.body().orElseThrow())
        .hasToString(
            "[{\"name\":\"a\",\"purchaseDate\":\"2026-01-31T00:00:00Z\"},"
                + "{\"name\":\"b\",\"company\":{\"id\":1}}]");
  }

  @Test
  void anItemOfABulkIsRejectedByItsPlaceForWhatOneItemIsRejectedFor() {
    String fine = "{\"name\":\"a\",\"type\":{\"id\":1},\"company\":{\"id\":1}}";
    assertThat(reason("[" + fine + ",{\"nmae\":\"b\"}]", "unknown.field.behavior", "fail"))
        .startsWith("item 2 of 2: " + BULK + " has no field nmae in the catalogue");
    assertThat(reason("[" + fine + ",{\"name\":\"b\"}]", "dry.run", "true"))
        .isEqualTo(
            "item 2 of 2: " + BULK + " would not take it: type: is required; company: is required");
    assertThat(reason("[" + fine + ",{\"purchaseDate\":\"1/2/2026\"}]"))
        .startsWith("item 2 of 2: purchaseDate is not a time");
    assertThat(reason("[" + fine + ",5]"))
        .isEqualTo("item 2 of 2: " + BULK + " takes an object as its item, not a number");
    assertThat(reason("5")).startsWith(BULK + " takes an object as its item, not text (");
    assertThat(reason("[]")).isEqualTo(BULK + " takes an array of items, and this one is empty");
  }

  @Test
  void timesInPatchOperationsAreTimesToo() {
    String operations = "[{\"op\":\"replace\",\"path\":\"requiredDate\",\"value\":\"%s\"}]";
    String[] patch = {
      "mutate.operation.id", "patchServiceTicketsById", "options", "{\"id\":\"${key}\"}"
    };

    assertThat(
            onlyCall(record("5", operations.formatted("2026-01-31")), patch).body().orElseThrow())
        .hasToString(operations.formatted("2026-01-31T00:00:00Z"));
    assertThat(map(record("5", operations.formatted("01/02/2026")), patch))
        .isInstanceOf(Mapping.Unmappable.class);
  }

  @Test
  void onlyUpdatesOfOneItemAreCoalesced() {
    for (String operation :
        List.of("deleteCompanyConfigurationsBulk", "putCompanyConfigurationsBulk")) {
      boolean deletes = operation.startsWith("delete");
      String value = deletes ? "{\"ids\":[%d]}" : "[{\"id\":%d}]";
      List<Change> changes = new ArrayList<>();
      for (int id = 1; id <= 2; id++) {
        changes.add(
            changes(record("k", value.formatted(id)), "mutate.operation.id", operation).get(0));
      }

      assertThat(changes.get(0).coalesce(changes.get(1))).as(operation).isEmpty();
    }
  }

  private static String[] with(String[] properties, String... more) {
    List<String> all = new ArrayList<>(List.of(properties));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static String reason(String value, String... more) {
    String[] properties = with(new String[] {"mutate.operation.id", BULK}, more);
    return ((Mapping.Unmappable) map(record("k", value), properties)).reason();
  }

  private static Mapping map(SinkRecord record, String... properties) {
    return new RecordRouter(routes(properties), CATALOG).route(record);
  }

  private static List<Change> changes(SinkRecord record, String... properties) {
    return ((Mapping.Changes) map(record, properties)).changes();
  }

  private static Call onlyCall(SinkRecord record, String... properties) {
    List<Change> changes = changes(record, properties);
    assertThat(changes).hasSize(1);
    return changes.get(0).call();
  }
}
