package io.psastream.connectwise.sink.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.psastream.connectwise.catalog.Operation;
import io.psastream.connectwise.client.Call;
import io.psastream.connectwise.config.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Turns a record into the calls that apply it. Pure: it sends nothing, and what it cannot turn into
 * a call is a result, not an exception.
 */
public final class CallMapper {

  /** What becomes of a record. */
  public sealed interface Mapping {

    /** The calls that apply it, to be made in this order; at least one. */
    record Calls(Route route, List<Call> calls) implements Mapping {}

    /** Nothing to do. */
    record Ignored() implements Mapping {}

    /** No call can be made of it. */
    record Rejected(String reason) implements Mapping {}
  }

  private final Map<Route, Targets> targets = new LinkedHashMap<>();

  private record Targets(Optional<Target> mutate, Optional<Target> delete) {}

  /** The first route that takes a record's topic is the one that counts. */
  public CallMapper(List<Route> routes) {
    routes.forEach(
        route ->
            targets.put(
                route,
                new Targets(
                    route.mutate().map(operation -> Target.of(operation, route)),
                    route.delete().map(operation -> Target.of(operation, route)))));
  }

  /** What is to be done with a record. */
  public Mapping map(SinkRecord record) {
    Optional<Route> route =
        targets.keySet().stream().filter(r -> r.topics().match(record.topic())).findFirst();
    if (route.isEmpty()) {
      return new Mapping.Rejected("no route takes the topic " + record.topic());
    }
    RecordView view = new RecordView(record);
    try {
      return record.value() == null ? tombstone(route.get(), view) : mutation(route.get(), view);
    } catch (DataException e) {
      return new Mapping.Rejected(e.getMessage());
    }
  }

  private Mapping tombstone(Route route, RecordView view) {
    return switch (route.rules().onNull()) {
      case IGNORE -> new Mapping.Ignored();
      case FAIL ->
          new Mapping.Rejected(
              "it has no value; set delete.operation.id to delete the item, or"
                  + " behavior.on.null.values=ignore");
      case DELETE -> {
        Target target =
            targets
                .get(route)
                .delete()
                .orElseThrow(
                    () -> new DataException("it has no value and delete.operation.id is not set"));
        yield new Mapping.Calls(
            route, List.of(call(target, view, MissingNode.getInstance(), Optional.empty())));
      }
    };
  }

  private Mapping mutation(Route route, RecordView view) {
    Target target =
        targets
            .get(route)
            .mutate()
            .orElseThrow(
                () ->
                    new DataException(
                        "it has a value, and mutate.operation.id, which says what to do with it, is"
                            + " not set"));
    JsonNode items = view.pick(route.items(), MissingNode.getInstance());
    List<JsonNode> elements = target.elements(items);
    List<Call> calls = new ArrayList<>(elements.size());
    for (JsonNode element : elements) {
      try {
        calls.add(call(target, view, element, target.body(element)));
      } catch (DataException e) {
        throw elements.size() == 1
            ? e
            : new DataException(
                "item %d of %d: %s".formatted(calls.size() + 1, elements.size(), e.getMessage()));
      }
    }
    return calls.isEmpty() ? new Mapping.Ignored() : new Mapping.Calls(route, calls);
  }

  private static Call call(Target target, RecordView view, JsonNode item, Optional<JsonNode> body) {
    Map<String, String> path = new LinkedHashMap<>();
    target.path().forEach((name, template) -> path.put(name, view.fill(template, item)));
    path.forEach((name, value) -> checkGiven(target.operation(), name, value));
    Map<String, String> query = new LinkedHashMap<>();
    target.query().forEach((name, template) -> query.put(name, view.fill(template, item)));
    return new Call(target.operation(), path, query, Map.of(), body);
  }

  private static void checkGiven(Operation operation, String name, String value) {
    if (value.isBlank()) {
      throw new DataException(
          "the path parameter \"" + name + "\" of " + operation.id() + " is empty");
    }
  }
}
